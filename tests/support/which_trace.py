"""A small application that prints where `trace` was imported from; tests/house starts it every way."""

from flask import Flask

import trace

print(f"trace is {trace.__file__}", flush=True)
app = Flask(__name__)

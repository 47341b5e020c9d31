"""The yardstick of the pages: the smallest Flask application."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """A page of two words."""
    return "hello, world"


@app.get("/healthz")
def healthz() -> dict[str, str]:
    """So that the same starter knows when it is ready."""
    return {"status": "ok"}

"""What a WSGI server and the `flask` command load: `wsgi:app`."""

import sys
from pathlib import Path

# `trace` is also a module of the standard library: ours must be found first, whoever loads this file.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from trace.web.factory import create_app

app = create_app()

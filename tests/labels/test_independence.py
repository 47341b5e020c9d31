"""The label engine stands alone: it can be lifted out and run with its own five packages."""

from __future__ import annotations

import subprocess
import sys

from tests.labels.samples import ROOT

PROBE = """
import importlib, pathlib, sys
for path in sorted(pathlib.Path("labels").glob("*.py")):
    importlib.import_module("labels" if path.stem == "__init__" else f"labels.{path.stem}")
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_importing_all_of_it_brings_in_nothing_of_the_service() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"labels", "qrcode", "reportlab", "cryptography", "stdnum", "numpy"} <= loaded
    assert not loaded & {
        "trace",
        "flask",
        "werkzeug",
        "sqlalchemy",
        "sqlmodel",
        "alembic",
        "pydantic",
        "jinja2",
    }

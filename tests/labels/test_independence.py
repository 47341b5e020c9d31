"""The label engine stands alone: it can be lifted out and run with its own few packages, and starts quickly."""

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
    assert {"labels", "qrcode", "cryptography", "numpy", "PIL"} <= loaded
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


SMALL_RUN = """
import io, sys
from labels.keys import SigningKey
from labels.pdf import RunSpec, render
from labels.stock import STOCKS
from labels.text import LabelText
run = RunSpec("https://example.cn", 1, 1, 30, LabelText(product="莲子"))
render(io.BytesIO(), run=run, signer=SigningKey.generate(1), stock=STOCKS["a4-24"], workers=None)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
SIGNING = """
import sys
from labels import signing_process
signing_process.main()
sys.stdout.write(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def _loaded(program: str, typed: bytes = b"") -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, input=typed, capture_output=True, check=True
    )
    return set(done.stdout.decode().split())


def test_a_small_run_loads_nothing_that_takes_longer_than_it_saves() -> None:
    loaded = _loaded(SMALL_RUN)
    assert {"cryptography", "qrcode"} <= loaded
    assert not loaded & {"numpy", "reportlab", "stdnum", "subprocess", "multiprocessing"}


def test_a_process_that_signs_loads_little_but_the_library() -> None:
    loaded = _loaded(SIGNING, bytes(range(32)) + b"\0")
    assert "cryptography" in loaded
    assert not loaded & {"numpy", "PIL", "qrcode", "reportlab", "dataclasses"}

"""`trace` is also a module of the standard library: however the service is started, it must be ours."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import trace
from tests.support.tree import ROOT

OURS = str(ROOT / "trace" / "__init__.py")
WAYS = {
    "python -m": ["tests.support.which_trace"],
    "flask": ["flask", "--app", "tests.support.which_trace", "routes"],
    "gunicorn": ["gunicorn", "--check-config", "tests.support.which_trace:app"],
    "pytest": [
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "tests.support.which_trace",
        "tests/house/test_imports.py",
    ],
}


def run(*arguments: str, cwd: Path = ROOT) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_tests_import_our_trace() -> None:
    assert trace.__file__ == OURS


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_start_imports_our_trace(way: str) -> None:
    assert f"trace is {OURS}" in run("-m", *WAYS[way])


def test_the_flask_script_imports_our_trace() -> None:
    script = Path(sys.executable).with_name("flask")
    assert f"trace is {OURS}" in run(str(script), "--app", "tests.support.which_trace", "routes")


def test_wsgi_finds_our_trace_from_any_folder(tmp_path: Path) -> None:
    """A server that loads wsgi.py by its path has some other folder first on sys.path."""
    load = (
        "import importlib.util, sys;"
        f"spec = importlib.util.spec_from_file_location('wsgi', {str(ROOT / 'wsgi.py')!r});"
        "spec.loader.exec_module(importlib.util.module_from_spec(spec));"
        "print('trace is', sys.modules['trace'].__file__)"
    )
    environment = {**os.environ, "TRACE_INSTANCE": str(tmp_path), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-c", load],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"trace is {OURS}" in done.stdout, done.stderr


def test_the_package_trace_imports_nothing() -> None:
    tree = ast.parse(Path(OURS).read_text("utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]

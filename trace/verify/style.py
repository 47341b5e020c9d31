"""How a report looks: the project's tokens, and what this one page adds to them."""

from __future__ import annotations

import pkgutil
from pathlib import Path

_FILES = ("tokens.css", "report.css")


def css() -> str:
    """The style sheet that stands inside a report."""
    return "".join(f"{_read(name).strip()}\n" for name in _FILES)


def _read(name: str) -> str:
    """From beside this file in a `.pyz`, from the repository otherwise."""
    try:
        packed = pkgutil.get_data(__package__, name)
    except OSError:
        packed = None
    if packed is not None:
        return packed.decode("utf-8")
    return (Path(__file__).parents[2] / "static" / "css" / name).read_text("utf-8")

"""What a page carries inside itself, so that one answer is enough: its style, with a hash, and icons."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, g
from markupsafe import Markup

STATIC = Path(__file__).resolve().parents[2] / "static"
_SYMBOL = re.compile(r'<symbol id="([a-z-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")


def minified(css: str) -> str:
    """The same style sheet without comments and idle space; our sheets quote nothing that could break."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    return css.replace(": ", ":").replace(";}", "}").strip()


def style_hash(css: str) -> str:
    """The CSP source that lets exactly this inline style through (CSP level 3, SHA-256)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()}'"


@lru_cache(maxsize=32)
def _sheets(names: tuple[str, ...]) -> str:
    return "".join(minified((STATIC / "css" / f"{name}.css").read_text(encoding="utf-8")) for name in names)


@lru_cache(maxsize=1)
def icons() -> dict[str, str]:
    """Every icon of the sprite: its name and what is drawn."""
    return dict(_SYMBOL.findall((STATIC / "icons" / "sprite.svg").read_text(encoding="utf-8")))


def style(*names: str, accent: str = "") -> Markup:
    """The named sheets as one inline <style>, let through by its hash; `accent` is a colour, #rrggbb."""
    css = _sheets(names)
    if _ACCENT.fullmatch(accent):
        css += f":root{{--accent:{accent}}}"
    g.setdefault("style_hashes", []).append(style_hash(css))
    return Markup("<style>") + Markup(css) + Markup("</style>")  # noqa: S704  # our own files, and a checked colour


@lru_cache(maxsize=256)
def icon(name: str) -> Markup:
    """One drawn icon, hidden from screen readers: a word always stands beside it. KeyError if unknown."""
    head = '<svg class="i" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">'
    return Markup(f"{head}{icons()[name]}</svg>")  # noqa: S704  # our own file


def init_app(app: Flask) -> None:
    """Give pages `style(…)` and `icon(…)`, and leave out the lines that only held a tag of the template."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(style=style, icon=icon)

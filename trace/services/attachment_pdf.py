"""PDFs: kept byte for byte, for they may carry a seal, but only plain, short and quiet ones are taken."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from trace.core.errors import InvalidInput, TooLarge

MEDIA_TYPE = "application/pdf"
MAX_BYTES = 10_000_000
MAX_PAGES = 50
MAX_SECONDS = 20
_WALK = Path(__file__).with_name("attachment_pdf_walk.py")
_TAIL = 1024


def looks_like(data: bytes) -> bool:
    """Whether the file begins as a PDF does."""
    return data.startswith(b"%PDF-")


def examine(data: bytes) -> int:
    """The number of pages of an acceptable PDF.

    Raises TooLarge over 10 MB or 50 pages or if it unfolds too far, InvalidInput if it is damaged, locked or
    carries scripts, files or actions. Parsed in a process of its own, bounded in memory and time.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("attachment.too-large", "file", max=MAX_BYTES // 1_000_000)
    # Nothing before the beginning or after the end: no second file may hide in this one.
    if not looks_like(data) or b"%%EOF" not in data[-_TAIL:]:
        raise InvalidInput("attachment.pdf-broken", "file")
    word, _, number = _walked(data).partition(" ")
    if word == "heavy":
        raise TooLarge("attachment.pdf-heavy", "file")
    if word in ("locked", "active"):
        raise InvalidInput(f"attachment.pdf-{word}", "file")
    pages = int(number) if word == "pages" else 0
    if not pages:
        raise InvalidInput("attachment.pdf-broken", "file")
    if pages > MAX_PAGES:
        raise TooLarge("attachment.pdf-pages", "file", pages=pages, max=MAX_PAGES)
    return pages


def _walked(data: bytes) -> str:
    """What the walk printed; "heavy" if it ran out of time or memory."""
    command = [sys.executable, "-I", "-W", "ignore", str(_WALK)]
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603  # a fixed command; the file comes by standard input
            command, input=data, capture_output=True, timeout=MAX_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return "heavy"
    return done.stdout.decode("ascii", "replace").strip() or "heavy"

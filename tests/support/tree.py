"""The files of the project, as git tracks them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that git tracks, or would if added; absolute paths, sorted.

    In a copy without git's folder, every file that is not in a hidden or generated folder.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-zco", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    else:
        generated = {"build", "instance", "screenshots", "node_modules", "__pycache__"}
        names = [path for path in ROOT.rglob("*") if not _within(path, generated)]
    return tuple(sorted(path for path in names if path.is_file()))


def _within(path: Path, folders: set[str]) -> bool:
    above = path.relative_to(ROOT).parts[:-1]
    return any(part.startswith(".") or part in folders for part in above)


def texts() -> dict[Path, str]:
    """The tracked files that are UTF-8 text, by path."""
    found = {}
    for path in tracked_files():
        try:
            found[path] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found

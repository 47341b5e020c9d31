"""The file that a command writes: tried before anything is decided, whole or not there."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
from pathlib import Path

import click


def _parts(out: Path) -> str:
    """What the names of partial files of `out` begin with: the file's own name could be too long to be added to."""
    return f".{hashlib.sha256(out.name.encode()).hexdigest()[:16]}."


def _beside(out: Path) -> Path:
    """A new name in the folder of `out`, for what becomes the file only once it is whole."""
    return out.with_name(f"{_parts(out)}{secrets.token_hex(8)}.part")


def writable(out: Path) -> None:
    """Refuse, before anything is decided, a file that cannot be written: tried, not guessed."""
    trial = _beside(out)
    try:
        if out.exists() and not out.is_file():
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        trial.touch(exist_ok=False)
        trial.unlink()
    except OSError as error:
        why = f"不能写到 cannot write to {out}: {error.strerror}"
        raise click.BadParameter(why, param_hint="--out") from None


def copy(drawn: Path, out: Path) -> None:
    """The whole file or none; what a killed command left behind of the same file goes too."""
    partial = _beside(out)
    try:
        shutil.copyfile(drawn, partial)
        partial.replace(out)
        for left in out.parent.glob(f"{_parts(out)}*.part"):
            left.unlink(missing_ok=True)
    except BaseException as error:
        partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise click.FileError(str(out), error.strerror) from None
        raise

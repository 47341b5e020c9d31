"""The file that a command writes: tried before anything is decided, whole or not there."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from pathlib import Path

import click


def _beside(out: Path) -> Path:
    """A new name in the folder of `out`, for what becomes the file only once it is whole."""
    return out.with_name(f".{secrets.token_hex(8)}.part")


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
    """The whole file or none."""
    partial = _beside(out)
    try:
        shutil.copyfile(drawn, partial)
        partial.replace(out)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise click.FileError(str(out), error.strerror) from None

"""Files that must outlive a power cut: replaced whole, one writer at a time, on Linux and on Windows."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_TRIES = 50
_PAUSE = 0.02  # s


def replace(path: Path, data: bytes, *, sync: bool = True) -> None:
    """Put `data` in the place of the file, whole or not at all; it is on the disk before its name is. OSError.

    Without `sync` a power cut may leave an empty file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    try:
        with fresh.open("xb") as file:
            file.write(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        _rename(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise


def _rename(fresh: Path, path: Path) -> None:
    # Windows refuses while somebody reads the old file; they read only a few bytes.
    for left in reversed(range(_TRIES)):
        try:
            fresh.replace(path)
        except PermissionError:
            if os.name != "nt" or not left:
                raise
            time.sleep(_PAUSE)
        else:
            return


def create(path: Path, data: bytes, mode: int = 0o600) -> bool:
    """Make the file with `data` unless it is there; True if it was made. Nobody ever sees half of it. OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}.part")
    fresh.touch(mode=mode)
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A link, unlike a rename, never replaces what another process has just made.
        path.hardlink_to(fresh)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    return True


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that this file stands for, against other processes and threads; waits for its turn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        _lock(file)
        try:
            yield
        finally:
            _unlock(file)


if sys.platform == "win32":

    def _lock(file: IO[bytes]) -> None:
        while True:
            try:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
            except OSError:
                # It gives up after ten seconds; another has the lock for as long as it needs.
                time.sleep(_PAUSE)
            else:
                return

    def _unlock(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)

"""Where attachments lie: one file each under the SHA-256 of its bytes, written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from trace.config import Settings
from trace.core.errors import NotFound
from trace.services import attachment_picture

_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in lower-case hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def path_of(settings: Settings, sha256: str) -> Path:
    """Where the file with this hash belongs; NotFound attachment.not-found if it is no hash."""
    if _SHA256.fullmatch(sha256) is None:
        raise NotFound("attachment.not-found")
    return settings.files / sha256[:2] / sha256


def keep(settings: Settings, data: bytes) -> str:
    """Write the bytes under their hash, which is returned; the same bytes are written once.

    A file that is there but damaged (a lost disk block, an interrupted copy) is written anew.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(settings, sha256)
    if not (path.is_file() and path.stat().st_size == len(data) and sha256_of(path) == sha256):
        _write(path, data)
    return sha256


def open_file(settings: Settings, sha256: str) -> Path:
    """The file with this hash; NotFound attachment.not-found if there is none."""
    path = path_of(settings, sha256)
    if not path.is_file():
        raise NotFound("attachment.not-found")
    return path


def open_thumbnail(settings: Settings, sha256: str) -> Path:
    """The small rendition of a picture, drawn now if it is not there: it is no record and needs no backup."""
    path = open_file(settings, sha256)
    small = path.with_name(f"{sha256}.thumb")
    if not small.is_file():
        try:
            drawn = attachment_picture.thumbnail(path.read_bytes())
        except (OSError, SyntaxError, ValueError) as error:
            raise NotFound("attachment.not-found") from error
        _write(small, drawn)
    return small


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(0o644)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def remove(settings: Settings, sha256: str) -> None:
    """Take the file with this hash away, and its small rendition; nothing if they are gone."""
    path = path_of(settings, sha256)
    for file in (path, path.with_name(f"{sha256}.thumb")):
        file.unlink(missing_ok=True)

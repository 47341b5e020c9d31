"""Photos of complaints (举报照片): drawn anew, kept where no public address leads, gone with the complaint's phone."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from trace.config import Settings
from trace.core.errors import InvalidInput, NotFound, TooLarge
from trace.services import attachment_picture, steady_file

MEDIA_TYPE = attachment_picture.MEDIA_TYPE
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def examine(settings: Settings, data: bytes) -> bytes:
    """A photo as a plain JPEG of at most 1600 px, without where and with what it was taken. Writes nothing.

    InvalidInput complaint.photo for what is no photo (PDF, SVG, HTML), attachment.* for a broken one; TooLarge.
    """
    limit = settings.max_upload_mb * 1_000_000
    if len(data) > limit:
        raise TooLarge("attachment.too-large", "photo", max=settings.max_upload_mb)
    if not data:
        raise InvalidInput("attachment.empty", "photo")
    if not attachment_picture.kind(data):
        raise InvalidInput("complaint.photo", "photo")
    try:
        return attachment_picture.redraw(data).data
    except (InvalidInput, TooLarge) as wrong:
        wrong.field = "photo"
        raise


def sha256_of(data: bytes) -> str:
    """The name that a drawn photo is kept under."""
    return hashlib.sha256(data).hexdigest()


def keep(settings: Settings, data: bytes) -> bool:
    """Write a drawn photo under its SHA-256, for this service's own user alone; False if it lies there already."""
    path = _path(settings, sha256_of(data))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.is_file() and steady_file.create(path, data):
        return True
    path.touch()  # so that nobody sweeps it away as unused
    return False


def path_of(settings: Settings, sha256: str) -> Path:
    """The kept photo; NotFound complaint.no-photo if there is none."""
    path = _path(settings, sha256)
    if not path.is_file():
        raise NotFound("complaint.no-photo")
    return path


def _path(settings: Settings, sha256: str) -> Path:
    if _SHA256.fullmatch(sha256) is None:
        raise NotFound("complaint.no-photo")
    return folder(settings) / sha256


def folder(settings: Settings) -> Path:
    """Where photos lie; nothing in it is served by its name."""
    return settings.instance / "complaints"

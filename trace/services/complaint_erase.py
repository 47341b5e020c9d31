"""What goes of complaints (举报资料删除): phone and photo some time after closing, anything on a lawful request."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, text, update
from sqlmodel import Session, col, select

from trace.config import Settings
from trace.core import clock, erasure
from trace.core.complaint import read_receipt
from trace.core.errors import NotFound
from trace.core.policy import Action, Actor, require
from trace.services import complaint_photo
from trace.services.audit import AuditAction, note
from trace.tables import Complaint

FIELDS = ("text", "phone", "photo")
_UNUSED_AFTER = 3600  # s: a photo is written before the row that names it commits


def _due(settings: Settings) -> list[ColumnElement[bool]]:
    limit: datetime = clock.now() - timedelta(days=settings.complaint_days)
    kept = (col(Complaint.phone) != "") | (col(Complaint.photo) != "")
    return [col(Complaint.closed_at) < limit, kept]


def is_due(session: Session, settings: Settings) -> bool:
    """Whether a complaint that was closed long ago still has its phone or photo."""
    return session.exec(select(Complaint.id).where(*_due(settings)).limit(1)).first() is not None


def expire(session: Session, settings: Settings) -> int:
    """Take phone and photo from complaints closed more than `complaint_days` ago; return of how many.

    The files go once this is committed: `sweep`.
    """
    _overwrite(session)
    due = list(session.exec(select(Complaint.id).where(*_due(settings))).all())
    session.execute(update(Complaint).where(col(Complaint.id).in_(due)).values(phone="", photo=""))
    return len(due)


@dataclass(frozen=True, slots=True)
class Gone:
    """What an erasure took: fields that held something, and the SHA-256 of the photo ("" for none)."""

    fields: tuple[str, ...]
    photo: str


def erase(session: Session, actor: Actor, receipt: str, fields: Collection[str] = FIELDS) -> Gone:
    """Take `fields` of a complaint on a lawful request; it stays as a case. NotFound complaint.unknown.

    The file of a photo goes once this is committed: `sweep`.
    """
    require(actor, Action.RECORD_ERASE, None)
    _overwrite(session)
    row = session.exec(select(Complaint).where(Complaint.receipt == read_receipt(receipt))).first()
    if row is None:
        raise NotFound("complaint.unknown", "receipt")
    gone = []
    photo = row.photo if "photo" in fields else ""
    for field in FIELDS:
        emptied = erasure.emptied("complaint", field)
        if field in fields and getattr(row, field) != emptied:
            setattr(row, field, emptied)
            gone.append(field)
    if gone:
        note(session, actor, AuditAction.COMPLAINT_ERASE, f"{row.receipt}:{','.join(gone)}")
    return Gone(tuple(gone), photo)


def unused(session: Session, settings: Settings, photo: str = "") -> list[Path]:
    """Photos that no complaint names any more; those of the last hour only if it is this one."""
    folder = complaint_photo.folder(settings)
    if not folder.is_dir():
        return []
    named = set(session.exec(select(Complaint.photo).where(Complaint.photo != "")).all())
    oldest = time.time() - _UNUSED_AFTER
    return [
        file
        for file in folder.iterdir()
        if file.name not in named and (file.name == photo or file.stat().st_mtime < oldest)
    ]


def sweep(session: Session, settings: Settings, photo: str = "") -> int:
    """Remove what is `unused` and return how many photos that was."""
    files = unused(session, settings, photo)
    for file in files:
        file.unlink(missing_ok=True)
    return len(files)


def _overwrite(session: Session) -> None:
    if session.get_bind().dialect.name == "sqlite":
        # What is deleted is overwritten in the file, not only forgotten.
        session.execute(text("PRAGMA secure_delete=ON"))

"""Attachments (附件): a photo drawn anew or a checked PDF, kept under its hash and entered in the ledger."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from sqlmodel import Session, col, select

from trace.config import Settings
from trace.core import clock
from trace.core.errors import Conflict, InvalidInput, NotFound, TooLarge
from trace.core.policy import Action, Actor, require
from trace.core.text import clean
from trace.services import attachment_pdf, attachment_picture, erasure, ledger
from trace.services.attachment_file import keep, open_file, open_thumbnail, path_of, sha256_of
from trace.services.audit import AuditAction, note
from trace.tables import Attachment, EventAttachment

__all__ = [
    "Checked", "Fault", "Stored", "check", "examine", "open_file", "open_thumbnail", "public", "store",
]  # fmt: skip

TITLE_LENGTH = 200
MAX_TITLE_FROM_NAME = 60


@dataclass(frozen=True, slots=True)
class Checked:
    """A file ready to be kept: its bytes, media type, size in pixels (0 for PDF), and what to call it."""

    data: bytes
    media_type: str
    width: int
    height: int
    title: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept file; `title` is what was given, or what its file name says."""

    id: int
    sha256: str
    media_type: str
    size: int
    width: int
    height: int
    title: str


@dataclass(frozen=True, slots=True)
class Fault:
    """An attachment whose file is "missing" or "changed", or "erased-but-there" though its erasure is entered."""

    attachment_id: int
    sha256: str
    kind: str


def examine(settings: Settings, data: bytes | BinaryIO, filename: str = "", *, title: str = "") -> Checked:
    """Read, check and redraw an upload; takes a moment, so call it before the write unit begins.

    The content says what a file is; its name only lends a title. Raises InvalidInput, TooLarge attachment.*.
    """
    body = _read(data, settings.max_upload_mb)
    named = clean(title, "title", max_length=TITLE_LENGTH, required=False) or _title_from(filename)
    if attachment_pdf.looks_like(body):
        attachment_pdf.examine(body)
        return Checked(body, attachment_pdf.MEDIA_TYPE, 0, 0, named)
    picture = attachment_picture.redraw(body)
    return Checked(picture.data, attachment_picture.MEDIA_TYPE, picture.width, picture.height, named)


def store(
    session: Session,
    actor: Actor,
    settings: Settings,
    data: bytes | BinaryIO | Checked,
    filename: str = "",
    *,
    title: str = "",
) -> Stored:
    """Keep a photo or PDF for the actor's organisation and enter it in the ledger; the same file counts once.

    The file is written before the row: if the unit rolls back, a file without a row may stay, and nobody can
    ask for it. Conflict attachment.erased for one that was erased on a lawful request.
    """
    require(actor, Action.EVENT_RECORD, actor.org_id)
    ready = data if isinstance(data, Checked) else examine(settings, data, filename, title=title)
    if hashlib.sha256(ready.data).hexdigest() in erasure.files_erased(session):
        raise Conflict("attachment.erased", "file")
    sha256 = keep(settings, ready.data)
    organisation = int(actor.org_id)
    row = session.exec(
        select(Attachment).where(Attachment.sha256 == sha256, Attachment.organisation_id == organisation)
    ).first()
    if row is None:
        row = Attachment(
            sha256=sha256,
            organisation_id=organisation,
            media_type=ready.media_type,
            size=len(ready.data),
            width=ready.width,
            height=ready.height,
            created_at=clock.now(),
            created_by=int(actor.user_id),
        )
        session.add(row)
        session.flush()
        ledger.append(session, "attachment.stored", row, organisation=organisation)
        note(session, actor, AuditAction.ATTACHMENT_STORE, sha256)
    return Stored(_id(row), row.sha256, row.media_type, row.size, row.width, row.height, ready.title)


def own(session: Session, organisation_id: int, ids: Iterable[int]) -> list[Attachment]:
    """Those of the attachments that the organisation has stored, in the order of `ids`."""
    wanted = list(dict.fromkeys(ids))
    query = select(Attachment).where(
        Attachment.organisation_id == organisation_id, col(Attachment.id).in_(wanted)
    )
    found = {_id(row): row for row in session.exec(query).all()}
    return [found[identity] for identity in wanted if identity in found]


def of_event(session: Session, event_id: int) -> list[tuple[Attachment, str]]:
    """An event's attachments with what they are called."""
    query = (
        select(Attachment, EventAttachment.title)
        .join(EventAttachment, col(EventAttachment.attachment_id) == col(Attachment.id))
        .where(EventAttachment.event_id == event_id)
        .order_by(col(Attachment.id))
    )
    return [(row, title) for row, title in session.exec(query).all()]


def public(session: Session, sha256: str) -> Attachment:
    """The attachment with this hash if an event carries it; NotFound attachment.not-found, or attachment.gone."""
    row = session.exec(
        select(Attachment)
        .where(Attachment.sha256 == sha256)
        .where(col(Attachment.id).in_(select(EventAttachment.attachment_id)))
        .limit(1)
    ).first()
    if row is None:
        raise NotFound("attachment.not-found")
    if sha256 in erasure.files_erased(session):
        raise NotFound("attachment.gone")
    return row


def check(session: Session, settings: Settings) -> list[Fault]:
    """Every attachment whose file is not there or no longer has its hash, unless its erasure is entered."""
    return list(_faults(session, settings))


def _faults(session: Session, settings: Settings) -> Iterator[Fault]:
    sound: dict[str, str] = {}
    erased = erasure.files_erased(session)
    for identity, sha256 in session.exec(
        select(Attachment.id, Attachment.sha256).order_by(col(Attachment.id))
    ):
        if sha256 not in sound:
            sound[sha256] = _state(settings, sha256)
            if sha256 in erased:
                # A backup that was put back brings back what was erased since.
                sound[sha256] = "" if sound[sha256] == "missing" else "erased-but-there"
        if sound[sha256] and identity is not None:
            yield Fault(identity, sha256, sound[sha256])


def _state(settings: Settings, sha256: str) -> str:
    try:
        return "" if sha256_of(path_of(settings, sha256)) == sha256 else "changed"
    except (OSError, NotFound):
        return "missing"


def _read(data: bytes | BinaryIO, most_mb: int) -> bytes:
    limit = most_mb * 1_000_000
    body = data if isinstance(data, bytes) else data.read(limit + 1)
    if not body:
        raise InvalidInput("attachment.empty", "file")
    if len(body) > limit:
        raise TooLarge("attachment.too-large", "file", max=most_mb)
    return body


def _title_from(filename: str) -> str:
    """The file's name without folders, ending and what cannot be shown, cut to 60 characters; may be ""."""
    stem = filename[-4 * TITLE_LENGTH :].replace("\\", "/").rpartition("/")[2]
    stem = stem.rpartition(".")[0] or stem
    shown = "".join(
        letter for letter in stem if unicodedata.category(letter)[0] in "LNPSZ" and letter.isprintable()
    )
    try:
        return clean(shown[:MAX_TITLE_FROM_NAME], "title", max_length=TITLE_LENGTH, required=False, name=True)
    except InvalidInput:
        return ""


def _id(row: Attachment) -> int:
    if row.id is None:
        raise RuntimeError("the row has no id before it is flushed")
    return row.id

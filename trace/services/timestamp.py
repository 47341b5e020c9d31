"""Time stamps (时间戳, RFC 3161): an authority outside puts its date under a checkpoint, once a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimeStampRequest,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)
from sqlmodel import Session, col, select

from trace.config import Settings
from trace.core import clock, dates
from trace.core.errors import InvalidInput, NotFound, Unavailable
from trace.db import Database
from trace.services.fetch import fetch
from trace.services.log import Signed, log_of
from trace.tables import RootTimestamp

MAX_ANSWER = 64 * 1024  # bytes
SECONDS = 20.0
ASTRAY = timedelta(minutes=10)  # that the authority's clock and ours may differ
_QUERY = "application/timestamp-query"
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time stamp: `token` is the authority's answer (DER TimeStampResp) over SHA-256 of `note` in UTF-8."""

    authority: str
    size: int
    root: str
    note: str
    token: bytes
    stamped_at: datetime


def stamp(db: Database, settings: Settings) -> Stamp:
    """Have the newest checkpoint stamped, unless it was; keep the answer.

    NotFound tsa.none where no authority is configured, ledger.empty; Unavailable tsa.unreachable, tsa.refused.
    """
    if not settings.tsa_url:
        raise NotFound("tsa.none")
    signed = log_of(db).newest()
    with db.read() as session:
        before = _of(session, signed)
    if before is not None:
        return before
    made = ask(settings.tsa_url, signed, _roots(settings.tsa_roots))
    with db.write(ledger=False) as session:
        session.add(
            RootTimestamp(
                epoch=signed.key.epoch,
                size=made.size,
                root=made.root,
                authority=made.authority,
                note=made.note,
                token=made.token,
                stamped_at=made.stamped_at,
            )
        )
    return made


def newest(session: Session) -> Stamp | None:
    """The time stamp made last; None if there is none."""
    row = session.exec(select(RootTimestamp).order_by(col(RootTimestamp.id).desc()).limit(1)).first()
    return None if row is None else _told(row)


def stamped_on(session: Session, day: date) -> bool:
    """Whether a checkpoint was stamped on this day of China's, or later."""
    last = newest(session)
    return last is not None and dates.local_day(last.stamped_at) >= day


def _of(session: Session, signed: Signed) -> Stamp | None:
    query = select(RootTimestamp).where(
        RootTimestamp.epoch == signed.key.epoch, RootTimestamp.size == signed.size
    )
    row = session.exec(query.order_by(col(RootTimestamp.id).desc()).limit(1)).first()
    return None if row is None else _told(row)


def _told(row: RootTimestamp) -> Stamp:
    return Stamp(row.authority, row.size, row.root, row.note, row.token, row.stamped_at)


def _roots(path: Path | None) -> list[x509.Certificate]:
    if path is None:
        return []
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InvalidInput("tsa.roots", path=str(path)) from error


def ask(url: str, signed: Signed, roots: list[x509.Certificate], seconds: float = SECONDS) -> Stamp:
    """Ask an authority to stamp a checkpoint's note; its answer is verified as far as its `roots` are known.

    Without them only that it answers what was asked: the same hash, the same nonce, a time near ours.
    """
    asked = TimestampRequestBuilder(signed.note.encode("utf-8"), HashAlgorithm.SHA256).build()
    try:
        raw = fetch(url, limit=MAX_ANSWER, seconds=seconds, data=asked.as_bytes(), kind=_QUERY)
    except (NotFound, Unavailable) as error:
        raise Unavailable("tsa.unreachable", why=error.message("en")) from error
    try:
        answer = decode_timestamp_response(raw)
        stamped = _checked(asked, answer, signed.note.encode("utf-8"))
        if roots:
            builder = VerifierBuilder(nonce=asked.nonce, roots=roots)
            builder.build().verify_message(answer, signed.note.encode("utf-8"))
    except (ValueError, VerificationError) as error:
        raise Unavailable("tsa.refused", why=str(error)[:200]) from error
    return Stamp(url, signed.size, signed.checkpoint.root.hex(), signed.note, raw, stamped)


def _checked(asked: TimeStampRequest, answer: TimeStampResponse, note: bytes) -> datetime:
    """When it was stamped; ValueError if this is not the answer to what was asked (RFC 3161 section 2.2)."""
    if answer.status not in (PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS):
        raise ValueError(f"status {answer.status}: {'; '.join(answer.status_string)}")
    info = answer.tst_info
    if (
        info.message_imprint.hash_algorithm != _SHA256
        or info.message_imprint.message != sha256(note).digest()
    ):
        raise ValueError("it is over another hash")
    if info.nonce != asked.nonce:
        raise ValueError("it answers another question")
    if abs(info.gen_time - clock.now()) > ASTRAY:
        raise ValueError(f"its clock says {info.gen_time.isoformat()}")
    return info.gen_time

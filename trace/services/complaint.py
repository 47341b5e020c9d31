"""Complaints (举报): a buyer lodges one and gets a receipt; the brand's office or a regulator answers and closes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlmodel import Session, select

from labels import digits as printed_digits
from labels.errors import MalformedCode
from trace.config import Settings
from trace.core import clock
from trace.core import complaint as rules
from trace.core import text as words
from trace.core.complaint import Kind
from trace.core.errors import Conflict, InvalidInput, InvalidInputs, NotFound, TraceError
from trace.core.policy import Action, Actor, may, require
from trace.services import complaint_photo, find, scan
from trace.services.audit import AuditAction, note
from trace.services.label_book import LabelBook
from trace.tables import Batch, Brand, Complaint, ComplaintAnswer, Run
from trace.tables.base import key_of

_SIGNED = re.compile(r"(?<![0-9])[0-9]{175}(?![0-9])", re.ASCII)
_BATCH = re.compile(r"[0-9A-Z-]{1,40}", re.ASCII)
MOST_CODE = 300

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Typed:
    """A complaint as it came from the form; `batch` is the number of the batch whose page led there."""

    kind: str = ""
    text: str = ""
    phone: str = ""
    code: str = ""
    batch: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A complaint that may be lodged: cleaned; `photo` as complaint_photo.examine draws it."""

    kind: Kind
    text: str
    phone: str
    code: str
    batch: str
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a complaint is about, as far as it is known. `verdict` only where a signed code was given.

    `missed` is a code that leads to no label of ours: evidence, if the label is a fake.
    """

    run: int | None = None
    item: int | None = None
    printed: str = ""
    batch_id: int | None = None
    batch_no: str = ""
    brand_id: int | None = None
    product: str = ""
    product_en: str = ""
    verdict: str = ""
    missed: str = ""


def check(typed: Typed) -> Ready:
    """Clean what was typed; InvalidInputs with all that is wrong with it."""
    errors: list[TraceError] = []

    def checked(rule: Callable[[str], Value], value: str, otherwise: Value) -> Value:
        try:
            return rule(value)
        except InvalidInput as wrong:
            errors.append(wrong)
            return otherwise

    kind = checked(rules.kind, typed.kind, Kind.OTHER)
    text = checked(rules.text, typed.text, "")
    phone = checked(rules.phone, typed.phone, "")
    code = checked(_code, typed.code, "")
    if errors:
        raise InvalidInputs(errors)
    return Ready(kind, text, phone, code, typed.batch)


def _code(value: str) -> str:
    return words.clean(value, "code", max_length=MOST_CODE, required=False)


def about(session: Session, code: str, batch: str = "", book: LabelBook | None = None) -> About:
    """The label and batch behind a scanned address, its 175 digits, or the printed ones; else behind a batch number.

    Printed digits lead to a record and never to a verdict: anybody can copy them.
    """
    typed = unicodedata.normalize("NFKC", code[:MOST_CODE]).strip()
    signed = _SIGNED.search(typed)
    if signed:
        view = scan.look(session, signed[0], book=book)
        if view.item is not None and view.batch is not None:
            run, item = view.item.run, view.item.item
            shown = find.public_batch(session, view.batch.number)
            return _about(session, shown, run, item, view.item.printed, view.verdict)
        return _of_batch(session, batch, view.verdict, signed[0])
    if not typed:
        return _of_batch(session, batch)
    try:
        read = printed_digits.typed(typed)
    except MalformedCode:
        return _of_batch(session, batch, missed=typed)
    row = session.get(Run, read.run)
    if row is None or row.key_id != read.key_id or not 1 <= read.item <= row.count:
        return _of_batch(session, batch, missed=typed)
    return _about(
        session,
        find.batch_of(session, row.batch_id),
        read.run,
        read.item,
        printed_digits.printed(read),
    )


def _of_batch(session: Session, number: str, verdict: str = "", missed: str = "") -> About:
    """What is known where no label is: the batch whose page led here, if there is such a one."""
    if _BATCH.fullmatch(number):
        found = session.exec(select(Batch).where(Batch.number == number)).first()
        if found is not None:
            return _about(session, found, verdict=verdict, missed=missed)
    return About(verdict=verdict, missed=missed)


def _about(
    session: Session,
    batch: Batch,
    run: int | None = None,
    item: int | None = None,
    printed: str = "",
    verdict: str = "",
    missed: str = "",
) -> About:
    product = find.product(session, batch.product_id)
    return About(
        run,
        item,
        printed,
        key_of(batch),
        batch.number,
        product.brand_id,
        product.name,
        product.name_en,
        verdict,
        missed,
    )


def lodge(session: Session, settings: Settings, ready: Ready, book: LabelBook | None = None) -> str:
    """Keep a complaint and return its receipt number (13 digits).

    The photo is written before the row commits; one without a row is swept away by the daily job.
    """
    found = about(session, ready.code, ready.batch, book)
    said = ready.text
    if found.missed:
        said += f"\n〔填写的标签号码查不到 number not found: {found.missed}〕"
    photo = ""
    if ready.photo is not None:
        complaint_photo.keep(settings, ready.photo)
        photo = complaint_photo.sha256_of(ready.photo)
    row = Complaint(
        receipt=_free_receipt(session),
        kind=ready.kind.value,
        text=said,
        phone=ready.phone,
        photo=photo,
        run_id=found.run,
        item=found.item,
        batch_id=found.batch_id,
        brand_id=found.brand_id,
        verdict=found.verdict,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row.receipt


def _free_receipt(session: Session) -> str:
    while True:
        receipt = rules.new_receipt()
        if session.exec(select(Complaint.id).where(Complaint.receipt == receipt)).first() is None:
            return receipt


def of_actor(session: Session, actor: Actor, complaint_id: int, *, lock: bool = False) -> Complaint:
    """A complaint that the actor may see; NotFound complaint.unknown for any other.

    Regulators see all, a brand's office those about its brands.
    """
    query = select(Complaint).where(Complaint.id == complaint_id)
    if lock:
        query = query.with_for_update()
    row = session.exec(query).first()
    if row is None or not may_see(session, actor, row):
        raise NotFound("complaint.unknown")
    return row


def may_see(session: Session, actor: Actor, row: Complaint) -> bool:
    """Whether a complaint is the actor's business."""
    if may(actor, Action.BATCH_READ_ALL, None):
        return True
    owner = _owner(session, row)
    return owner is not None and owner == actor.org_id and may(actor, Action.BATCH_READ, owner)


def _owner(session: Session, row: Complaint) -> int | None:
    if row.brand_id is None:
        return None
    return session.get_one(Brand, row.brand_id).owner_id


def answer(session: Session, actor: Actor, complaint_id: int, text: str, *, closes: bool) -> None:
    """Answer a complaint, in words that whoever has the receipt reads; Conflict complaint.closed once it is closed."""
    row = of_actor(session, actor, complaint_id, lock=True)
    require(actor, Action.COMPLAINT_ANSWER, _owner(session, row))
    if row.closed_at is not None:
        raise Conflict("complaint.closed")
    said = words.clean(text, "text", max_length=rules.MOST_TEXT, multiline=True)
    now = clock.now()
    session.add(
        ComplaintAnswer(
            complaint_id=key_of(row),
            text=said,
            closes=closes,
            answered_at=now,
            answered_by=int(actor.user_id),
            organisation_id=int(actor.org_id),
        )
    )
    if closes:
        row.closed_at = now
    note(session, actor, AuditAction.COMPLAINT_ANSWER, f"{row.receipt}{' closed' if closes else ''}")


def phone(session: Session, actor: Actor, complaint_id: int) -> str:
    """The phone number in full; that it was looked at goes into the audit trail."""
    row = of_actor(session, actor, complaint_id)
    require(actor, Action.COMPLAINT_ANSWER, _owner(session, row))
    if row.phone:
        note(session, actor, AuditAction.COMPLAINT_PHONE, row.receipt)
    return row.phone

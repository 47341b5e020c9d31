"""A look at a counter (柜台查询): what a scanner that acts as a keyboard sent, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from labels import digits as printed_digits
from labels.digits import Typed
from trace.core.errors import NotFound
from trace.core.verdict import Verdict
from trace.services import carton_view, find, pages, ranges, scan
from trace.services.label_book import LabelBook
from trace.services.public_view import AskedView, BatchView, NoticeView, ProductView
from trace.tables import Run

STOPPING = {"recall": Verdict.RECALLED, "void": Verdict.VOID, "freeze": Verdict.FROZEN}


@dataclass(frozen=True, slots=True)
class KioskView:
    """The answer: `verdict` None is a record found by typed digits, with nothing against it and nothing proven.

    `signed` are the 175 digits where there were as many; `unchecked` digits had no check digit.
    """

    verdict: Verdict | None
    printed: str = ""
    signed: str = ""
    unchecked: bool = False
    product: ProductView | None = None
    batch: BatchView | None = None
    on: date | None = None
    notice: NoticeView | None = None
    asked: AskedView | None = None


def look(session: Session, given: Typed, book: LabelBook | None = None) -> KioskView:
    """The answer to what `labels.digits.read` made of the input. Counts nobody, writes nothing.

    Raises NotFound run.item-unknown for typed digits that no label has.
    """
    return _scanned(session, given, book) if given.signed else _typed(session, given)


def _scanned(session: Session, given: Typed, book: LabelBook | None) -> KioskView:
    seen = scan.look(session, given.signed, book=book)
    return KioskView(
        Verdict(seen.verdict),
        printed=seen.item.printed if seen.item else "",
        signed=given.signed,
        product=seen.product,
        batch=seen.batch,
        on=_day(seen.batch),
        notice=seen.notice,
        asked=seen.asked,
    )


def _typed(session: Session, given: Typed) -> KioskView:
    code = given.code
    row = session.get(Run, code.run)
    if row is None or row.key_id != code.key_id or not 1 <= code.item <= row.count:
        raise NotFound("run.item-unknown")
    inside = carton_view.of_label(session, row, code.item)
    batch = carton_view.batch_shown(session, row, inside)
    page = pages.page_of(session, batch)
    stops = carton_view.notices(session, row, inside, batch, page.notices)
    state, line = ranges.state_of(session, code.run, code.item)
    if state == "void" and line is not None:
        by = find.organisation(session, row.organisation_id).name
        stops.append(NoticeView("void", line.reason, "", line.recorded_at, by))
    # In the order of the verdicts; what stops a label holds whether or not its signature was looked at.
    notice = next((one for kind in STOPPING for one in stops if one.kind == kind), None)
    found = STOPPING[notice.kind] if notice else None
    return KioskView(
        found or (Verdict.INACTIVE if state == "printed" else None),
        printed=printed_digits.printed(code),
        unchecked=not given.checked,
        product=page.product,
        batch=page.batch,
        on=_day(page.batch),
        notice=notice,
    )


def _day(batch: BatchView | None) -> date | None:
    return (batch.packed_on or batch.produced_on) if batch else None

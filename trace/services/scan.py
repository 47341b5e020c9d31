"""A scan (扫码查询): what may honestly be said of a code."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import Session, col

from labels import code as item_code
from labels import digits as printed_digits
from labels.errors import ForgedCode, MalformedCode
from labels.keys import PublicKey
from trace.core import dates
from trace.core.errors import NotFound
from trace.core.verdict import Verdict
from trace.services import carton_view, find, key, pin, quick_scan, ranges, scan_count
from trace.services.judgement import judge
from trace.services.label_book import LabelBook
from trace.services.public_view import AskedView, ItemView, NoticeView, ScanView
from trace.services.scan_count import Reader
from trace.tables import Batch, ItemSeen, RangeState, Run


def look(
    session: Session,
    digits: str,
    *,
    reader: Reader | None = None,
    secret: bytes = b"",
    book: LabelBook | None = None,
) -> ScanView:
    """The verdict on the digits of a code, and the record behind it. Writes nothing."""
    try:
        code = item_code.verify(digits, lambda key_id: _public(session, key_id))
    except MalformedCode:
        return _bare(Verdict.MALFORMED)
    except ForgedCode:
        return _bare(Verdict.FORGED)
    row = run_of(session, code)
    if row is None:
        return _bare(Verdict.UNKNOWN)
    known = key.known(session, code.key_id)
    if known is None or (known.revoked_from is not None and row.created_at >= known.revoked_from):
        return _bare(Verdict.FORGED)
    carton = carton_view.of_label(session, row, code.item)
    batch = carton_view.batch_shown(session, row, carton)
    remembered = book or LabelBook()
    now = remembered.settle(session)
    remembered.run(session, code.run, now)
    page = remembered.batch(session, batch, now).page
    state, line = ranges.state_of(session, code.run, code.item)
    cluster = reader.cluster(secret, code.run, code.item) if reader is not None else ""
    asked = scan_count.asked(session, code.run, code.item, cluster)
    stops = carton_view.notices(session, row, carton, batch, page.notices)
    found = judge(page, stops, state, dates.local_day(row.created_at), asked)
    return ScanView(
        verdict=found.value,
        http_status=found.status,
        item=ItemView(
            printed=printed_digits.printed(code),
            digits=digits,
            run=code.run,
            item=code.item,
            key_id=code.key_id,
            key_holder=find.organisation(session, known.organisation_id).name,
            key_held_by=known.held_by,
        ),
        product=page.product,
        packer=page.packer,
        growers=page.growers,
        batch=page.batch,
        authorisation=page.authorisation,
        certificate=page.certificate,
        reports=page.reports,
        chain=page.chain,
        notice=_notice(session, found, stops, line),
        asked=asked.view,
        carton=carton,
        packed_in=carton_view.homes(session, code.run, code.item),
        pin=pin.view(session, row, code.item),
    )


def _public(session: Session, key_id: int) -> PublicKey | None:
    known = key.known(session, key_id)
    return None if known is None else known.public


def run_of(session: Session, code: item_code.ItemCode) -> Run | None:
    """The run that a well-signed code belongs to; None if its key never printed such a label."""
    row = session.get(Run, code.run)
    return row if row is not None and row.key_id == code.key_id and 1 <= code.item <= row.count else None


def _bare(found: Verdict) -> ScanView:
    return ScanView(verdict=found.value, http_status=found.status)


def _notice(
    session: Session, found: Verdict, notices: Sequence[NoticeView], line: RangeState | None
) -> NoticeView | None:
    if found is Verdict.RECALLED:
        return next(notice for notice in notices if notice.kind == "recall")
    if found is Verdict.FROZEN:
        return next(notice for notice in notices if notice.kind == "freeze")
    if found is Verdict.VOID and line is not None:
        row = session.get_one(Run, line.run_id)
        by = find.organisation(session, row.organisation_id).name
        return NoticeView("void", line.reason, "", line.recorded_at, by)
    return None


def seen(session: Session, digits: str, reader: Reader, secret: bytes, province: str = "") -> AskedView:
    """Count the device that opened a label's page; NotFound run.item-unknown for a code that is not ours.

    `province` is where it is (two digits of GB/T 2260), "" where nothing is known.
    """
    try:
        code = item_code.verify(digits, lambda key_id: _public(session, key_id))
    except (MalformedCode, ForgedCode) as error:
        raise NotFound("run.item-unknown") from error
    if run_of(session, code) is None:
        raise NotFound("run.item-unknown")
    found = scan_count.count(session, code.run, code.item, reader, secret, province)
    # Whose signature was checked once is known again by its digits.
    session.execute(
        update(ItemSeen)
        .where(col(ItemSeen.run_id) == code.run, col(ItemSeen.item) == code.item, col(ItemSeen.checked) == "")
        .values(checked=quick_scan.checked(secret, digits))
    )
    return found


def item_page(session: Session, run_id: int, item: int) -> str:
    """The number of the batch behind typed digits: a look-up, never a verdict on a label."""
    row = session.get(Run, run_id)
    if row is None or not 1 <= item <= row.count:
        raise NotFound("run.item-unknown")
    return session.get_one(Batch, row.batch_id).number

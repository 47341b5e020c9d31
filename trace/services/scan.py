"""A scan (扫码查询): what may honestly be said of a code, and the counting of devices that asked."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from labels import code as item_code
from labels import digits as printed_digits
from labels.errors import ForgedCode, MalformedCode
from labels.keys import PublicKey
from trace.core import clock, dates, verdict
from trace.core.errors import NotFound
from trace.core.verdict import Verdict
from trace.services import carton_view, find, key, pin, ranges
from trace.services.page_cache import PageCache
from trace.services.public_view import AskedView, ItemView, NoticeView, ScanView
from trace.tables import Batch, ItemCluster, ItemSeen, RangeState, Run


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, without knowing who: network prefix and browser name, hashed for each item separately."""

    network: str
    browser: str

    def cluster(self, secret: bytes, run_id: int, item: int) -> str:
        """A keyed hash that says "the same reader" for one item and nothing across items (32 hex digits)."""
        words = f"{run_id}\n{item}\n{self.network}\n{self.browser}"
        return hmac.new(secret, words.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


def look(
    session: Session,
    digits: str,
    *,
    reader: Reader | None = None,
    secret: bytes = b"",
    cache: PageCache | None = None,
) -> ScanView:
    """The verdict on the digits of a code, and the record behind it. Writes nothing."""
    try:
        code = item_code.verify(digits, lambda key_id: _public(session, key_id))
    except MalformedCode:
        return _bare(Verdict.MALFORMED)
    except ForgedCode:
        return _bare(Verdict.FORGED)
    row = _run_of(session, code)
    if row is None:
        return _bare(Verdict.UNKNOWN)
    known = key.known(session, code.key_id)
    if known is None or (known.revoked_from is not None and row.created_at >= known.revoked_from):
        return _bare(Verdict.FORGED)
    carton = carton_view.of_label(session, row, code.item)
    batch = carton_view.batch_shown(session, row, carton)
    page = (cache or PageCache()).page_of(session, batch)
    state, line = ranges.state_of(session, code.run, code.item)
    cluster = reader.cluster(secret, code.run, code.item) if reader is not None else ""
    asked, others = _asked(session, code.run, code.item, cluster)
    stops = carton_view.notices(session, row, carton, batch, page.notices)
    kinds = {notice.kind for notice in stops}
    packed = page.batch.packed_on or dates.local_day(row.created_at)
    life = page.product.shelf_life_days
    found = verdict.decide(
        verdict.Facts(
            recalled="recall" in kinds,
            void=state == "void",
            frozen="freeze" in kinds,
            active=state == "active",
            clusters=asked.devices,
            provinces=asked.provinces,
            others=others,
            first_seen=asked.first_day or dates.local_day(clock.now()),
            shelf_ends=packed + timedelta(days=life) if life else None,
        )
    )
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
        asked=asked,
        carton=carton,
        packed_in=carton_view.homes(session, code.run, code.item),
        pin=pin.view(session, row, code.item),
    )


def _public(session: Session, key_id: int) -> PublicKey | None:
    known = key.known(session, key_id)
    return None if known is None else known.public


def _run_of(session: Session, code: item_code.ItemCode) -> Run | None:
    """The run that a well-signed code belongs to; None if its key never printed such a label."""
    row = session.get(Run, code.run)
    return row if row is not None and row.key_id == code.key_id and 1 <= code.item <= row.count else None


def _bare(found: Verdict) -> ScanView:
    return ScanView(verdict=found.value, http_status=found.status)


def _asked(session: Session, run_id: int, item: int, cluster: str) -> tuple[AskedView, int]:
    """How often asked, and by how many others than this reader."""
    seen = session.get(ItemSeen, (run_id, item))
    if seen is None:
        return AskedView(0, None), 0
    mine = bool(cluster) and session.get(ItemCluster, (run_id, item, cluster)) is not None
    provinces = session.exec(
        select(func.count(func.distinct(ItemCluster.province))).where(
            ItemCluster.run_id == run_id, ItemCluster.item == item, ItemCluster.province != ""
        )
    ).one()
    asked = AskedView(seen.clusters, dates.local_day(seen.first_at), provinces)
    return asked, seen.clusters - (1 if mine else 0)


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


def seen(session: Session, digits: str, reader: Reader, secret: bytes) -> AskedView:
    """Count a device that really opened the page (the beacon, or the button without script).

    A reader counts once for an item. NotFound scan.unknown for a code that is not ours: nothing is stored.
    """
    try:
        code = item_code.verify(digits, lambda key_id: _public(session, key_id))
    except (MalformedCode, ForgedCode) as error:
        raise NotFound("run.item-unknown") from error
    if _run_of(session, code) is None:
        raise NotFound("run.item-unknown")
    cluster = reader.cluster(secret, code.run, code.item)
    moment = clock.now()
    try:
        with session.begin_nested():
            session.execute(
                insert(ItemCluster).values(
                    run_id=code.run,
                    item=code.item,
                    cluster=cluster,
                    first_day=dates.local_day(moment),
                    province="",
                )
            )
    except IntegrityError:
        return _asked(session, code.run, code.item, cluster)[0]
    if not _count_one_more(session, code.run, code.item):
        try:
            with session.begin_nested():
                session.execute(
                    insert(ItemSeen).values(run_id=code.run, item=code.item, first_at=moment, clusters=1)
                )
        except IntegrityError:
            # Another first reader came between: then ours is one more.
            _count_one_more(session, code.run, code.item)
    return _asked(session, code.run, code.item, cluster)[0]


def _count_one_more(session: Session, run_id: int, item: int) -> bool:
    """Add a device in one statement, so that none is lost; False if the item was never seen."""
    found = session.execute(
        update(ItemSeen)
        .where(col(ItemSeen.run_id) == run_id, col(ItemSeen.item) == item)
        .values(clusters=col(ItemSeen.clusters) + 1)
        .returning(col(ItemSeen.clusters))
    )
    return found.first() is not None


def item_page(session: Session, run_id: int, item: int) -> str:
    """The number of the batch behind typed digits: a look-up, never a verdict on a label."""
    row = session.get(Run, run_id)
    if row is None or not 1 <= item <= row.count:
        raise NotFound("run.item-unknown")
    return session.get_one(Batch, row.batch_id).number

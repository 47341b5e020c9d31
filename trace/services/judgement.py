"""The verdict on a label (结论) from what its page shows, its range's state, and who asked before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from trace.core import clock, dates, verdict
from trace.core.verdict import Verdict
from trace.services.public_view import BatchPage, NoticeView
from trace.services.scan_count import Asked


def judge(
    page: BatchPage, stops: Iterable[NoticeView], state: str, printed_on: date, asked: Asked
) -> Verdict:
    """What may honestly be said; `stops` reach the label, and its shelf life runs from packing, else from printing."""
    kinds = {notice.kind for notice in stops}
    life = page.product.shelf_life_days
    packed = page.batch.packed_on or printed_on
    return verdict.decide(
        verdict.Facts(
            recalled="recall" in kinds,
            void=state == "void",
            frozen="freeze" in kinds,
            active=state == "active",
            clusters=asked.view.devices,
            provinces=asked.view.provinces,
            others=asked.others,
            cleared=asked.cleared,
            first_seen=asked.view.first_day or dates.local_day(clock.now()),
            shelf_ends=packed + timedelta(days=life) if life else None,
            rule=verdict.WatchRule(page.product.watch_devices, page.product.watch_provinces),
        )
    )

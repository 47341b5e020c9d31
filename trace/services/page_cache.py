"""Keeps what is the same for all items of a batch, for as long as the ledger stands still.

Every record that a public page shows is in the ledger, so the ledger's size tells whether a kept page is
still true: one small read in place of some forty. A recall reaches the page with its entry.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from threading import Lock

from sqlmodel import Session

from trace.core import clock, dates
from trace.services import ledger, pages
from trace.services.public_view import BatchPage
from trace.tables import Batch
from trace.tables.base import key_of

LIMIT = 256


class PageCache:
    """The newest pages of one database; safe to share between threads."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, int, date], BatchPage] = OrderedDict()

    def page_of(self, session: Session, batch: Batch) -> BatchPage:
        """The batch's page as of now."""
        # The size is read before the records: a page may be newer than its key, never older.
        # The day belongs to the key because authorisations begin and end by days.
        key = (key_of(batch), ledger.size(session), dates.local_day(clock.now()))
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        page = pages.page_of(session, batch)
        with self._lock:
            self._kept[key] = page
            while len(self._kept) > self._limit:
                self._kept.popitem(last=False)
        return page

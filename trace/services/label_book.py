"""What the service remembers of the labels it is asked about (查询缓存), and how it learns what has changed.

Everything that a label's page says of a batch and a run is in the ledger. So one small read tells whether what is
remembered still holds: the ledger's size. When it has grown, the new entries say which batches they are about, and
only what shows one of those is forgotten; an entry about no batch (a brand, an authorisation, a key) forgets all.
A recall is such an entry: it reaches the page with the next scan.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import TypeVar

from sqlmodel import Session, col, select

from labels.keys import PublicKey
from trace.core import clock, dates
from trace.services import chain, key, ledger, pages
from trace.services.audit import PRESENTATION
from trace.services.public_view import BatchPage
from trace.tables import Audit, Batch, CartonPack, LedgerEntry, RangeState, Run
from trace.tables.base import key_of

LIMIT = 2048  # batches, and twice as many runs
_MANY = 500  # new entries at once, from which on looking each up is not worth while
# Entries that no public page shows.
_UNSEEN = frozenset({"attachment", "download", "run_check", "witness", "witness_end"})


Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Marks:
    """How far ledger and audit trail have come, and the day: what is remembered was true at these."""

    size: int
    audit: int
    day: date


@dataclass(frozen=True, slots=True)
class KnownBatch:
    """A batch's page, and the numbers of all batches it shows something of. `room` is for what readers make of it."""

    page: BatchPage
    numbers: frozenset[str]
    room: dict[object, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A run: whose key signed it, whether that key was revoked before, its batch, and its labels' states.

    `plain` runs hold items that lie in no carton and have no PIN: nothing on their page differs but what scans count.
    `lines` are (first, last, state, id, reason), as entered.
    """

    run_id: int
    batch_id: int
    batch_no: str
    count: int
    key_id: int
    public: PublicKey | None
    revoked: bool
    plain: bool
    printed_on: date
    lines: tuple[tuple[int, int, str, int], ...]

    def vouches(self, key_id: int, item: int) -> bool:
        """Whether an item of this key's is one of the run, its key was good, and nothing but scans tells it apart."""
        return self.plain and not self.revoked and self.key_id == key_id and 1 <= item <= self.count

    def state_of(self, item: int) -> tuple[str, int]:
        """An item's state, and the number of the range that says so (0: none); void outranks active."""
        state, line = "printed", 0
        for first, last, entered, identity in self.lines:
            if first <= item <= last:
                state, line = entered, identity
                if entered == "void":
                    break
        return state, line


class LabelBook:
    """The newest batches and runs of one database; safe to share between threads."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._lock = Lock()
        self._marks: Marks | None = None
        self._batches: OrderedDict[int, KnownBatch] = OrderedDict()
        self._runs: OrderedDict[int, KnownRun] = OrderedDict()

    def up_to_date(self, size: int, audit: int) -> bool:
        """Whether what is remembered holds at these marks, today."""
        known = self._marks
        return (
            known is not None
            and known.size == size
            and known.audit == audit
            and known.day == dates.local_day(clock.now())
        )

    def settle(self, session: Session) -> Marks:
        """Forget what no longer holds; the marks at which all that is left does."""
        # The marks are read before the records: what is remembered may be newer than they say, never older.
        now = marks(session)
        with self._lock:
            before = self._marks
        if before == now:
            return now
        gone = None if before is None or before.day != now.day else _changed(session, before, now)
        with self._lock:
            if self._marks == before:
                self._forget(gone)
                self._marks = now
        return now

    def _forget(self, numbers: frozenset[str] | None) -> None:
        if numbers is None:
            self._batches.clear()
            self._runs.clear()
            return
        for identity in [one for one, known in self._batches.items() if known.numbers & numbers]:
            del self._batches[identity]
        for identity in [one for one, known in self._runs.items() if known.batch_no in numbers]:
            del self._runs[identity]

    def batch(self, session: Session, batch: Batch, at: Marks | None = None) -> KnownBatch:
        """A batch as of now; `at` are the marks of this session's `settle`, if it was called."""
        at = at or self.settle(session)
        identity = key_of(batch)
        with self._lock:
            known = self._batches.get(identity)
            if known is not None:
                self._batches.move_to_end(identity)
                return known
        numbers = frozenset(one.number for one in chain.lineage(session, batch))
        known = KnownBatch(pages.page_of(session, batch), numbers)
        self._keep(self._batches, identity, known, at)
        return known

    def run(self, session: Session, run_id: int, at: Marks | None = None) -> KnownRun | None:
        """A run as of now; None if there is none."""
        at = at or self.settle(session)
        with self._lock:
            known = self._runs.get(run_id)
            if known is not None:
                self._runs.move_to_end(run_id)
                return known
        known = _run(session, run_id)
        if known is not None:
            self._keep(self._runs, run_id, known, at)
        return known

    def _keep(self, shelf: OrderedDict[int, Known], identity: int, known: Known, at: Marks) -> None:
        with self._lock:
            # Unless something has changed meanwhile, which this may not show.
            if self._marks == at:
                shelf[identity] = known
                while len(shelf) > self._limit * (2 if shelf is self._runs else 1):
                    shelf.popitem(last=False)

    def run_remembered(self, run_id: int) -> KnownRun | None:
        """A run if it is remembered; true only after `up_to_date`."""
        return self._runs.get(run_id)

    def batch_remembered(self, batch_id: int) -> KnownBatch | None:
        """A batch if it is remembered; true only after `up_to_date`."""
        return self._batches.get(batch_id)


def marks(session: Session) -> Marks:
    """How far things have come."""
    newest = session.exec(select(Audit.id).order_by(col(Audit.id).desc()).limit(1)).first()
    return Marks(ledger.size(session), newest or 0, dates.local_day(clock.now()))


def _changed(session: Session, before: Marks, now: Marks) -> frozenset[str] | None:
    """The batches that new entries are about; None for all."""
    if not 0 <= now.size - before.size <= _MANY:
        return None
    shown = select(Audit.id).where(
        col(Audit.id) > before.audit, col(Audit.action).in_([one.value for one in PRESENTATION])
    )
    if session.exec(shown.limit(1)).first() is not None:
        return None
    entries = session.exec(
        select(LedgerEntry.subject, LedgerEntry.envelope).where(col(LedgerEntry.seq) >= before.size)
    ).all()
    found: set[str] = set()
    for subject, envelope in entries:
        about = json.loads(envelope).get("batches", [])
        if not about and subject not in _UNSEEN:
            return None
        found.update(str(number) for number, _before in about)
    return frozenset(found)


def _run(session: Session, run_id: int) -> KnownRun | None:
    row = session.get(Run, run_id)
    if row is None:
        return None
    known = key.known(session, row.key_id)
    lines = session.exec(select(RangeState).where(RangeState.run_id == run_id).order_by(col(RangeState.id)))
    packed = session.exec(select(CartonPack.id).where(CartonPack.content_run_id == run_id).limit(1)).first()
    return KnownRun(
        run_id=run_id,
        batch_id=row.batch_id,
        batch_no=session.get_one(Batch, row.batch_id).number,
        count=row.count,
        key_id=row.key_id,
        public=known.public if known else None,
        revoked=known is not None and known.revoked_from is not None and row.created_at >= known.revoked_from,
        plain=row.level is None and row.pin_hash is None and packed is None,
        printed_on=dates.local_day(row.created_at),
        lines=tuple((one.first, one.last, one.state, key_of(one)) for one in lines),
    )

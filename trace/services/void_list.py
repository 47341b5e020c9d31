"""The void list (作废名单) as the records have it now: every stopped label, in a handful of reads for all runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from sqlalchemy import Column, Row, Select, Table, select
from sqlmodel import Session

from trace.core import clock
from trace.core.carton import Packing, common
from trace.core.ranges import Range, union, without
from trace.db import Database
from trace.ledger.void_list import FROZEN, INACTIVE, RECALLED, VOID, Spans, VoidList
from trace.services.log import Log, Signed, log_of
from trace.tables import (
    BatchAncestry,
    CartonPack,
    CartonSplit,
    Freeze,
    FreezeLift,
    RangeState,
    Recall,
    RecallClosure,
    Run,
    SigningKeyStatus,
)

ANCESTRY: Table = BatchAncestry.__table__  # type: ignore[attr-defined]
PACK: Table = CartonPack.__table__  # type: ignore[attr-defined]
SPLIT: Table = CartonSplit.__table__  # type: ignore[attr-defined]
RANGE: Table = RangeState.__table__  # type: ignore[attr-defined]
RUN: Table = Run.__table__  # type: ignore[attr-defined]
STATUS: Table = SigningKeyStatus.__table__  # type: ignore[attr-defined]
RECALL: Table = Recall.__table__  # type: ignore[attr-defined]
CLOSURE: Table = RecallClosure.__table__  # type: ignore[attr-defined]
FREEZE: Table = Freeze.__table__  # type: ignore[attr-defined]
LIFT: Table = FreezeLift.__table__  # type: ignore[attr-defined]

# A list that nothing has changed is dated anew after this long: its date says until when nothing had.
REDATE = timedelta(seconds=60)

Ranges = dict[int, list[Range]]
RunRow = Row[tuple[int, int, int, int | None]]


@dataclass
class VoidLists:
    """The newest void list as a signed note, made anew when the ledger has grown or the list's date is old."""

    _turn: Lock = field(default_factory=Lock)
    _kept: tuple[Signed, VoidList, str] | None = None

    def newest(self, db: Database) -> str:
        """The note; refused as checkpoints are (`Log.newest`): NotFound ledger.empty, Unavailable ledger.behind, …"""
        log: Log = log_of(db)
        signed = log.newest()
        with self._turn:
            now = clock.now().astimezone(UTC).replace(microsecond=0)
            if self._kept is not None and self._kept[0] == signed:
                if timedelta(0) <= now - self._kept[1].made < REDATE:
                    return self._kept[2]
                made = replace(self._kept[1], made=now)
            else:
                with db.read() as session:
                    made = void_list(session, signed, now)
            note = log.also(signed, made.text())
            self._kept = signed, made, note
            return note


def void_list(session: Session, signed: Signed, now: datetime) -> VoidList:
    """What is stopped: everything in the tree that was signed, and perhaps what came right after it."""
    query = select(
        RUN.c.id, RUN.c.count.label("labels"), RUN.c.batch_id, RUN.c.level, RUN.c.key_id, RUN.c.created_at
    )
    runs = session.execute(query.order_by(RUN.c.id)).all()
    void, active = _ranges(session)
    shut: Ranges = defaultdict(list, {run: list(spans) for run, spans in void.items()})
    for run, item in session.execute(select(SPLIT.c.run_id, SPLIT.c.item)):
        shut[run].append((item, item))
    packs = _packs(session, runs)
    stops = {
        RECALLED: _reached(runs, _blocked(session, RECALL, CLOSURE.c.recall_id), packs, shut),
        VOID: void,
        FROZEN: _reached(runs, _blocked(session, FREEZE, LIFT.c.freeze_id), packs, shut),
        INACTIVE: {
            run.id: left
            for run in runs
            if (left := without((1, run.labels), [*void.get(run.id, ()), *active.get(run.id, ())]))
        },
    }
    return VoidList(
        signed.key.origin,
        now,
        signed.size,
        signed.checkpoint.root,
        runs[-1].id if runs else 0,
        _revoked(session),
        {word: _spans(by_run) for word, by_run in stops.items() if by_run},
    )


def _spans(by_run: Ranges) -> dict[int, Spans]:
    return {run: tuple(union(spans)) for run, spans in by_run.items()}


def _ranges(session: Session) -> tuple[Ranges, Ranges]:
    """The void ranges of every run, and the active ones."""
    void: Ranges = defaultdict(list)
    active: Ranges = defaultdict(list)
    query = select(RANGE.c.run_id, RANGE.c.first, RANGE.c.last, RANGE.c.state)
    for run, first, last, state in session.execute(query):
        (void if state == "void" else active)[run].append((first, last))
    return dict(void), dict(active)


def _revoked(session: Session) -> dict[int, Spans]:
    """The revoked keys, each with the runs that were made with it before: those still count."""
    query = select(STATUS.c.key_id, STATUS.c.effective_at).where(STATUS.c.status == "revoked")
    since: dict[int, datetime] = {}
    for key_id, moment in session.execute(query):
        since[key_id] = min(moment, since.get(key_id, moment))
    kept: Ranges = {key_id: [] for key_id in since}
    made = select(RUN.c.id, RUN.c.key_id, RUN.c.created_at).where(RUN.c.key_id.in_(since))
    for run, key_id, moment in session.execute(made):
        if moment < since[key_id]:
            kept[key_id].append((run, run))
    return _spans(kept)


def _blocked(session: Session, stop: Table, ended: Column[int]) -> set[int]:
    """The batches that an open recall, or a freeze in force, reaches: its own and all that was made from it."""
    open_ones: Select[tuple[int]] = (
        select(ANCESTRY.c.descendant_id)
        .join(stop, stop.c.batch_id == ANCESTRY.c.ancestor_id)
        .where(stop.c.id.not_in(select(ended)))
        .distinct()
    )
    return set(session.execute(open_ones).scalars())


def _packs(session: Session, runs: Iterable[RunRow]) -> list[Packing]:
    """Every packing, those into cartons before those onto pallets."""
    levels = {run.id: run.level or 0 for run in runs}
    query = select(
        PACK.c.run_id,
        PACK.c.first,
        PACK.c.last,
        PACK.c.content_run_id,
        PACK.c.content_first,
        PACK.c.content_last,
        PACK.c.per_carton,
    )
    found = [Packing(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: levels.get(one.run, 0))


def _reached(runs: Iterable[RunRow], blocked: set[int], packs: Iterable[Packing], shut: Ranges) -> Ranges:
    """The labels of blocked batches, and the cartons and pallets that hold some.

    As on a carton's page: what it was packed with counts for it, but not what was in a carton inside it that has
    been opened or voided since.
    """
    if not blocked:
        return {}
    own: Ranges = {run.id: [(1, run.labels)] for run in runs if run.batch_id in blocked}
    found: Ranges = defaultdict(list, {run: list(spans) for run, spans in own.items()})
    holding: Ranges = defaultdict(list)
    for pack in packs:
        inside = [pack.labels] if pack.content in own else []
        for span in holding.get(pack.content, ()):
            inside += without(span, shut.get(pack.content, ()))
        for span in inside:
            shared = common(span, pack.labels)
            if shared is not None:
                holding[pack.run].append(pack.around(shared))
    for run, spans in holding.items():
        found[run] += spans
    return dict(found)

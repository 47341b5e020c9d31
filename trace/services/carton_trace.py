"""Cartons in the history of batches: packings and splits of a run, steps of the chain, what a recall reaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, or_, select

from trace.core import carton, languages
from trace.core.masking import phones_in
from trace.core.ranges import Range, count, union, without
from trace.services import carton_record
from trace.services.ledger import entries_of
from trace.services.names import people_names
from trace.services.public_view import FactView, StepView, fact_view
from trace.tables import Batch, CartonPack, CartonSplit, Run
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class CartonLine:
    """Something that happened to cartons of a run: packed (`content` is set), or one opened for a reason."""

    run: int
    first: int
    last: int
    at: datetime
    by: str
    entry: int | None
    content: int | None = None
    content_first: int = 0
    content_last: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Affected:
    """Live cartons (外箱) and pallets (托盘) with labels of some batches in them, as ranges by run."""

    cartons: Mapping[int, tuple[Range, ...]]
    pallets: Mapping[int, tuple[Range, ...]]

    @property
    def carton_count(self) -> int:
        """How many cartons."""
        return sum(count(spans) for spans in self.cartons.values())

    @property
    def pallet_count(self) -> int:
        """How many pallets."""
        return sum(count(spans) for spans in self.pallets.values())


@dataclass(frozen=True, slots=True)
class Summary:
    """A run's labels: `loose` ones could be packed, `packed` lie in live cartons.

    Of a run of cartons also how many were `filled`, are `empty`, and were `opened` since.
    """

    loose: int
    packed: int
    first_loose: int = 0
    last_loose: int = 0
    filled: int = 0
    empty: int = 0
    opened: int = 0


def summary(session: Session, row: Run) -> Summary:
    """How far a run's labels are packed, and its cartons filled."""
    loose = carton_record.loose(session, row)
    naming = carton_record.naming(session, [key_of(row)])
    closed = carton_record.closed(session, [one.run for one in naming])
    packed = count(union(carton.packed(naming, closed, key_of(row))))
    filled = [one.cartons for one in naming if one.run == key_of(row)]
    void = carton_record.side(session, row).void
    return Summary(
        loose=count(loose),
        packed=packed,
        first_loose=loose[0][0] if loose else 0,
        last_loose=loose[-1][1] if loose else 0,
        filled=count(union(filled)),
        empty=count(without((1, row.count), [*filled, *void])) if row.level is not None else 0,
        opened=len(carton_record.splits_of(session, key_of(row))),
    )


def runs_of(session: Session, organisation_id: int, limit: int = 50) -> list[tuple[Run, Batch]]:
    """An organisation's newest runs of carton labels with their batches."""
    query = (
        select(Run, Batch)
        .join(Batch, col(Batch.id) == col(Run.batch_id))
        .where(Run.organisation_id == organisation_id, col(Run.level).is_not(None))
        .order_by(col(Run.id).desc())
        .limit(limit)
    )
    return [(row, batch) for row, batch in session.exec(query).all()]


def lines(session: Session, runs: Iterable[Run], limit: int = 100) -> dict[int, list[CartonLine]]:
    """The newest packings and splits that concern each run, as cartons or as content, newest first."""
    return {key_of(row): _lines(session, key_of(row), limit) for row in runs}


def _lines(session: Session, run_id: int, limit: int) -> list[CartonLine]:
    mine = or_(col(CartonPack.run_id) == run_id, col(CartonPack.content_run_id) == run_id)
    packs = session.exec(
        select(CartonPack).where(mine).order_by(col(CartonPack.id).desc()).limit(limit)
    ).all()
    splits = session.exec(
        select(CartonSplit)
        .where(CartonSplit.run_id == run_id)
        .order_by(col(CartonSplit.id).desc())
        .limit(limit)
    ).all()
    recorders = {row.recorded_by for row in packs} | {row.recorded_by for row in splits}
    people = people_names(session, recorders)
    packed = entries_of(session, "carton_pack", [key_of(row) for row in packs])
    opened = entries_of(session, "carton_split", [key_of(row) for row in splits])
    found = [
        CartonLine(
            row.run_id,
            row.first,
            row.last,
            row.recorded_at,
            people[row.recorded_by],
            packed.get(key_of(row)),
            row.content_run_id,
            row.content_first,
            row.content_last,
        )
        for row in packs
    ]
    found += [
        CartonLine(
            row.run_id,
            row.item,
            row.item,
            row.recorded_at,
            people[row.recorded_by],
            opened.get(key_of(row)),
            reason=row.reason,
        )
        for row in splits
    ]
    return sorted(found, key=lambda line: line.at, reverse=True)[:limit]


def split_steps(session: Session, numbers: Mapping[int, str], names: Mapping[int, str]) -> list[StepView]:
    """Opened cartons (拆箱) of the batches, or with their labels inside, as steps of the chain.

    `numbers` are the batches' numbers by id, `names` the organisations' names by id.
    """
    runs = {
        key_of(row): row
        for row in session.exec(select(Run).where(col(Run.batch_id).in_(numbers)).order_by(col(Run.id))).all()
    }
    holders = session.exec(
        select(CartonPack.run_id).where(col(CartonPack.content_run_id).in_(runs)).distinct()
    ).all()
    query = select(CartonSplit).where(col(CartonSplit.run_id).in_({*runs, *holders}))
    splits = session.exec(query.order_by(col(CartonSplit.id))).all()
    entries = entries_of(session, "carton_split", [key_of(row) for row in splits])
    found = []
    for split in splits:
        held = carton_record.contents(session, split.run_id, (split.item, split.item))
        if split.run_id in runs or any(one.run in runs for one in held):
            row = session.get_one(Run, split.run_id)
            found.append(_step(row, split, sum(one.count for one in held), numbers, names, entries))
    return found


def _step(
    row: Run,
    split: CartonSplit,
    labels: int,
    numbers: Mapping[int, str],
    names: Mapping[int, str],
    entries: Mapping[int, int],
) -> StepView:
    pallet = carton_record.level_of(row) == carton.PALLET
    printed = carton_record.number_of(row, split.item)
    reason = phones_in(split.reason)
    return StepView(
        stage="unpack",
        title="拆托盘" if pallet else "拆箱",
        title_en="Pallet opened" if pallet else "Carton opened",
        icon="split",
        occurred_at=split.recorded_at,
        recorded_at=split.recorded_at,
        late_days=0,
        organisation=names.get(row.organisation_id, ""),
        batch_no=numbers.get(row.batch_id, ""),
        place="",
        source="",
        destination="",
        quantity_g=None,
        facts=(
            FactView("箱标", "Label", printed, printed),
            fact_view("里面装了", "Held", partial(_held, labels)),
            FactView("原因", "Reason", reason, reason),
        ),
        ledger_seq=entries.get(key_of(split), 0),
    )


def _held(labels: int, lang: str) -> str:
    return languages.said(lang, "{count} 枚标签", "{count} labels").format(count=labels)


def affected(session: Session, batches: Iterable[Batch]) -> Affected:
    """The live cartons and pallets that hold labels of the batches now."""
    ids = [key_of(batch) for batch in batches]
    items = session.exec(select(Run.id).where(col(Run.batch_id).in_(ids), col(Run.level).is_(None))).all()
    holders = _live_holders(session, {key: None for key in items if key is not None})
    levels = {key: carton_record.level_of(session.get_one(Run, key)) for key in holders}
    boxes = {key: spans for key, spans in holders.items() if levels[key] == carton.CARTON}
    pallets = {key: spans for key, spans in holders.items() if levels[key] == carton.PALLET}
    for key, spans in _live_holders(session, boxes).items():
        pallets[key] = tuple(union([*pallets.get(key, ()), *spans]))
    return Affected(boxes, pallets)


def _live_holders(
    session: Session, content: Mapping[int, tuple[Range, ...] | None]
) -> dict[int, tuple[Range, ...]]:
    """The live cartons that hold some labels of the runs (None: any label of the run)."""
    query = select(CartonPack).where(col(CartonPack.content_run_id).in_(content))
    packings = [carton_record.packing(row) for row in session.exec(query).all()]
    closed = carton_record.closed(session, [one.run for one in packings])
    found: dict[int, list[Range]] = {}
    for one in packings:
        wanted = content[one.content]
        for labels in (one.labels,) if wanted is None else wanted:
            shared = carton.common(labels, one.labels)
            if shared is not None:
                live = without(one.around(shared), closed.get(one.run, ()))
                found.setdefault(one.run, []).extend(live)
    return {key: tuple(union(spans)) for key, spans in sorted(found.items()) if spans}

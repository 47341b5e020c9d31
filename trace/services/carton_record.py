"""Cartons (外箱) as they are on record: packings, splits, what lies where now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, or_, select

from labels import digits as printed_digits
from labels.code import ED25519, ItemCode
from trace.core import carton
from trace.core.carton import Held, Packing, Side
from trace.core.ranges import Range, count, without
from trace.services import ranges
from trace.tables import CartonPack, CartonSplit, RangeState, Run
from trace.tables.base import key_of


def level_of(row: Run) -> int:
    """0 for a run of item labels, 1 for outer cartons, 2 for pallets."""
    return row.level or carton.ITEM


def number_of(row: Run, item: int) -> str:
    """The number printed under a label's code."""
    return printed_digits.printed(ItemCode(ED25519, row.key_id, key_of(row), item))


def packing(row: CartonPack) -> Packing:
    """A stored packing as the rules see it."""
    return Packing(
        row.run_id,
        row.first,
        row.last,
        row.content_run_id,
        row.content_first,
        row.content_last,
        row.per_carton,
    )


def naming(session: Session, runs: Iterable[int]) -> list[Packing]:
    """Every packing that names one of the runs on either side, oldest first."""
    wanted = list(runs)
    query = (
        select(CartonPack)
        .where(or_(col(CartonPack.run_id).in_(wanted), col(CartonPack.content_run_id).in_(wanted)))
        .order_by(col(CartonPack.id))
    )
    return [packing(row) for row in session.exec(query).all()]


def into(session: Session, run_id: int, cartons: Range) -> list[Packing]:
    """What was packed into some cartons of a run, oldest first."""
    query = (
        select(CartonPack)
        .where(
            CartonPack.run_id == run_id,
            col(CartonPack.first) <= cartons[1],
            col(CartonPack.last) >= cartons[0],
        )
        .order_by(col(CartonPack.id))
    )
    return [packing(row) for row in session.exec(query).all()]


def holding(session: Session, run_id: int, labels: Range) -> list[Packing]:
    """The packings of some labels of a run, newest first, into cartons open or not."""
    query = (
        select(CartonPack)
        .where(
            CartonPack.content_run_id == run_id,
            col(CartonPack.content_first) <= labels[1],
            col(CartonPack.content_last) >= labels[0],
        )
        .order_by(col(CartonPack.id).desc())
    )
    return [packing(row) for row in session.exec(query).all()]


def touching(session: Session, wanted: Packing) -> list[Packing]:
    """Every packing that shares a carton or a label with the wanted one, on either side."""
    sides = ((wanted.run, wanted.cartons), (wanted.content, wanted.labels))
    return [row for side in sides for look in (into, holding) for row in look(session, *side)]


def closed(session: Session, runs: Iterable[int]) -> dict[int, list[Range]]:
    """The cartons of the runs that were opened or whose labels are void."""
    wanted = list(set(runs))
    found: defaultdict[int, list[Range]] = defaultdict(list)
    for split in session.exec(select(CartonSplit).where(col(CartonSplit.run_id).in_(wanted))).all():
        found[split.run_id].append((split.item, split.item))
    void = select(RangeState).where(col(RangeState.run_id).in_(wanted), RangeState.state == "void")
    for line in session.exec(void).all():
        found[line.run_id].append((line.first, line.last))
    return dict(found)


def side(session: Session, row: Run) -> Side:
    """A run as the rules of packing see it."""
    splits = splits_of(session, key_of(row)) if row.level is not None else []
    return Side(
        run=key_of(row),
        organisation=row.organisation_id,
        level=level_of(row),
        count=row.count,
        void=tuple(ranges.spans(session, row)["void"]),
        opened=tuple((split.item, split.item) for split in splits),
    )


def splits_of(session: Session, run_id: int) -> list[CartonSplit]:
    """The cartons of a run that were opened, in order of opening."""
    query = select(CartonSplit).where(CartonSplit.run_id == run_id).order_by(col(CartonSplit.id))
    return list(session.exec(query).all())


def split_of(session: Session, run_id: int, item: int) -> CartonSplit | None:
    """When and why a carton was opened, if it was."""
    return session.exec(
        select(CartonSplit).where(CartonSplit.run_id == run_id, CartonSplit.item == item)
    ).first()


def loose(session: Session, row: Run, within: Range | None = None) -> list[Range]:
    """The labels of a run (or of a part of it) that could be packed: neither void nor opened, in no live carton."""
    mine = side(session, row)
    found = naming(session, [mine.run])
    shut = closed(session, [one.run for one in found])
    taken = [*mine.void, *mine.opened, *carton.packed(found, shut, mine.run)]
    if row.level is not None:
        filled = [one.cartons for one in found if one.run == mine.run]
        taken += without((1, row.count), filled)
    return without(within or (1, row.count), taken)


def home_of(session: Session, run_id: int, item: int) -> tuple[int, int] | None:
    """The live carton (run, number) that a label lies in now; few small reads, for every scan asks."""
    for found in holding(session, run_id, (item, item)):
        number = found.around((item, item))[0]
        opened = split_of(session, found.run, number) is not None
        if not opened and ranges.state_of(session, found.run, number)[0] != "void":
            return found.run, number
    return None


def homes_of(session: Session, run_id: int, item: int) -> list[tuple[int, int]]:
    """The carton that a label lies in, then the pallet that carton stands on."""
    homes = []
    at = home_of(session, run_id, item)
    while at is not None:
        homes.append(at)
        at = home_of(session, *at)
    return homes


def contents(session: Session, run_id: int, cartons: Range) -> list[Held]:
    """What was packed into some cartons of a run, as it was put in."""
    return carton.contents(into(session, run_id, cartons), run_id, cartons)


def weights_g(session: Session, run_id: int, cartons: Iterable[Range]) -> set[int]:
    """The net weights (g) that outer cartons of a run have as packed."""
    weights: defaultdict[int, int] = defaultdict(int)
    for span in cartons:
        for row in into(session, run_id, span):
            unit = session.get_one(Run, row.content).unit_weight_g
            shared = carton.common(row.cartons, span) or row.cartons
            for number in range(shared[0], shared[1] + 1):
                weights[number] += count([row.inside((number, number))]) * unit
    return set(weights.values())


def items_within(session: Session, held: Sequence[Held]) -> list[Held]:
    """The items among some labels and inside their cartons; what an opened carton held is left out."""
    rows = {key: session.get_one(Run, key) for key in sorted({one.run for one in held})}
    found: list[Held] = []
    for one in held:
        if rows[one.run].level is None:
            found.append(one)
            continue
        shut = closed(session, [one.run]).get(one.run, [])
        inside = [
            deeper
            for part in without((one.first, one.last), shut)
            for deeper in contents(session, one.run, part)
        ]
        found += items_within(session, inside)
    return carton.joined(found)

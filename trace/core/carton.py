"""Outer cartons (外箱) and pallets (托盘): which labels one holds, and what may be put into one.

A carton is a label too: label `carton` of a run of level 1 (carton) or 2 (pallet); items are of level 0.
A carton is closed for good once it was opened (拆箱) or its label voided; what was in it is loose from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from trace.core.errors import Conflict, InvalidInput
from trace.core.ranges import Range, count, without

ITEM, CARTON, PALLET = 0, 1, 2
MAX_PER_CARTON = 99_999

Closed = Mapping[int, Sequence[Range]]
"""Cartons that are opened or void, as ranges by run."""


@dataclass(frozen=True, slots=True)
class Packing:
    """Cartons `first` to `last` of a run hold, in order, `per_carton` labels each of run `content`.

    The labels are `content_first` to `content_last`; the last carton may hold fewer.
    """

    run: int
    first: int
    last: int
    content: int
    content_first: int
    content_last: int
    per_carton: int

    @property
    def cartons(self) -> Range:
        """First and last carton."""
        return self.first, self.last

    @property
    def labels(self) -> Range:
        """First and last label inside."""
        return self.content_first, self.content_last

    def inside(self, cartons: Range) -> Range:
        """The labels in some of its cartons (a range within `cartons` of the packing)."""
        start = self.content_first + (cartons[0] - self.first) * self.per_carton
        end = self.content_first + (cartons[1] - self.first + 1) * self.per_carton - 1
        return start, min(end, self.content_last)

    def around(self, labels: Range) -> Range:
        """The cartons that hold some of its labels (a range within `labels` of the packing)."""
        low, high = ((label - self.content_first) // self.per_carton + self.first for label in labels)
        return low, high

    def live(self, closed: Closed) -> list[Range]:
        """Its cartons that are neither opened nor void."""
        return without(self.cartons, closed.get(self.run, ()))


@dataclass(frozen=True, slots=True)
class Side:
    """A run as packing sees it: whose it is, its level, how many labels, and which are void or opened."""

    run: int
    organisation: int
    level: int
    count: int
    void: tuple[Range, ...] = ()
    opened: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Labels `first` to `last` of a run inside a carton."""

    run: int
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many labels."""
        return self.last - self.first + 1


def common(one: Range, other: Range) -> Range | None:
    """What two ranges share."""
    first, last = max(one[0], other[0]), min(one[1], other[1])
    return (first, last) if first <= last else None


def cartons_needed(labels: int, per_carton: int) -> int:
    """How many cartons hold `labels` at `per_carton` each."""
    return -(-labels // per_carton)


def fill(run: int, content: int, loose: Iterable[Range], per_carton: int) -> list[Packing]:
    """Pack loose labels into cartons 1, 2, … of a run: every carton full but the last, in as few rows as gaps allow."""
    rows, carton, room = [], 1, per_carton
    for first, last in loose:
        at = first
        while at <= last:
            if room < per_carton:
                end, take = carton, min(room, last - at + 1)
            else:
                take = last - at + 1
                end = carton + cartons_needed(take, per_carton) - 1
            rows.append(Packing(run, carton, end, content, at, at + take - 1, per_carton))
            room = (room - take) % per_carton or per_carton
            carton = end + 1 if room == per_carton else end
            at += take
    return rows


def packed(packings: Iterable[Packing], closed: Closed, run: int) -> list[Range]:
    """The labels of a run that lie in a live carton now."""
    return [
        packing.inside(cartons)
        for packing in packings
        if packing.content == run
        for cartons in packing.live(closed)
    ]


def home(packings: Iterable[Packing], closed: Closed, run: int, label: int) -> tuple[int, int] | None:
    """The live carton that holds a label: its run and number."""
    for packing in packings:
        if packing.content == run and packing.content_first <= label <= packing.content_last:
            carton = packing.around((label, label))[0]
            if any(low <= carton <= high for low, high in packing.live(closed)):
                return packing.run, carton
    return None


def contents(packings: Iterable[Packing], run: int, cartons: Range) -> list[Held]:
    """What was packed into some cartons of a run, as it was put in; neighbouring labels are one range."""
    found: list[Held] = []
    for packing in packings:
        shared = common(packing.cartons, cartons) if packing.run == run else None
        if shared is not None:
            first, last = packing.inside(shared)
            found.append(Held(packing.content, first, last))
    return joined(found)


def joined(found: Iterable[Held]) -> list[Held]:
    """In order, neighbouring labels as one range."""
    return list(_joined(sorted(found, key=lambda held: (held.run, held.first))))


def _joined(found: Iterable[Held]) -> Iterator[Held]:
    before: Held | None = None
    for held in found:
        if before is not None and before.run == held.run and held.first <= before.last + 1:
            before = Held(held.run, before.first, max(before.last, held.last))
            continue
        if before is not None:
            yield before
        before = held
    if before is not None:
        yield before


def check(wanted: Packing, cartons: Side, content: Side, packings: Sequence[Packing], closed: Closed) -> None:
    """Refuse a packing that cannot be; `packings` are all that name either run, on either side.

    Raises InvalidInput for numbers outside the runs, Conflict for labels that are void, opened or packed already.
    """
    _check_numbers(wanted, cartons, content)
    _check_cartons(wanted, cartons, packings, closed)
    _check_content(wanted, content, packings, closed)


def _check_numbers(wanted: Packing, cartons: Side, content: Side) -> None:
    if cartons.level < CARTON:
        raise InvalidInput("carton.not-carton", "carton_run", run=wanted.run)
    if content.organisation != cartons.organisation:
        raise Conflict("carton.other-organisation", "content_run")
    if content.level >= cartons.level:
        raise InvalidInput("carton.level", "content_run")
    if not 1 <= wanted.first <= wanted.last <= cartons.count:
        raise InvalidInput("carton.range", "first", last=cartons.count)
    if not 1 <= wanted.content_first <= wanted.content_last <= content.count:
        raise InvalidInput("carton.content-range", "content_first", last=content.count)
    if not 1 <= wanted.per_carton <= MAX_PER_CARTON:
        raise InvalidInput("carton.per-carton", "per_carton", max=MAX_PER_CARTON)
    labels = count([wanted.labels])
    needed, given = cartons_needed(labels, wanted.per_carton), count([wanted.cartons])
    if needed != given:
        raise InvalidInput(
            "carton.count", "last", labels=labels, each=wanted.per_carton, needed=needed, given=given
        )


def _check_cartons(wanted: Packing, cartons: Side, packings: Sequence[Packing], closed: Closed) -> None:
    if (number := _first(wanted.cartons, cartons.void)) is not None:
        raise Conflict("carton.void", "first", carton=number)
    if (number := _first(wanted.cartons, cartons.opened)) is not None:
        raise Conflict("carton.opened", "first", carton=number)
    if (number := _first(wanted.cartons, packed(packings, closed, wanted.run))) is not None:
        raise Conflict("carton.in-pallet", "first", carton=number)


def _check_content(wanted: Packing, content: Side, packings: Sequence[Packing], closed: Closed) -> None:
    if (number := _first(wanted.labels, content.void)) is not None:
        raise Conflict("carton.content-void", "content_first", label=number)
    if (number := _first(wanted.labels, content.opened)) is not None:
        raise Conflict("carton.content-opened", "content_first", carton=number)
    if (number := _first(wanted.labels, packed(packings, closed, wanted.content))) is not None:
        where = home(packings, closed, wanted.content, number) or (0, 0)
        raise Conflict("carton.content-packed", "content_first", label=number, run=where[0], carton=where[1])
    if content.level >= CARTON:
        filled = [packing.cartons for packing in packings if packing.run == wanted.content]
        for first, _last in without(wanted.labels, filled):
            raise Conflict("carton.content-empty", "content_first", carton=first)


def _first(wanted: Range, taken: Iterable[Range]) -> int | None:
    """The first number of `wanted` that is taken."""
    shared = [part[0] for one in taken if (part := common(wanted, one)) is not None]
    return min(shared, default=None)

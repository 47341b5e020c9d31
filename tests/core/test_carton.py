"""Cartons against a plain dictionary of which label lies where."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core import carton
from trace.core.carton import Held, Packing, Side
from trace.core.errors import TraceError
from trace.core.ranges import Range, count, without

ITEMS, BOXES, PALLETS = 7, 8, 9
SIDES = {
    ITEMS: Side(ITEMS, 1, carton.ITEM, 60),
    BOXES: Side(BOXES, 1, carton.CARTON, 12),
    PALLETS: Side(PALLETS, 1, carton.PALLET, 4),
}


def packing(**given: int) -> Packing:
    words = {
        "run": BOXES,
        "first": 1,
        "last": 2,
        "content": ITEMS,
        "content_first": 1,
        "content_last": 20,
        "per_carton": 10,
    }
    return Packing(**{**words, **given})


def refusal(
    wanted: Packing, *before: Packing, closed: carton.Closed | None = None, **sides: Side
) -> tuple[str, str | None]:
    known = SIDES | {side.run: side for side in sides.values()}
    with pytest.raises(TraceError) as caught:
        carton.check(wanted, known[wanted.run], known[wanted.content], before, closed or {})
    assert caught.value.message("zh")
    assert caught.value.message("en")
    return caught.value.code, caught.value.field


def accepted(wanted: Packing, *before: Packing, closed: carton.Closed | None = None) -> bool:
    carton.check(wanted, SIDES[wanted.run], SIDES[wanted.content], before, closed or {})
    return True


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"first": 0, "last": 1}, "carton.range"),
        ({"first": 2, "last": 1}, "carton.range"),
        ({"first": 12, "last": 13}, "carton.range"),
        ({"content_first": 0, "content_last": 19}, "carton.content-range"),
        ({"content_first": 20, "content_last": 1}, "carton.content-range"),
        ({"content_first": 42, "content_last": 61}, "carton.content-range"),
        ({"per_carton": 0}, "carton.per-carton"),
        ({"per_carton": 100_000}, "carton.per-carton"),
        ({"per_carton": 9}, "carton.count"),
        ({"per_carton": 20}, "carton.count"),
        ({"content_last": 21}, "carton.count"),
        ({"content_last": 10}, "carton.count"),
        ({"run": ITEMS}, "carton.not-carton"),
        ({"content": BOXES}, "carton.level"),
        ({"content": PALLETS}, "carton.level"),
    ],
)
def test_numbers_that_cannot_be_are_refused(wrong: dict[str, int], code: str) -> None:
    assert refusal(packing(**wrong))[0] == code


def test_the_last_carton_may_hold_fewer() -> None:
    assert accepted(packing(content_last=11))
    assert packing(content_last=11).inside((2, 2)) == (11, 11)


def test_content_of_another_organisation_is_refused() -> None:
    assert refusal(packing(), theirs=replace(SIDES[ITEMS], organisation=2))[0] == "carton.other-organisation"


def test_void_and_opened_labels_neither_hold_nor_are_packed() -> None:
    void_box = replace(SIDES[BOXES], void=((2, 2),))
    open_box = replace(SIDES[BOXES], opened=((1, 1),))
    assert refusal(packing(), boxes=void_box) == ("carton.void", "first")
    assert refusal(packing(), boxes=open_box) == ("carton.opened", "first")
    void_items = replace(SIDES[ITEMS], void=((15, 30),))
    assert refusal(packing(), items=void_items) == ("carton.content-void", "content_first")
    onto = packing(run=PALLETS, content=BOXES, last=1, content_last=2)
    assert refusal(onto, packing(), boxes=open_box)[0] == "carton.content-opened"


def test_a_label_in_a_live_carton_is_not_packed_again_until_that_is_opened_or_void() -> None:
    again = packing(first=5, last=5, content_first=11, content_last=20)
    assert refusal(again, packing())[0] == "carton.content-packed"
    assert accepted(again, packing(), closed={BOXES: [(2, 2)]})
    assert refusal(again, packing(), closed={BOXES: [(1, 1)]})[0] == "carton.content-packed"


def test_an_empty_carton_is_not_put_on_a_pallet_and_one_on_a_pallet_takes_nothing_more() -> None:
    onto = packing(run=PALLETS, content=BOXES, last=1, content_last=3)
    assert refusal(onto, packing())[0] == "carton.content-empty"
    onto = replace(onto, content_last=2)
    assert accepted(onto, packing())
    more = packing(content_first=21, content_last=40)
    assert refusal(more, packing(), onto)[0] == "carton.in-pallet"
    assert accepted(more, packing(), onto, closed={PALLETS: [(1, 1)]})


def test_what_was_put_in_twice_is_one_list_of_content() -> None:
    rows = [packing(), packing(first=2, last=2, content_first=21, content_last=24)]
    assert carton.contents(rows, BOXES, (2, 2)) == [Held(ITEMS, 11, 24)]
    assert carton.contents(rows, BOXES, (1, 1)) == [Held(ITEMS, 1, 10)]
    assert carton.contents(rows, BOXES, (3, 12)) == []
    apart = [packing(), packing(first=1, last=1, content_first=41, content_last=44)]
    assert carton.contents(apart, BOXES, (1, 1)) == [Held(ITEMS, 1, 10), Held(ITEMS, 41, 44)]


GAPS = st.lists(st.tuples(st.integers(1, 200), st.integers(0, 30)).map(lambda pair: (pair[0], sum(pair))))


@given(st.integers(1, 200), GAPS, st.integers(1, 40))
def test_filling_packs_every_loose_label_once_and_only_the_last_carton_is_not_full(
    labels: int, gaps: list[Range], per: int
) -> None:
    loose = without((1, labels), gaps)
    rows = carton.fill(BOXES, ITEMS, loose, per)
    inside: dict[int, list[int]] = {}
    for row in rows:
        for number in range(row.first, row.last + 1):
            low, high = row.inside((number, number))
            inside.setdefault(number, []).extend(range(low, high + 1))
    assert [one for number in sorted(inside) for one in inside[number]] == [
        one for low, high in loose for one in range(low, high + 1)
    ]
    assert len(inside) == carton.cartons_needed(count(loose), per)
    assert all(len(held) == per for number, held in inside.items() if number < len(inside))
    side = Side(BOXES, 1, carton.CARTON, max(len(inside), 1))
    items = Side(ITEMS, 1, carton.ITEM, labels, void=tuple(gaps))
    for at, row in enumerate(rows):
        carton.check(row, side, items, rows[:at], {})


@given(st.data(), st.integers(1, 9), st.integers(1, 60), st.integers(1, 15))
def test_a_label_and_its_carton_find_each_other(
    data: st.DataObject, first: int, labels: int, per: int
) -> None:
    last = first + carton.cartons_needed(labels, per) - 1
    row = Packing(BOXES, first, last, ITEMS, 5, 5 + labels - 1, per)
    label = data.draw(st.integers(5, 4 + labels))
    found = carton.home([row], {}, ITEMS, label)
    assert found is not None
    low, high = row.inside((found[1], found[1]))
    assert low <= label <= high
    assert carton.home([row], {BOXES: [(found[1], found[1])]}, ITEMS, label) is None
    assert carton.home([row], {}, ITEMS, 5 + labels) is None
    assert carton.home([row], {}, BOXES, label) is None


@dataclass
class Yard:
    """Which label lies in which carton, kept one by one; and the rows as the service keeps them."""

    rows: list[Packing] = field(default_factory=list)
    closed: dict[int, list[Range]] = field(default_factory=dict)
    where: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    filled: set[tuple[int, int]] = field(default_factory=set)

    def is_closed(self, run: int, number: int) -> bool:
        return (number, number) in self.closed.get(run, [])

    def may(self, row: Packing) -> bool:
        cartons = range(row.first, row.last + 1)
        labels = range(row.content_first, row.content_last + 1)
        if SIDES[row.content].level >= SIDES[row.run].level:
            return False
        if any(self.is_closed(row.run, one) or (row.run, one) in self.where for one in cartons):
            return False
        if any((row.content, one) in self.where or self.is_closed(row.content, one) for one in labels):
            return False
        return row.content == ITEMS or all((row.content, one) in self.filled for one in labels)

    def put(self, row: Packing) -> None:
        self.rows.append(row)
        for number in range(row.first, row.last + 1):
            low, high = row.inside((number, number))
            self.filled.add((row.run, number))
            for label in range(low, high + 1):
                self.where[row.content, label] = (row.run, number)

    def split(self, run: int, number: int) -> None:
        self.closed.setdefault(run, []).append((number, number))
        self.where = {label: home for label, home in self.where.items() if home != (run, number)}


@st.composite
def acts(draw: st.DrawFn) -> list[Packing | tuple[int, int]]:
    """Packings that fit their runs' numbers, and splits."""
    found: list[Packing | tuple[int, int]] = []
    for _ in range(draw(st.integers(1, 14))):
        run = draw(st.sampled_from([BOXES, BOXES, PALLETS]))
        if draw(st.integers(0, 3)) == 0:
            found.append((run, draw(st.integers(1, SIDES[run].count))))
            continue
        content = draw(st.sampled_from([ITEMS, ITEMS, BOXES]))
        per = draw(st.integers(1, 8))
        first = draw(st.integers(1, SIDES[content].count))
        labels = draw(st.integers(1, min(SIDES[content].count - first + 1, per * 3)))
        needed = carton.cartons_needed(labels, per)
        start = draw(st.integers(1, SIDES[run].count))
        if start + needed - 1 <= SIDES[run].count:
            found.append(Packing(run, start, start + needed - 1, content, first, first + labels - 1, per))
    return found


@given(acts())
def test_whatever_is_packed_and_split_a_label_is_in_one_live_carton_at_most(
    done: list[Packing | tuple[int, int]],
) -> None:
    yard = Yard()
    for act in done:
        if isinstance(act, tuple):
            if not yard.is_closed(*act):
                yard.split(*act)
            continue
        sides = {run: replace(side, opened=tuple(yard.closed.get(run, ()))) for run, side in SIDES.items()}
        try:
            carton.check(act, sides[act.run], sides[act.content], yard.rows, yard.closed)
        except TraceError:
            assert not yard.may(act)
        else:
            assert yard.may(act)
            yard.put(act)
    for run in (ITEMS, BOXES):
        lying = carton.packed(yard.rows, yard.closed, run)
        assert count(lying) == sum(label[0] == run for label in yard.where)
        for label in range(1, SIDES[run].count + 1):
            assert carton.home(yard.rows, yard.closed, run, label) == yard.where.get((run, label))

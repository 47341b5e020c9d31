"""Age: single devices of long ago are forgotten, in small portions; the numbers stay."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.makers import World
from tests.support.scanning import ask, clusters, months, seen
from trace.services import scan_prune
from trace.services.scan_prune import kept_too_long, limit_of, prune

OLD, EDGE = date(2027, 1, 5), date(2028, 7, 1)


@pytest.fixture
def run_id(world: World) -> int:
    """Three labels, each asked for by six devices of long ago and one of the day that is the limit."""
    made = world.printed(world.ready(), 3)
    for item in (1, 2, 3):
        for net in range(6):
            ask(world.db, made, item, net=net, province="36", day=OLD)
        ask(world.db, made, item, net=9, day=EDGE)
    return made


@pytest.mark.parametrize("portion", [1, 4, 7, 1_000])
def test_what_is_too_old_goes_and_the_numbers_stay(world: World, run_id: int, portion: int) -> None:
    looked: list[int] = []
    assert kept_too_long(world.db, EDGE)
    assert prune(world.db, EDGE, portion=portion, beat=looked.append) == 18
    assert looked == sorted(looked)
    assert looked[-1] == 21
    assert not kept_too_long(world.db, EDGE)
    assert prune(world.db, EDGE, portion=portion) == 0
    with world.db.read() as session:
        for item in (1, 2, 3):
            assert [row.first_day for row in clusters(session, run_id, item)] == [EDGE]
            assert seen(session, run_id, item) == (7, 1)
        assert months(session, run_id) == {("2027-01", "36"): 18, ("2028-07", ""): 3}


def test_a_stop_half_way_keeps_what_is_done(world: World, run_id: int) -> None:
    def stop(_looked: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        prune(world.db, EDGE, portion=5, beat=stop)
    with world.db.read() as session:
        assert sum(len(clusters(session, run_id, item)) for item in (1, 2, 3)) == 16
    assert prune(world.db, EDGE, portion=5) == 13


def test_a_device_that_was_forgotten_counts_anew(world: World, run_id: int) -> None:
    prune(world.db, EDGE)
    assert ask(world.db, run_id, net=1, day=EDGE).devices == 8


@given(st.dates(date(2020, 1, 1), date(2060, 12, 31)), st.integers(1, 120))
def test_months_are_counted_back_never_too_few(today: date, number: int) -> None:
    limit = limit_of(today, number)
    assert (today.year * 12 + today.month) - (limit.year * 12 + limit.month) == number
    assert limit.day == min(today.day, 28)
    assert scan_prune.limit_of(today, number) < today

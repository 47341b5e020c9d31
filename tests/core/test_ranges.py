"""Ranges of item numbers against plain sets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from trace.core.ranges import count, union, without

RANGES = st.lists(st.tuples(st.integers(1, 40), st.integers(0, 10)).map(lambda pair: (pair[0], sum(pair))))


@given(st.integers(1, 40), st.integers(0, 20), RANGES)
def test_what_is_left_is_what_nobody_took(first: int, more: int, taken: list[tuple[int, int]]) -> None:
    last = first + more
    gone = {number for low, high in taken for number in range(low, high + 1)}
    left = without((first, last), taken)
    wanted = [number for number in range(first, last + 1) if number not in gone]
    assert [number for low, high in left for number in range(low, high + 1)] == wanted
    assert count(left) == len(wanted)


@given(RANGES)
def test_joined_ranges_hold_the_same_numbers_with_a_gap_between_any_two(
    ranges: list[tuple[int, int]],
) -> None:
    joined = union(ranges)
    wanted = {number for low, high in ranges for number in range(low, high + 1)}
    assert [number for low, high in joined for number in range(low, high + 1)] == sorted(wanted)
    assert all(before[1] + 1 < after[0] for before, after in pairwise(joined))

"""Stories told side by side come out in the order in which things happened, every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.demo.strands import Strands

START = datetime(2026, 3, 1, tzinfo=UTC)


def story(strands: Strands, seen: list[tuple[int, str]], name: str, days: list[int]) -> Callable[[], str]:
    def tell() -> str:
        for day in days:
            strands.wait(START + timedelta(days=day))
            seen.append((day, name))
        return name

    return tell


DAYS = st.lists(st.integers(0, 9), max_size=6).map(sorted)


@given(st.lists(DAYS, min_size=1, max_size=4))
def test_in_order_of_time_and_where_even_in_order_of_the_stories(given_days: list[list[int]]) -> None:
    strands = Strands()
    seen: list[tuple[int, str]] = []
    names = [str(number) for number in range(len(given_days))]
    told = strands.together(
        *(story(strands, seen, name, days) for name, days in zip(names, given_days, strict=True))
    )
    assert told == names
    assert seen == sorted((day, name) for name, days in zip(names, given_days, strict=True) for day in days)


def test_a_story_may_split_and_go_on_when_its_parts_are_told() -> None:
    strands = Strands()
    seen: list[tuple[int, str]] = []

    def split() -> str:
        story(strands, seen, "before", [1])()
        strands.together(story(strands, seen, "left", [2, 6]), story(strands, seen, "right", [3, 4]))
        return story(strands, seen, "after", [7])()

    assert strands.together(split, story(strands, seen, "beside", [2, 5, 6, 8])) == ["after", "beside"]
    assert seen == [
        (1, "before"), (2, "beside"), (2, "left"), (3, "right"), (4, "right"),
        (5, "beside"), (6, "beside"), (6, "left"), (7, "after"), (8, "beside"),
    ]  # fmt: skip


def test_a_story_that_fails_lets_the_others_end_and_is_heard_of() -> None:
    strands = Strands()
    seen: list[tuple[int, str]] = []

    def fails() -> str:
        strands.wait(START + timedelta(days=1))
        raise RuntimeError("示例")

    with pytest.raises(RuntimeError, match="示例"):
        strands.together(fails, story(strands, seen, "on", [0, 2, 3]))
    assert [day for day, _ in seen] == [0, 2, 3]


def test_told_alone_nothing_waits() -> None:
    strands = Strands()
    seen: list[tuple[int, str]] = []
    story(strands, seen, "alone", [5, 1])()
    assert seen == [(5, "alone"), (1, "alone")]

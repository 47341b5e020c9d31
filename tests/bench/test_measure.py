"""The measured table says what was measured."""

from __future__ import annotations

import pytest

from bench.measure import Rates, Row, compared, median_of, row, shown, table


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.01234, "0.0123"),
        (7.456, "7.46"),
        (99.5, "99.5"),
        (100.4, "100"),
        (1234.0, "1,230"),
        (425_678.0, "426,000"),
    ],
)
def test_a_figure_is_shown_with_three_digits(value: float, words: str) -> None:
    assert shown(value) == words


def test_a_row_names_its_yardstick_and_the_ratio() -> None:
    assert row("labels", "labels/s", Rates(150.0, 200.0, 0.75), "bare signing") == Row(
        "labels", 150.0, "labels/s", "bare signing: 200", 0.75
    )
    assert "| labels | 150 | labels/s | bare signing: 200 | 0.75 |" in table(
        [row("labels", "labels/s", Rates(150.0, 200.0, 0.75), "bare signing")]
    )


def test_both_sides_are_run_by_turns_the_same_number_of_rounds() -> None:
    turns: list[str] = []

    def counted(name: str) -> int:
        turns.append(name)
        return 1

    rates = compared(lambda: counted("a"), lambda: counted("b"), rounds=3, seconds=0)
    assert turns == ["a", "b"] * 4
    assert min(rates.ours, rates.yardstick, rates.ratio) > 0


def test_the_ratio_is_that_of_a_typical_round_not_of_the_medians() -> None:
    assert median_of([(10, 20), (40, 80), (30, 30)]) == Rates(30, 30, 0.5)


def test_a_yardstick_that_is_not_installed_leaves_a_dash() -> None:
    assert "| job | 40 | labels/s | other: absent | – |" in table(
        [Row("job", 40.0, "labels/s", "other: absent", None)]
    )

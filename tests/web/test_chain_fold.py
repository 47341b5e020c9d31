"""A long season is folded so that the chain can be read; nothing that needs saying is folded away."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from trace.services.public_view import StepView
from trace.web.filters import folded_by_stage

START = datetime(2026, 3, 1, tzinfo=UTC)


def _step(stage: str, number: int) -> StepView:
    at = START + timedelta(days=number)
    return StepView(stage, stage, stage, stage, at, at, 0, "示例合作社", "B-1", "", "", "", None, ())


def _shown(*steps: StepView) -> list[tuple[int, int]]:
    return [(len(shown), len(folded)) for shown, folded in folded_by_stage(steps)]


def test_the_first_of_many_field_records_stands_for_them() -> None:
    season = [_step("planting", number) for number in range(8)]
    assert _shown(*season, _step("harvest", 9), _step("harvest", 10)) == [(1, 7), (2, 0)]
    [(shown, folded), _] = folded_by_stage([*season, _step("harvest", 9)])
    assert [*shown, *folded] == season


def test_three_records_are_not_worth_a_fold_and_stages_do_not_mix() -> None:
    planting = [_step("planting", number) for number in range(3)]
    assert _shown(*planting, _step("harvest", 4), *planting) == [(3, 0), (1, 0), (3, 0)]


def test_what_is_late_or_corrected_is_always_shown() -> None:
    season = [_step("planting", number) for number in range(7)]
    season[2] = replace(season[2], late_days=12)
    season[4] = replace(season[4], corrected_by="写错")
    season[5] = replace(season[5], corrects="写错")
    [(shown, folded)] = folded_by_stage(season)
    assert shown == [season[0], season[2], season[4], season[5]]
    assert folded == [season[1], season[3], season[6]]


def test_an_empty_chain_is_no_chain() -> None:
    assert folded_by_stage([]) == []

"""A brand's rules: one text for one meaning, and plots inside or outside the protected area."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core import brand_rules
from trace.core.brand_rules import Area, BrandRules
from trace.core.errors import InvalidInput
from trace.core.lateness import DEFAULT_DAYS
from trace.core.stages import STAGES


@given(st.permutations(list(STAGES)))
def test_the_order_in_which_stages_are_ticked_makes_no_other_rules(stages: list[str]) -> None:
    assert BrandRules(stages=tuple(stages)) == BrandRules(stages=tuple(STAGES))
    assert BrandRules(stages=(*stages, stages[0])).text() == BrandRules(stages=tuple(STAGES)).text()


def test_rules_come_back_as_they_were_written() -> None:
    rules = BrandRules(
        ("planting", "harvest"), ("铅", "镉"), (Area("360735", "琴江镇"),), activation="pack", late_days=3
    )
    assert brand_rules.read(rules.text()) == rules


def test_a_plot_is_protected_by_its_county_and_township_together() -> None:
    rules = BrandRules(areas=(Area("360735", "琴江镇"),))
    assert rules.protects("360735", "琴江镇")
    assert rules.protects("360735100", "琴江镇")
    assert not rules.protects("360734", "琴江镇")
    assert not rules.protects("360735", "示例乡")
    assert BrandRules().protects("110101", "")


@pytest.mark.parametrize(
    "raw",
    [{"activation": "sometimes"}, {"late_days": -1}, {"late_days": "soon"}, {"areas": [{}]}, {"areas": 5}],
)
def test_what_are_no_rules_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        brand_rules.from_mapping(raw)
    assert refusal.value.code == "brand.rules"


def test_an_edition_from_before_lateness_was_a_rule_allows_the_usual_days_and_keeps_its_words() -> None:
    """Stored editions are never written anew: what was entered in the ledger stays as it was."""
    stored = '{"activation":"print","areas":[],"stages":[],"tests":[]}'
    assert brand_rules.read(stored).late_days == DEFAULT_DAYS

"""Pesticide entries against the label: crop, interval, number of uses, and what nobody may use."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core.pesticide import (
    BANNED,
    banned,
    check_inputs,
    ingredients,
    used_ingredients,
    valid_registration,
)

HARVEST = date(2026, 3, 10)


def sprayed(**change: Any) -> dict[str, Any]:
    row = {
        "kind": "pesticide",
        "name": "示例杀菌剂",
        "registration": "PD00000001",
        "ingredients": "示例成分",
        "source": "示例农资店",
        "usage": "喷雾",
        "dose": "30 克/亩",
        "first_day": "2026-03-01",
        "last_day": "2026-03-01",
        "crops": "草莓、番茄",
        "interval_days": 3,
        "max_uses": 2,
    }
    return {**row, **change}


def codes(*rows: dict[str, Any], crop: str = "草莓", harvest: date | None = HARVEST) -> list[str]:
    findings = check_inputs(rows, crop, harvest)
    for finding in findings:
        assert finding.message("zh")
        assert finding.message("en")
    return [finding.code for finding in findings]


def test_a_use_by_the_label_raises_nothing() -> None:
    assert codes(sprayed()) == []
    assert codes(sprayed(kind="fertiliser", registration="", crops="", interval_days=None)) == []


@pytest.mark.parametrize("crops", ["草莓（保护地）、番茄", "番茄,草莓(温室)", "草莓"])
def test_the_registered_crop_is_read_as_labels_say_it(crops: str) -> None:
    assert codes(sprayed(crops=crops)) == []


def test_an_unregistered_crop_is_found() -> None:
    assert codes(sprayed(crops="番茄")) == ["event.input-crop"]
    assert codes(sprayed(crops="草莓番石榴")) == ["event.input-crop"]
    assert codes(sprayed(crops="")) == ["event.input-crop-unstated"]


def test_an_incomplete_entry_is_found_column_by_column() -> None:
    findings = check_inputs([sprayed(dose="", source="")], "草莓", HARVEST)
    assert [(finding.code, finding.column) for finding in findings] == [
        ("event.input-incomplete", "source"),
        ("event.input-incomplete", "dose"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "days", "kept"),
    [
        ("2026-03-01", "2026-03-07", 3, True),
        ("2026-03-01", "2026-03-08", 3, False),
        ("2026-03-10", "2026-03-10", 0, True),
        ("2026-03-10", "2026-03-10", 1, False),
        ("2026-03-11", "2026-03-12", 7, True),
        ("2026-03-09", "2026-03-12", 7, False),
        ("2026-03-09", "2026-03-12", 0, True),
    ],
)
def test_the_interval_is_counted_from_the_last_use_before_picking(
    first: str, last: str, days: int, kept: bool
) -> None:
    found = check_inputs([sprayed(first_day=first, last_day=last, interval_days=days)], "草莓", HARVEST)
    assert [finding.code for finding in found] == ([] if kept else ["event.input-interval"])
    assert all(finding.overridable for finding in found)


def test_a_broken_interval_names_the_earliest_day() -> None:
    (finding,) = check_inputs([sprayed(last_day="2026-03-09")], "草莓", HARVEST)
    assert finding.params["earliest"] == "2026-03-12"
    assert "2026-03-12" in finding.message("zh")


def test_without_a_stated_interval_nothing_is_assumed() -> None:
    assert codes(sprayed(interval_days=None)) == ["event.input-interval-unstated"]
    assert codes(sprayed(interval_days=None), harvest=None) == []


@given(st.integers(0, 60), st.integers(0, 60))
def test_the_interval_holds_exactly_from_its_last_day_on(days: int, waited: int) -> None:
    used = date.fromordinal(HARVEST.toordinal() - waited).isoformat()
    found = codes(sprayed(first_day=used, last_day=used, interval_days=days))
    assert bool(found) == (waited < days)


def test_a_drug_has_its_withdrawal_period() -> None:
    drug = sprayed(kind="drug", crops=None, max_uses=None, registration="兽药字 0000")
    assert codes(drug) == []
    assert codes({**drug, "interval_days": 10}) == ["event.input-withdrawal"]
    assert codes({**drug, "interval_days": None}) == ["event.input-withdrawal-unstated"]
    assert codes({**drug, "dose": ""}) == ["event.input-incomplete"]
    assert used_ingredients([drug]) == {"示例成分"}


def test_uses_add_up_over_rows_of_the_same_product() -> None:
    assert codes(sprayed(), sprayed()) == []
    assert codes(sprayed(), sprayed(registration="pd 00000001"), sprayed()) == ["event.input-uses"]
    assert codes(sprayed(uses=3)) == ["event.input-uses"]
    assert codes(sprayed(uses=2), sprayed(registration="PD00000002", uses=2)) == []
    assert codes(sprayed(uses=9, max_uses=None)) == []


@pytest.mark.parametrize(
    ("name", "substance"),
    [
        ("甲胺磷", "甲胺磷"),
        ("50% 甲基对硫磷 乳油", "甲基对硫磷"),
        ("甲 胺·磷", "甲胺磷"),
        ("DDT 粉剂", "滴滴涕"),
        ("20% Paraquat", "百草枯"),
        ("2，4-滴丁酯乳油", "2,4-滴丁酯"),
        ("乙酸苯汞", "汞制剂"),
        ("甲基胂酸锌", "砷类"),
    ],
)
def test_banned_substances_are_found_in_names(name: str, substance: str) -> None:
    assert banned(sprayed(name=name)) == substance
    assert banned(sprayed(ingredients=name)) == substance
    assert codes(sprayed(name=name)) == ["event.input-banned"]
    assert not check_inputs([sprayed(name=name)], "草莓", HARVEST)[0].overridable


@pytest.mark.parametrize(
    "name",
    [
        "啶酰菌胺",
        "丁硫克百威",
        "硫双灭多威",
        "碘甲磺隆钠盐",
        "三氯杀螨砜",
        "草甘膦",
        "2,4-滴异辛酯",
        "磷化铝",
        "addtive",
    ],
)
def test_other_substances_with_similar_names_are_not(name: str) -> None:
    assert banned(sprayed(name=name)) is None


def test_a_pesticide_hidden_in_fertiliser_is_found() -> None:
    assert codes(sprayed(kind="fertiliser", name="示例药肥（含克百威）", last_day="2026-07-01")) == [
        "event.input-banned"
    ]
    assert codes(sprayed(kind="fertiliser", name="无铅无汞有机肥")) == []


def test_a_ban_counts_from_its_day() -> None:
    assert banned(sprayed(name="氧乐果", last_day="2026-05-31")) is None
    assert banned(sprayed(name="氧乐果", last_day="2026-06-01")) == "氧乐果"
    assert banned(sprayed(name="氧乐果", last_day=None, first_day=None)) == "氧乐果"


@pytest.mark.parametrize("name", BANNED)
def test_every_name_on_the_list_is_refused(name: str) -> None:
    assert banned({"kind": "pesticide", "name": f"示例{name}"}) is not None


def test_ingredients_are_what_the_tests_must_look_for() -> None:
    assert ingredients(sprayed(ingredients="苯醚甲环唑、嘧菌酯")) == ["苯醚甲环唑", "嘧菌酯"]
    assert ingredients(sprayed(ingredients="")) == ["示例杀菌剂"]
    rows = [sprayed(), sprayed(ingredients="甲;乙"), sprayed(kind="fertiliser", ingredients="氮")]
    assert used_ingredients(rows) == {"示例成分", "甲", "乙"}


@pytest.mark.parametrize(
    "value", ["PD20100001", "pd20100001", "PD20100001F130002", "WP20080001", "LS20120001", "PD86101-10"]
)
def test_registration_numbers(value: str) -> None:
    assert valid_registration(value)


@pytest.mark.parametrize("value", ["", "PD", "20100001", "XX20100001", "PD2010000A", "PD" + "1" * 40])
def test_other_numbers_are_no_registration(value: str) -> None:
    assert not valid_registration(value)

"""Product categories and bounds."""

from __future__ import annotations

import pytest

from trace.core.errors import InvalidInput, InvalidInputs
from trace.core.product import (
    CATEGORIES,
    category_of,
    cert_required,
    check_shelf_life,
    check_unit_weight,
    check_watch,
    check_yield_range,
)
from trace.core.stages import STAGES


def test_the_certificate_is_asked_where_the_rules_name_the_category() -> None:
    asked = {key for key in CATEGORIES if cert_required(key)}
    assert asked == {"vegetable", "fruit", "tea", "livestock", "egg", "aquatic"}
    assert not cert_required("grain")
    assert not cert_required("dried")


def test_each_category_begins_with_a_stage() -> None:
    for key, category in CATEGORIES.items():
        assert category.first_stage in STAGES
        assert category_of(key).title() != category.title("en")


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        category_of("gold")
    assert caught.value.code == "product.category"


def test_bounds_that_hold() -> None:
    assert check_yield_range(250, 350) == (250, 350)
    assert check_yield_range(1000, 1000) == (1000, 1000)
    assert check_unit_weight(500) == 500
    assert check_shelf_life(365) == 365


@pytest.mark.parametrize(("lowest", "highest"), [(0, 10), (10, 9), (900, 1001)])
def test_a_yield_lies_between_nothing_and_all(lowest: int, highest: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_yield_range(lowest, highest)
    assert caught.value.code == "product.yield"


@pytest.mark.parametrize("weight", [0, -1, 100_001])
def test_a_unit_can_be_carried(weight: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_unit_weight(weight)
    assert caught.value.code == "product.unit-weight"


@pytest.mark.parametrize("days", [0, 3651])
def test_a_shelf_life_is_plausible(days: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_shelf_life(days)
    assert caught.value.code == "product.shelf-life"


@pytest.mark.parametrize(
    ("devices", "provinces", "fields"),
    [
        (2, 2, []),
        (1000, 34, []),
        (1, 2, ["watch_devices"]),
        (1001, 2, ["watch_devices"]),
        (8, 1, ["watch_provinces"]),
        (8, 35, ["watch_provinces"]),
        (0, 0, ["watch_devices", "watch_provinces"]),
    ],
)
def test_a_watch_can_be_reached_and_is_more_than_one(devices: int, provinces: int, fields: list[str]) -> None:
    if not fields:
        check_watch(devices, provinces)
        return
    with pytest.raises(InvalidInputs) as wrong:
        check_watch(devices, provinces)
    assert [one.field for one in wrong.value.errors] == fields

"""Weights are read exactly, shown plainly, and never appear or vanish."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core.errors import Conflict, InvalidInput
from trace.core.quantity import GRAMS, MAX_GRAMS, Balance, Unit, grams, labels_allowed, parse, show, take

WEIGHTS = st.integers(1, MAX_GRAMS)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("1", "g", 1),
        ("0.001", "kg", 1),
        ("12.5", "kg", 12_500),
        ("1.0000", "kg", 1_000),
        ("3", "jin", 1_500),
        ("0.5", "jin", 250),
        ("0.002", "jin", 1),
        ("10000", "t", MAX_GRAMS),
        (7, "kg", 7_000),
        ("1,250", "kg", 1_250_000),
        ("１２．５", "kg", 12_500),
        ("1，250", "kg", 1_250_000),
        (" 3 ", "t", 3_000_000),
    ],
)
def test_reading(value: str | int, unit: Unit, expected: int) -> None:
    assert grams(value, unit) == expected


@pytest.mark.parametrize(
    ("value", "unit", "code"),
    [
        ("", "kg", "quantity.required"),
        ("abc", "kg", "quantity.not-number"),
        ("1e9", "g", "quantity.not-number"),
        ("NaN", "kg", "quantity.not-number"),
        ("Infinity", "kg", "quantity.not-number"),
        ("1_000", "kg", "quantity.not-number"),
        ("1,25", "kg", "quantity.not-number"),
        ("٣", "kg", "quantity.not-number"),
        ("+3", "kg", "quantity.not-number"),
        ("1.", "kg", "quantity.not-number"),
        pytest.param("9" * 5000, "kg", "quantity.not-number", id="long"),
        (True, "kg", "quantity.not-number"),
        (1.5, "kg", "quantity.not-number"),
        (None, "kg", "quantity.not-number"),
        ("-5", "kg", "quantity.negative"),
        (-5, "kg", "quantity.negative"),
        pytest.param(-(10**5000), "kg", "quantity.negative", id="huge negative"),
        ("－5", "kg", "quantity.negative"),
        ("0", "kg", "quantity.zero"),
        ("0.000", "kg", "quantity.zero"),
        ("0.0001", "kg", "quantity.part-of-gram"),
        ("1.2345", "kg", "quantity.part-of-gram"),
        ("0.5", "g", "quantity.part-of-gram"),
        ("10000.001", "t", "quantity.too-large"),
        pytest.param(10**5000, "t", "quantity.too-large", id="huge"),
        ("1", "lb", "quantity.unit"),
    ],
)
def test_refusals(value: str | int, unit: Unit, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        grams(value, unit, "weight")
    assert (caught.value.code, caught.value.field) == (code, "weight")
    assert caught.value.message("zh")


def test_zero_where_it_is_allowed() -> None:
    assert grams("0", "kg", allow_zero=True) == 0


@given(WEIGHTS, st.sampled_from(list(GRAMS)))
def test_every_weight_reads_back_in_every_unit(weight: int, unit: Unit) -> None:
    assert grams(format((Decimal(weight) / GRAMS[unit]).normalize(), "f"), unit) == weight


@given(WEIGHTS)
def test_what_is_shown_reads_back(weight: int) -> None:
    assert parse(show(weight)) == weight


@pytest.mark.parametrize(
    ("weight", "shown"),
    [
        (0, "0 g"),
        (500, "500 g"),
        (1_000, "1 kg"),
        (12_500, "12.5 kg"),
        (1_250_000, "1,250 kg"),
        (1_001, "1.001 kg"),
    ],
)
def test_showing(weight: int, shown: str) -> None:
    assert show(weight) == show(weight, "en") == shown


@pytest.mark.parametrize(
    ("text", "weight"),
    [("12.5kg", 12_500), ("30 斤", 15_000), ("2吨", 2_000_000), ("500克", 500), ("1 KG", 1_000)],
)
def test_reading_with_a_unit(text: str, weight: int) -> None:
    assert parse(text) == weight


@pytest.mark.parametrize("text", ["12.5", "kg", "12 箱", "1e9 kg", "1 kg 2"])
def test_a_weight_without_a_known_unit_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse(text)
    assert caught.value.code == "quantity.unit"


@given(WEIGHTS, st.lists(st.integers(1, MAX_GRAMS // 3), max_size=12))
def test_a_balance_never_gives_more_than_it_has(total: int, amounts: list[int]) -> None:
    balance = Balance(total)
    given_out = 0
    for amount in amounts:
        if amount > balance.remaining:
            with pytest.raises(Conflict, match=r"batch\.not-enough"):
                take(balance, amount)
        else:
            balance = take(balance, amount)
            given_out += amount
        assert balance.remaining == total - given_out >= 0


def test_not_enough_says_how_much_is_left() -> None:
    with pytest.raises(Conflict) as caught:
        take(Balance(10_000, 4_000), 7_000)
    assert caught.value.params == {"remaining": "6 kg", "asked": "7 kg"}
    assert "6 kg" in caught.value.message("zh")


@pytest.mark.parametrize(("amount", "code"), [(0, "quantity.zero"), (-1, "quantity.negative")])
def test_taking_nothing_is_refused(amount: int, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        take(Balance(10), amount)
    assert caught.value.code == code


def test_a_balance_that_cannot_be_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="11 g out of 10 g"):
        Balance(10, 11)


@given(st.integers(0, 10**9), st.integers(1, 10**5), st.integers(0, 10**5), st.integers(0, 10**9))
def test_labels_never_weigh_more_than_the_batch(net: int, unit: int, labelled: int, split: int) -> None:
    more = labels_allowed(net, unit, labelled, split)
    assert more >= 0
    if more:
        assert (labelled + more) * unit <= net - split < (labelled + more + 1) * unit


def test_labels_allowed_counts_what_stands() -> None:
    assert labels_allowed(10_000, 500, 0, 0) == 20
    assert labels_allowed(10_000, 500, 15, 0) == 5
    assert labels_allowed(10_000, 500, 15, 2_400) == 0
    with pytest.raises(ValueError, match="at least 1 g"):
        labels_allowed(10, 0, 0)

"""The typed number: kind to the hand that types it, strict about what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import digits
from labels.code import MAX_ITEM, MAX_RUN, ItemCode
from labels.errors import LabelError, MalformedCode
from tests.labels.samples import VECTORS

codes = st.builds(
    ItemCode, st.just(1), st.integers(1, 99_999), st.integers(1, MAX_RUN), st.integers(1, MAX_ITEM)
)


@given(codes)
def test_what_is_printed_can_be_typed(code: ItemCode) -> None:
    printed = digits.printed(code)
    assert len(printed) == 26
    for text in (printed, printed.replace(" ", ""), code.head, printed.translate({45: 0x2014, 32: 0x3000})):
        assert digits.typed(text) == code


@given(codes, st.integers(0, 20), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(code: ItemCode, position: int, shift: int) -> None:
    plain = code.head + digits.check_digit(code.head)
    wrong = str((int(plain[position]) + shift) % 10)
    with pytest.raises(MalformedCode) as caught:
        digits.typed(plain[:position] + wrong + plain[position + 1 :])
    assert caught.value.code == "label.check-digit"


@given(st.text(max_size=300).filter(lambda text: sum(char.isdigit() for char in text) < 20))
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(MalformedCode):
        digits.typed(text)


@pytest.mark.parametrize("good", VECTORS["typed_good"], ids=lambda good: repr(good["text"]))
def test_typed_vectors(good: dict[str, str]) -> None:
    assert digits.typed(good["text"]).head == good["head"]


@pytest.mark.parametrize("bad", VECTORS["typed_bad"], ids=lambda bad: repr(bad["text"]))
def test_bad_typed_vectors(bad: dict[str, str]) -> None:
    with pytest.raises(LabelError) as caught:
        digits.typed(bad["text"])
    assert caught.value.code == bad["error"]


@pytest.mark.parametrize("good", VECTORS["good"], ids=lambda good: good["head"])
def test_printed_vectors(good: dict[str, object]) -> None:
    code = ItemCode(1, good["key_id"], good["run"], good["item"])
    assert code.head == good["head"]
    assert digits.printed(code) == good["printed"]


def test_the_specified_check_digit_algorithm() -> None:
    for good in VECTORS["good"]:
        product = 10
        for char in good["head"]:
            product = 2 * ((product + int(char)) % 10 or 10) % 11
        assert digits.check_digit(good["head"]) == str((11 - product) % 10)


def test_a_flood_of_text_is_refused() -> None:
    with pytest.raises(MalformedCode):
        digits.typed("1" * 1_000_000)


@given(codes, st.integers(1, 50))
def test_many_items_are_printed_as_one_by_one(code: ItemCode, count: int) -> None:
    items = range(code.item, min(MAX_ITEM, code.item + count) + 1)
    one_by_one = [digits.printed(ItemCode(1, code.key_id, code.run, item)) for item in items]
    assert digits.printed_items(code.head[:14], items) == one_by_one

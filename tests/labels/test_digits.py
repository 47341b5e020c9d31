"""The typed number: kind to the hand that types it, strict about what it means."""

from __future__ import annotations

import unicodedata

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


@given(codes, st.integers(0, 19))
def test_two_digits_that_changed_places_are_noticed_unless_the_check_digit_is_the_same(
    code: ItemCode, position: int
) -> None:
    plain = code.head + digits.check_digit(code.head)
    swapped = plain[:position] + plain[position + 1] + plain[position] + plain[position + 2 :]
    if digits.check_digit(swapped[:20]) != swapped[20]:
        with pytest.raises(MalformedCode) as caught:
            digits.typed(swapped)
        assert caught.value.code == "label.check-digit"


noise = st.text("  \t\u3000-—－，、。．·:：/／（）\u200b\n", max_size=3)


@given(codes, st.data(), st.booleans())
def test_blanks_punctuation_and_full_width_letters_do_not_matter(
    code: ItemCode, data: st.DataObject, checked: bool
) -> None:
    plain = code.head + (digits.check_digit(code.head) if checked else "")
    spellings = {char: [char, chr(0xFF10 + int(char))] for char in "0123456789"}
    spellings["0"] += list("OoＯｏ〇○")
    spellings["1"] += list("lI|iｌ｜")
    typed = "".join(data.draw(st.sampled_from(spellings[char])) + data.draw(noise) for char in plain)
    assert digits.read(typed) == digits.Typed(code, checked)


@given(
    codes,
    st.sampled_from(["", "https://code.example/c/", "查这个 ｈｔｔｐｓ：／／code.example／ｃ／", "Code: "]),
    st.booleans(),
)
def test_a_whole_address_is_read_for_its_digits(code: ItemCode, before: str, wide: bool) -> None:
    signed = code.head + "0" * 155
    shown = signed.translate({ord(char): 0xFF10 + int(char) for char in "0123456789"}) if wide else signed
    assert digits.read(f"{before}{shown}\r\n") == digits.Typed(code, checked=False, signed=signed)


@given(codes, st.integers(1, 5), st.sampled_from(["short", "long"]))
def test_a_group_that_is_not_whole_is_named(code: ItemCode, place: int, how: str) -> None:
    groups = digits.printed(code).replace("-", " ").split(" ")
    group = groups[place - 1]
    groups[place - 1] = group[1:] if how == "short" else f"0{group}"
    with pytest.raises(MalformedCode) as caught:
        digits.typed(" ".join(groups))
    assert caught.value.code == "label.typed-length"
    assert caught.value.context["group"] == place


@given(codes, st.sampled_from("023456789"))
def test_a_first_digit_that_no_label_has_is_named(code: ItemCode, wrong: str) -> None:
    with pytest.raises(MalformedCode) as caught:
        digits.typed(wrong + code.head[1:] + digits.check_digit(code.head))
    assert (caught.value.code, caught.value.context["group"]) == ("label.check-digit", 1)


@given(codes, st.integers(1, 19), st.integers(1, 9))
def test_no_group_is_named_where_none_is_certain(code: ItemCode, position: int, shift: int) -> None:
    plain = code.head + digits.check_digit(code.head)
    wrong = str((int(plain[position]) + shift) % 10)
    with pytest.raises(MalformedCode) as caught:
        digits.typed(plain[:position] + wrong + plain[position + 1 :])
    assert "group" not in caught.value.context


def signs(text: str) -> int:
    """How many characters of a text could be taken for digits."""
    return sum(
        char.isdigit() or char in "OoＯｏ〇○lIi|ｌＩｉ｜" for char in unicodedata.normalize("NFKC", text)
    )


@given(st.text(max_size=300).filter(lambda text: signs(text) < 20))
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

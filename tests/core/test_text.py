"""Typed text is kept in one visible form or refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from trace.core.errors import InvalidInput
from trace.core.text import clean, is_formula

ANY = st.text(st.characters(exclude_categories=()), max_size=60)


def refusal(value: object, **options: object) -> str:
    with pytest.raises(InvalidInput) as caught:
        clean(value, "name", max_length=40, **options)  # type: ignore[arg-type]  # options of any kind
    assert caught.value.field == "name"
    assert caught.value.message("zh")
    assert caught.value.message("en")
    return caught.value.code


@pytest.mark.parametrize(
    "value",
    [
        "石城白莲",
        "𬭎富合作社",
        "草莓🍓",
        "👨‍👩‍👧 家庭农场",
        "（示例）合作社",
        "O'Brien & 王",
        "a<b>c",
        "１２３",
    ],
)
def test_ordinary_names_stay_as_they_are(value: str) -> None:
    assert clean(value, "name", max_length=40, name=True) == value


def test_edges_are_stripped_and_composed() -> None:
    assert clean("\u3000 Cafe\u0301\ufeff \n", "name", max_length=40) == "Café"


def test_a_tab_inside_becomes_a_blank() -> None:
    assert clean("a\tb", "name", max_length=40) == "a b"


def test_lines_stay_where_they_are_allowed() -> None:
    assert clean("一\r\n二\r三", "note", max_length=40, multiline=True) == "一\n二\n三"
    assert refusal("一\n二") == "text.one-line"


@pytest.mark.parametrize("value", ["", "  \u3000", None, "\u200b", "\u3164", "\u2800 \u115f"])
def test_nothing_to_see_is_empty(value: str | None) -> None:
    assert refusal(value) == "text.required"
    assert clean(value, "name", max_length=40, required=False) == ""


@pytest.mark.parametrize(
    "value", ["a\x00b", "a\x1bb", "a\x7f", "a\x85b", "a\u2028b", "a\U000e0041", "a\ufffe", "\x0b"]
)
def test_control_characters_are_refused(value: str) -> None:
    assert refusal(value) == "text.control"


@pytest.mark.parametrize("mark", "\u061c\u200e\u200f\u202a\u202e\u2066\u2069")
def test_turned_text_is_refused(mark: str) -> None:
    assert refusal(f"合格{mark}不") == "text.direction"


def test_broken_and_foreign_values_are_refused() -> None:
    assert refusal("a\ud800") == "text.broken"
    assert refusal(12) == "text.not-text"
    assert refusal(["a"]) == "text.not-text"


def test_length_counts_characters() -> None:
    assert clean("莲" * 40, "name", max_length=40) == "莲" * 40
    with pytest.raises(InvalidInput) as caught:
        clean("莲" * 10_000, "name", max_length=40)
    assert caught.value.code == "text.too-long"
    assert caught.value.params == {"max": 40, "got": 10_000}
    assert "40" in caught.value.message("zh")


def test_piled_accents_are_refused_and_vietnamese_is_not() -> None:
    assert refusal("a" + "\u0301" * 9) == "text.marks"
    assert clean("Nguyễn Thị Ngọc", "name", max_length=40) == "Nguyễn Thị Ngọc"


@pytest.mark.parametrize("value", ["=1+1", "+86", "-5", "@SUM(A1)", "＝1", "＠a"])
def test_a_name_does_not_begin_like_a_formula(value: str) -> None:
    assert is_formula(value)
    assert refusal(value, name=True) == "text.formula"
    assert clean(value, "note", max_length=40) == value


def test_leading_tabs_do_not_hide_a_formula() -> None:
    assert refusal("\t=1", name=True) == "text.formula"
    assert is_formula("\t1")
    assert not is_formula("")


@given(ANY, st.booleans())
def test_what_passes_is_clean_and_stays_the_same(value: str, multiline: bool) -> None:
    try:
        kept = clean(value, "note", max_length=30, multiline=multiline)
    except InvalidInput as error:
        event(error.code)
        return
    assert 0 < len(kept) <= 30
    assert unicodedata.is_normalized("NFC", kept)
    assert kept.encode()
    assert kept == kept.strip(" \t\n\u3000")
    assert not any(unicodedata.category(letter) == "Cc" and letter != "\n" for letter in kept)
    assert clean(kept, "note", max_length=30, multiline=multiline) == kept

"""Every text on every stock: whole, clear of the symbol, and never smaller than can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.editable import from_layout
from labels.errors import LabelError, StockTooSmall, TextTooLong
from labels.fonts import missing_glyphs
from labels.layout import lay_out
from labels.plans import omitted_fields
from labels.scratch import BENEATH_WORDS, SCRATCH_WORDS
from labels.stock import STOCKS, Stock
from labels.text import LabelText
from tests.labels.checks import check_clear, check_whole, words_of
from tests.labels.samples import CREDIT_CODE, FULL, LONG, PLAIN, drawing, without

ALL = pytest.mark.parametrize("paper", STOCKS.values(), ids=STOCKS)
DPIS = (203, 300, 600)
CHARACTERS = "石城白莲东港草莓龘𬭎，。（）“”·—A9 .-%gkx"
PICTURE = drawing()


def words(most: int) -> st.SearchStrategy[str]:
    return st.text(st.sampled_from(CHARACTERS), max_size=most).map(str.strip)


texts = st.builds(
    LabelText,
    brand=words(14),
    product=words(40),
    grade=words(12),
    net_weight=words(16),
    batch_no=words(24),
    packed_on=st.one_of(st.just(""), st.dates(date(2000, 1, 1)).map(date.isoformat)),
    packer=words(40),
    credit_code=st.just(CREDIT_CODE),
    certificate=st.booleans(),
    gi_mark=st.booleans(),
    lines=st.lists(words(20).filter(bool), max_size=3).map(tuple),
)


def test_the_characters_tried_are_in_the_font() -> None:
    assert missing_glyphs(CHARACTERS) == []


@settings(max_examples=60, deadline=None)
@given(
    texts,
    st.sampled_from(list(STOCKS.values())),
    st.sampled_from(DPIS),
    st.booleans(),
    st.booleans(),
    st.sampled_from([41, 45]),
)
def test_whatever_is_accepted_is_whole_and_clear(
    text: LabelText, paper: Stock, dpi: int, with_picture: bool, pin: bool, modules: int
) -> None:
    picture = PICTURE if with_picture else None
    try:
        layout = lay_out(text, paper, dpi, modules, picture=picture, pin=pin)
    except (TextTooLong, StockTooSmall) as error:
        refused = error
    else:
        check_clear(layout, paper)
        check_whole(layout, text)
        assert (layout.pin is not None) == pin
        assert bool(layout.pictures) == (with_picture and "picture" not in layout.omitted)
        assert layout.symbol.modules == modules
        same = lay_out(text, paper, dpi, modules, from_layout(layout, text, paper), picture, pin)
        check_clear(same, paper)
        check_whole(same, text)
        return
    assert refused.zh
    assert refused.en


@ALL
@pytest.mark.parametrize("text", [FULL, LONG, PLAIN], ids=["full", "long", "plain"])
def test_a_picture_never_costs_a_word_or_the_symbol(paper: Stock, text: LabelText) -> None:
    try:
        plain = lay_out(text, paper, paper.dpi)
    except TextTooLong:
        return
    layout = lay_out(text, paper, paper.dpi, picture=PICTURE)
    check_clear(layout, paper)
    check_whole(layout, text)
    assert layout.symbol == plain.symbol
    if not layout.pictures:
        assert layout == replace(plain, omitted=(*omitted_fields(paper, text), "picture"))


@pytest.mark.parametrize("name", ["a4-21", "a4-24", "roll-60x40", "roll-50x70"])
def test_stocks_with_room_carry_the_picture(name: str) -> None:
    layout = lay_out(FULL, STOCKS[name], STOCKS[name].dpi, picture=PICTURE)
    (placed,) = layout.pictures
    assert min(placed.width, placed.height) >= 5_000
    assert "picture" not in layout.omitted
    assert lay_out(FULL, STOCKS["a4-65"], 600, picture=PICTURE).omitted == ("packer", "picture")


@pytest.mark.parametrize("name", ["a4-21", "a4-24", "roll-50x30", "roll-60x40", "roll-50x70"])
def test_a_pin_stands_alone_with_words_that_say_what_it_is(name: str) -> None:
    paper = STOCKS[name]
    layout = lay_out(FULL, paper, paper.dpi, pin=True)
    check_clear(layout, paper)
    check_whole(layout, FULL)
    assert layout.pin is not None
    left, top, wide, high = layout.pin.area
    assert wide >= 12_000
    assert high >= 4_000
    assert left < layout.pin.x < left + wide
    assert top < layout.pin.y < top + high
    shown = words_of(layout)
    assert SCRATCH_WORDS in shown
    assert BENEATH_WORDS.replace(" ", "") in shown
    assert lay_out(FULL, paper, paper.dpi).pin is None


@pytest.mark.parametrize(
    ("text", "name", "smallest"),
    [
        (FULL, "a4-65", "a4-21"),
        (without(FULL, "certificate", "gi_mark"), "a4-65", "a4-33"),
        (FULL, "roll-40x30", "roll-50x30"),
    ],
)
def test_a_stock_without_room_for_a_pin_names_the_smallest_that_has_it(
    text: LabelText, name: str, smallest: str
) -> None:
    with pytest.raises(StockTooSmall) as caught:
        lay_out(text, STOCKS[name], STOCKS[name].dpi, pin=True)
    assert caught.value.code == "label.pin-room"
    assert caught.value.context["smallest"] == smallest
    assert smallest in caught.value.zh
    assert lay_out(text, STOCKS[smallest], STOCKS[smallest].dpi, pin=True).pin is not None


def test_text_that_fits_nowhere_is_refused_as_such_with_a_pin_too() -> None:
    with pytest.raises(TextTooLong):
        lay_out(LabelText(packer="社" * 120), STOCKS["roll-40x30"], 203, pin=True)


@settings(max_examples=20, deadline=None)
@given(st.integers(30_000, 120_000), st.integers(20_000, 120_000), st.sampled_from(DPIS), st.booleans())
def test_own_stocks_of_any_size_carry_the_label_or_are_refused(
    width: int, height: int, dpi: int, pin: bool
) -> None:
    paper = replace(
        STOCKS["roll-50x30"],
        name="own",
        label_width=width,
        label_height=height,
        page_width=width,
        page_height=height,
    )
    try:
        layout = lay_out(FULL, paper, dpi, picture=PICTURE, pin=pin)
    except LabelError as error:
        refused = error
    else:
        check_clear(layout, paper)
        check_whole(layout, FULL)
        return
    assert refused.zh

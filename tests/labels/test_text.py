"""Label text: what may be printed, and how it is set."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import design, fonts, plans, stock
from labels.errors import BadText, MissingGlyphs, TextTooLong
from labels.layout import lay_out
from labels.scratch import BENEATH_WORDS, SCRATCH_WORDS
from labels.stock import STOCKS, Stock
from labels.text import CERTIFICATE_WORDS, GI_WORDS, LabelText
from labels.wrap import wrapped
from tests.labels.checks import check_clear, words_of
from tests.labels.samples import CREDIT_CODE, FULL, LONG, PLAIN, without

ALL = pytest.mark.parametrize("paper", STOCKS.values(), ids=STOCKS)


@ALL
@pytest.mark.parametrize("text", [FULL, PLAIN, LabelText()], ids=["full", "plain", "empty"])
def test_text_stays_on_the_label_clear_of_the_symbol_and_of_itself(paper: Stock, text: LabelText) -> None:
    check_clear(lay_out(text, paper, paper.dpi), paper)
    if paper.kind == "roll":
        check_clear(lay_out(text, paper, 300), paper)


@ALL
def test_nothing_is_lost_but_what_the_stock_says_it_omits(paper: Stock) -> None:
    shown = words_of(lay_out(FULL, paper, paper.dpi))
    omitted = plans.omitted_fields(paper, FULL)
    assert omitted == (("packer",) if paper.name == "a4-65" else ())
    for name in ("brand", "product", "grade", "net_weight", "batch_no", "packed_on", "packer", "credit_code"):
        if name not in omitted:
            assert getattr(FULL, name).replace(" ", "") in shown
    assert CERTIFICATE_WORDS in shown
    assert "地理标志产品" in shown


@pytest.mark.parametrize("name", ["a4-21", "a4-24", "roll-40x30", "roll-50x30", "roll-60x40", "roll-50x70"])
def test_long_names_shrink_and_wrap_but_stay_whole(name: str) -> None:
    layout = lay_out(LONG, STOCKS[name], STOCKS[name].dpi)
    check_clear(layout, STOCKS[name])
    for value in (LONG.product, LONG.packer, LONG.net_weight):
        assert value.replace(" ", "") in words_of(layout)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(list(STOCKS.values())),
    st.integers(0, 120),
    st.integers(0, 120),
    st.integers(0, 6),
    st.booleans(),
)
def test_any_length_of_text_is_set_cleanly_or_refused(
    paper: Stock, product: int, packer: int, lines: int, certificate: bool
) -> None:
    text = LabelText(
        product="莲A" * (product // 2), packer="社" * packer, lines=("附加",) * lines, certificate=certificate
    )
    try:
        layout = lay_out(text, paper, paper.dpi)
    except TextTooLong as error:
        refused = error
    else:
        check_clear(layout, paper)
        return
    assert refused.zh
    assert product + packer + lines > 0


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(TextTooLong) as caught:
        lay_out(LabelText(packed_on="2026-01-01", packer="社" * 120), STOCKS["roll-40x30"], 203)
    assert caught.value.context["field"] == "packer"
    with pytest.raises(TextTooLong) as caught:
        lay_out(LONG, STOCKS["a4-65"], 600)
    assert "product" in caught.value.context["fields"]


def test_a_flood_of_text_is_refused_at_once() -> None:
    for name in ("brand", "product", "packer", "batch_no"):
        with pytest.raises(TextTooLong) as caught:
            LabelText(**{name: "莲" * 10_000})
        assert caught.value.context == {"field": name, "length": 10_000}
        assert len(caught.value.zh) < 120
    with pytest.raises(TextTooLong):
        LabelText(lines=("一行",) * 100)


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("product", "莲\u0000子", "U+0000"),
        ("product", "莲子\u202e", "U+202E"),
        ("brand", "石城\u200b白莲", "U+200B"),
        ("packer", "示例\n合作社", "U+000A"),
        ("batch_no", "\ue000", "U+E000"),
        ("grade", "一级😀", "😀（U+1F600）"),
        ("lines", "\ud800", "U+D800"),
    ],
)
def test_characters_that_cannot_be_drawn_are_named(name: str, value: str, named: str) -> None:
    with pytest.raises(MissingGlyphs) as caught:
        LabelText(**{name: (value,) if name == "lines" else value})
    assert named in caught.value.zh


@given(st.characters())
def test_every_character_is_drawable_or_refused(char: str) -> None:
    assert (fonts.missing_glyphs(char) == []) == (fonts.missing_glyphs("莲" + char + char) == [])


def test_the_font_has_all_words_that_the_engine_adds() -> None:
    added = [GI_WORDS, CERTIFICATE_WORDS, SCRATCH_WORDS, BENEATH_WORDS, "0123456789 -"]
    added += [
        *design.KEYS.values(),
        *plans.INLINE.values(),
        "印制批 单品 按实际大小（100%）打印 第页·–/余格纸样张",
    ]
    assert fonts.missing_glyphs("".join(added)) == []


def test_the_font_covers_gb_2312() -> None:
    characters = []
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            characters.append(bytes((row, cell)).decode("gb2312", errors="ignore"))
    assert len("".join(characters)) == 6763
    assert fonts.missing_glyphs("".join(characters)) == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"packed_on": "2026-8-12"}, "label.date"),
        ({"packed_on": "2026-02-30"}, "label.date"),
        ({"credit_code": CREDIT_CODE[:-1] + "0"}, "label.credit-code"),
        ({"credit_code": CREDIT_CODE.lower()}, "label.credit-code"),
        ({"credit_code": "123"}, "label.credit-code"),
        ({"gi_mark": True}, "label.gi-credit-code"),
        ({"brand": "　 "}, "label.blank"),
        ({"accent": "red"}, "label.colour"),
        ({"accent": "#2c6a4a;x"}, "label.colour"),
    ],
)
def test_rules_of_the_label(fields: dict[str, object], error: str) -> None:
    with pytest.raises(BadText) as caught:
        LabelText(**fields)
    assert caught.value.code == error


def test_gi_words_stand_above_the_credit_code() -> None:
    for paper in STOCKS.values():
        layout = lay_out(FULL, paper, paper.dpi)
        height = {word.text: word.y for word in layout.words}
        assert height["地理标志产品"] < height[CREDIT_CODE]


def test_rolls_are_black_and_sheets_take_the_brand_colour() -> None:
    assert {word.colour for word in lay_out(LONG, STOCKS["roll-60x40"], 203).words} == {"#000000"}
    assert "#a5282c" in {word.colour for word in lay_out(LONG, STOCKS["a4-21"], 600).words}


def test_a_smaller_symbol_is_chosen_before_text_is_refused() -> None:
    paper = STOCKS["roll-50x30"]
    assert lay_out(FULL, paper, 203).symbol.dots == 4 == stock.module_dots(paper, 203)
    assert lay_out(LONG, paper, 203).symbol.dots == 3


def test_wrapping_keeps_numbers_whole_and_marks_off_line_starts() -> None:
    lines = wrapped("批次 SC-2026-0812，石城县", 2_000, 18_000, 3)
    assert lines is not None
    assert any("SC-2026-0812" in line for line in lines)
    assert not any(line.startswith("，") for line in lines)
    assert wrapped("A" * 30, 2_000, 10_000, 9) is not None
    assert wrapped("莲" * 30, 2_000, 10_000, 2) is None


def test_extra_lines_are_printed() -> None:
    text = replace(without(FULL, "grade"), lines=("常温避光保存", "热线 000-0000（示例）"))
    assert "常温避光保存" in words_of(lay_out(text, STOCKS["a4-21"], 600))


def test_brackets_stay_with_what_they_enclose() -> None:
    for text in ("净含量 1.5 kg（3 盒 × 500 g）", "示例合作社（琴江镇“示例村”）"):
        for room in range(11_000, 18_000, 500):
            lines = wrapped(text, 1_600, room, 3)
            assert lines is not None
            assert not any(line[-1] in "（“" for line in lines)


def test_small_bold_words_are_not_smeared() -> None:
    for dpi, bold in ((203, False), (300, True)):
        words = lay_out(FULL, STOCKS["roll-60x40"], dpi, pin=True).words
        scratch = next(word for word in words if word.text == "刮开验证")
        assert scratch.heavy == bold
        assert next(word for word in words if word.text == FULL.product).heavy

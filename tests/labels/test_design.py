"""Label designs as data: one text form, every rule of the label kept, long names inside their boxes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import blueprint, design
from labels.design import Box, Design
from labels.editable import from_layout
from labels.errors import BadDesign, LabelError, MissingGlyphs, TextTooLong
from labels.layout import lay_out
from labels.stock import STOCKS, stock_named
from tests.labels.checks import check_clear, check_whole, words_of
from tests.labels.samples import CREDIT_CODE, FULL, LONG, drawing, run_of, without

PAPER = STOCKS["roll-60x40"]
QR = Box("qr", 35_000, 6_000, 25_000, 25_000)
NUMBER = Box("number", 33_000, 31_000, 25_000, 2_400, 2_000)
PRODUCT = Box("product", 1_500, 1_300, 30_000, 8_000, 4_000, heavy=True)
CERTIFICATE = Box("certificate", 1_500, 33_000, 20_000, 3_900, 2_400, framed=True)
CREDIT = Box("credit_code", 1_500, 28_000, 30_000, 2_400, key="column")


def of(*boxes: Box) -> Design:
    return Design(60_000, 40_000, boxes)


PLAIN = of(QR, NUMBER, PRODUCT, CERTIFICATE, CREDIT)


def refusal(*boxes: Box) -> BadDesign:
    with pytest.raises(BadDesign) as caught:
        of(*boxes)
    assert caught.value.zh
    assert caught.value.en
    return caught.value


def test_its_text_form_is_canonical() -> None:
    text = PLAIN.dump()
    assert design.load(text) == PLAIN
    assert design.load(text).dump() == text
    spaced = json.dumps(json.loads(text), indent=1)
    assert design.load(spaced).dump() == text
    assert (
        design.load('{"format":1,"label":[60000,40000],"boxes":[' + ",".join(_least()) + "]}").boxes[0] == QR
    )


def _least() -> list[str]:
    """The boxes of a design with nothing written that has a default."""
    return [
        '{"what":"qr","x":35000,"y":6000,"width":25000,"height":25000}',
        '{"what":"number","x":33000,"y":31000,"width":25000,"height":2400}',
    ]


@pytest.mark.parametrize("name", STOCKS)
def test_the_automatic_arrangement_is_where_a_design_begins(name: str) -> None:
    paper = STOCKS[name]
    picture = drawing()
    automatic = lay_out(FULL, paper, paper.dpi, picture=picture)
    made = design.load(from_layout(automatic, FULL, paper).dump())
    same = lay_out(FULL, paper, paper.dpi, design=made, picture=picture)
    assert (same.symbol, same.qr_x, same.qr_y) == (automatic.symbol, automatic.qr_x, automatic.qr_y)
    assert (same.number, same.number_size) == (automatic.number, automatic.number_size)
    assert same.pictures == automatic.pictures
    drawn = {word.text: word for word in same.words}
    for word in automatic.words:
        if "净含量" in word.text:
            continue  # stands in a box of its own, beside the grade
        other = drawn[word.text]
        assert (other.size, other.colour, other.heavy) == (word.size, word.colour, word.heavy)
        assert max(abs(other.x - word.x), abs(other.y - word.y)) <= 100
    check_clear(same, paper)
    check_whole(same, FULL)
    assert set(same.omitted) == set(automatic.omitted)


def test_long_names_stay_in_their_box_or_are_named() -> None:
    made = of(
        QR, NUMBER, replace(PRODUCT, width=32_000), CERTIFICATE, Box("packer", 1_500, 12_000, 30_000, 6_000)
    )
    layout = lay_out(replace(LONG, batch_no=""), PAPER, 203, design=made)
    check_clear(layout, PAPER)
    shown = words_of(layout)
    assert LONG.product in shown
    assert LONG.packer in shown
    for word in layout.words:
        if word.text[0] in LONG.product:
            assert word.y <= PRODUCT.bottom
    with pytest.raises(TextTooLong) as caught:
        lay_out(replace(LONG, product="莲" * 120), PAPER, 203, design=made)
    assert caught.value.context["field"] == "product"
    assert "品名" in caught.value.zh


def test_what_has_no_box_is_said_to_be_omitted() -> None:
    layout = lay_out(FULL, PAPER, 203, design=PLAIN, picture=drawing())
    assert layout.omitted == (
        "brand",
        "grade",
        "net_weight",
        "batch_no",
        "packed_on",
        "packer",
        "gi",
        "picture",
    )
    assert words_of(layout).startswith(FULL.product)


def test_the_certificate_words_need_their_box_and_2_mm() -> None:
    bare = of(QR, NUMBER, PRODUCT)
    with pytest.raises(BadDesign) as caught:
        lay_out(FULL, PAPER, 203, design=bare)
    assert caught.value.code == "label.design-certificate"
    assert lay_out(without(FULL, "certificate"), PAPER, 203, design=bare).words
    assert refusal(QR, NUMBER, replace(CERTIFICATE, size=2_300)).code == "label.design-size"
    with pytest.raises(TextTooLong):
        lay_out(FULL, PAPER, 203, design=of(QR, NUMBER, replace(CERTIFICATE, width=12_000, framed=False)))


def test_the_gi_mark_needs_the_credit_code_beneath() -> None:
    mark = Box("gi", 1_500, 10_000, 14_000, 3_000, 2_000, framed=True)
    assert refusal(QR, NUMBER, mark).code == "label.design-gi"
    assert refusal(QR, NUMBER, mark, replace(CREDIT, y=5_000)).code == "label.design-gi"
    layout = lay_out(FULL, PAPER, 203, design=of(QR, NUMBER, mark, CREDIT, CERTIFICATE))
    height = {word.text: word.y for word in layout.words}
    assert height["地理标志产品"] < height[CREDIT_CODE]
    unmarked = lay_out(without(FULL, "gi_mark"), PAPER, 203, design=of(QR, NUMBER, mark, CREDIT, CERTIFICATE))
    assert "地理标志产品" not in words_of(unmarked)


def test_a_pin_needs_its_box() -> None:
    with pytest.raises(BadDesign) as caught:
        lay_out(FULL, PAPER, 203, design=PLAIN, pin=True)
    assert caught.value.code == "label.design-pin"
    area = Box("pin", 1_500, 12_000, 32_000, 5_000)
    layout = lay_out(FULL, PAPER, 203, design=of(*PLAIN.boxes, area), pin=True)
    assert layout.pin is not None
    check_clear(layout, PAPER)
    assert lay_out(FULL, PAPER, 203, design=of(*PLAIN.boxes, area)).pin is None
    with pytest.raises(BadDesign) as caught:
        lay_out(FULL, PAPER, 203, design=of(*PLAIN.boxes, replace(area, width=10_000)))
    assert caught.value.code == "label.design-small"


@pytest.mark.parametrize(
    ("boxes", "code", "index"),
    [
        ((NUMBER,), "label.design-missing", None),
        ((QR,), "label.design-missing", None),
        ((QR, NUMBER, replace(PRODUCT, x=50_000)), "label.design-outside", 2),
        ((QR, NUMBER, replace(PRODUCT, x=-1)), "label.design-outside", 2),
        ((QR, NUMBER, replace(PRODUCT, height=400)), "label.design-outside", 2),
        ((QR, NUMBER, replace(PRODUCT, size=1_500)), "label.design-size", 2),
        ((QR, NUMBER, replace(PRODUCT, size=99_000)), "label.design-size", 2),
        ((QR, NUMBER, replace(PRODUCT, y=6_000, x=10_000)), "label.design-overlap", 0),
        ((QR, NUMBER, PRODUCT, replace(PRODUCT, what="brand", y=5_000)), "label.design-overlap", 2),
        ((QR, NUMBER, PRODUCT, replace(PRODUCT, y=12_000)), "label.design-twice", 3),
        ((QR, replace(QR, x=0, y=12_000), NUMBER), "label.design-twice", 1),
        ((QR, NUMBER, Box("fixed", 1_500, 1_300, 9_000, 3_000)), "label.design-text", 2),
        ((QR, NUMBER, Box("fixed", 1_500, 1_300, 9_000, 3_000, text="　 ")), "label.design-text", 2),
        ((QR, NUMBER, replace(PRODUCT, text="莲")), "label.design-text", 2),
    ],
)
def test_boxes_that_break_a_rule_are_named(boxes: tuple[Box, ...], code: str, index: int | None) -> None:
    found = refusal(*boxes)
    assert found.code == code
    assert found.context.get("box") == index


@pytest.mark.parametrize(
    ("box", "code"),
    [
        (replace(QR, width=19_000, height=19_000), "label.design-qr"),
        (replace(PRODUCT, x=500), "label.design-inset"),
        (replace(NUMBER, width=8_000), "label.design-small"),
    ],
)
def test_a_design_that_the_printer_cannot_print(box: Box, code: str) -> None:
    boxes = [box if box.what == other.what else other for other in (QR, NUMBER, PRODUCT, CERTIFICATE, CREDIT)]
    with pytest.raises(BadDesign) as caught:
        lay_out(FULL, PAPER, 203, design=of(*boxes))
    assert caught.value.code == code
    assert caught.value.zh


def test_the_symbol_is_whole_dots_and_as_large_as_its_box() -> None:
    for dpi, dots in ((203, 4), (300, 6), (600, 12)):
        layout = lay_out(FULL, PAPER, dpi, design=PLAIN)
        assert layout.symbol.dots == dots
        left, top, right, bottom = layout.qr_box
        assert left >= QR.x
        assert top >= QR.y
        assert right <= QR.right
        assert bottom <= QR.bottom
    small = of(replace(QR, width=20_000, height=20_000), NUMBER, CERTIFICATE)
    assert lay_out(FULL, PAPER, 203, design=small).symbol.dots == 3
    with pytest.raises(BadDesign) as caught:
        lay_out(FULL, PAPER, 300, design=small)
    assert "21.5 mm" in caught.value.zh
    assert caught.value.context["least"] <= 21_500
    with pytest.raises(BadDesign):
        lay_out(
            FULL, PAPER, 203, 45, design=of(replace(QR, width=20_000, height=20_000), NUMBER, CERTIFICATE)
        )


def test_the_symbol_keeps_clear_of_what_a_printer_leaves_blank() -> None:
    edge = STOCKS["a4-24"]
    number = Box("number", 10_000, 30_000, 25_000, 2_000, 1_700)
    far = Design(70_000, 37_000, (Box("qr", 48_000, 5_000, 20_000, 20_000), number))
    with pytest.raises(BadDesign) as caught:
        lay_out(without(FULL, "certificate"), edge, 600, design=far)
    assert caught.value.code == "label.design-qr"
    near = Design(70_000, 37_000, (Box("qr", 47_000, 5_000, 20_000, 20_000), number))
    assert lay_out(without(FULL, "certificate"), edge, 600, design=near).symbol.dots == 9


def test_a_design_belongs_to_one_size_of_label() -> None:
    with pytest.raises(BadDesign) as caught:
        lay_out(FULL, stock_named("roll-50x70"), 203, design=PLAIN)
    assert caught.value.code == "label.design-stock"
    assert "60 × 40 mm" in caught.value.zh


def test_fixed_words_are_checked_like_any_others() -> None:
    words = Box("fixed", 1_500, 12_000, 20_000, 3_000, text="产地直供")
    assert "产地直供" in words_of(lay_out(FULL, PAPER, 203, design=of(*PLAIN.boxes, words)))
    with pytest.raises(MissingGlyphs) as caught:
        of(QR, NUMBER, replace(words, text="好吃😀"))
    assert "😀" in caught.value.zh
    with pytest.raises(TextTooLong):
        of(QR, NUMBER, replace(words, text="莲" * 121))


def test_boxes_align_their_words() -> None:
    ends = {}
    for align in ("left", "centre", "right"):
        made = of(QR, NUMBER, replace(PRODUCT, align=align), CERTIFICATE)
        ends[align] = next(word.x for word in lay_out(FULL, PAPER, 203, design=made).words)
    assert ends["left"] == PRODUCT.x
    assert ends["left"] < ends["centre"] < ends["right"]
    assert ends["centre"] - ends["left"] == pytest.approx(ends["right"] - ends["centre"], abs=2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 11_000,
        '{"format":1,"label":[60000,40000]}',
        '{"format":2,"label":[60000,40000],"boxes":[]}',
        '{"format":1,"label":[60000,40000],"boxes":{}}',
        '{"format":1,"label":[60000.0,40000],"boxes":[]}',
        '{"format":1,"label":[60000,true],"boxes":[]}',
        '{"format":1,"label":[0,40000],"boxes":[]}',
        '{"format":1,"label":[60000,40000],"boxes":[],"boxes":[]}',
        '{"format":1,"label":[60000,40000],"boxes":[],"more":1}',
        '{"format":1,"label":[60000,40000],"boxes":[1]}',
        '{"format":1,"label":[60000,40000],"boxes":[{"what":"qr"}]}',
        " " * 12_001,
    ],
)
def test_what_is_no_design_is_refused(text: str) -> None:
    with pytest.raises(BadDesign) as caught:
        design.load(text)
    assert caught.value.code == "label.design-format"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", "0"),
        ("x", 1.5),
        ("x", -1),
        ("x", 10**9),
        ("x", True),
        ("heavy", 1),
        ("what", "script"),
        ("align", "middle"),
        ("colour", "#ff0000"),
        ("key", ""),
        ("text", None),
        ("more", 1),
    ],
)
def test_values_of_the_wrong_kind_are_refused(name: str, value: Any) -> None:
    raw = json.loads(PLAIN.dump())
    raw["boxes"][0][name] = value
    with pytest.raises(BadDesign) as caught:
        design.load(json.dumps(raw))
    assert caught.value.code == "label.design-format"


def test_a_flood_of_boxes_is_refused() -> None:
    with pytest.raises(BadDesign):
        of(*[replace(PRODUCT, what="rule")] * 31)


boxes = st.builds(
    Box,
    what=st.sampled_from(design.KINDS),
    x=st.integers(0, 60_000),
    y=st.integers(0, 40_000),
    width=st.integers(500, 60_000),
    height=st.integers(500, 40_000),
    size=st.integers(1_600, 6_000),
    align=st.sampled_from(["left", "centre", "right"]),
    heavy=st.booleans(),
    key=st.sampled_from(["none", "inline", "column"]),
    colour=st.sampled_from(["ink", "muted", "accent"]),
    framed=st.booleans(),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(boxes, max_size=4), st.sampled_from([203, 300, 600]), st.booleans())
def test_any_design_draws_a_clear_label_or_is_refused(more: list[Box], dpi: int, pin: bool) -> None:
    try:
        made = of(QR, NUMBER, *(box for box in more if box.what not in ("qr", "number", "fixed")))
        layout = lay_out(without(FULL, "certificate"), PAPER, dpi, design=made, picture=drawing(), pin=pin)
    except LabelError as error:
        refused = error
    else:
        check_clear(layout, PAPER)
        check_whole(layout, without(FULL, "certificate"))
        assert design.load(made.dump()) == made
        return
    assert refused.zh


def test_its_drawing_numbers_the_boxes() -> None:
    run = replace(run_of(FULL, 1), design=PLAIN)
    root = ElementTree.fromstring(blueprint.svg(run, PAPER))
    svg = "{http://www.w3.org/2000/svg}"
    dashed = [one for one in root.iter(svg + "rect") if one.get("stroke-dasharray")]
    assert [(int(one.get("x", "")), int(one.get("width", ""))) for one in dashed] == [
        (box.x, box.width) for box in PLAIN.boxes
    ]
    assert [one.text for one in root.iter(svg + "text")][-5:] == ["1", "2", "3", "4", "5"]

"""Sheets and rolls as PDF: every label reads back, the same bytes every time, never half a file."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from labels import code, qr, sheet
from labels.errors import BadCount, MissingGlyphs, OutputError, TextTooLong
from labels.layout import lay_out
from labels.pdf import RunSpec, codes, render
from labels.picture import Picture
from labels.pin import pins
from labels.sheet import Paper
from labels.stock import STOCKS, Stock
from labels.text import CERTIFICATE_WORDS, LabelText
from tests.labels.samples import (
    BASE,
    FULL,
    KEY,
    LONG,
    PLAIN,
    decoded,
    page_images,
    page_texts,
    pdf_of,
    run_of,
)

ALL = pytest.mark.parametrize("paper", STOCKS.values(), ids=STOCKS)
MM = 72 / 25.4


def addresses(run: RunSpec) -> list[str]:
    return sorted(address for _, address in codes(run, KEY))


@ALL
@pytest.mark.parametrize("dpi", [203, 300])
def test_every_label_of_a_page_reads_back(paper: Stock, dpi: int) -> None:
    run = run_of(FULL, paper.per_page)
    pdf, result = pdf_of(run, paper)
    assert (result.labels, result.pages) == (paper.per_page, 1)
    (image,) = page_images(pdf, dpi)
    assert decoded(image) == addresses(run)


@pytest.mark.parametrize(
    "paper", [one for one in STOCKS.values() if one.kind == "roll"], ids=lambda one: one.name
)
def test_rolls_for_a_300_dpi_printer_read_back(paper: Stock) -> None:
    run = run_of(FULL, 3)
    pdf, result = pdf_of(run, paper, dpi=300)
    assert result.pages == 3
    found = [text for image in page_images(pdf, 300) for text in decoded(image)]
    assert found == addresses(run)


def test_long_names_read_back() -> None:
    run = run_of(LONG, 24)
    (image,) = page_images(pdf_of(run, STOCKS["a4-24"])[0], 300)
    assert decoded(image) == addresses(run)


def test_a_part_used_sheet_begins_at_its_first_free_cell() -> None:
    paper, run = STOCKS["a4-24"], run_of(PLAIN, 22)
    pdf, result = pdf_of(run, paper, paper=Paper.starting(paper, 6))
    assert result.pages == 2
    pages = [{one.text: one for one in zxingcpp.read_barcodes(image)} for image in page_images(pdf, 203)]
    assert [len(page) for page in pages] == [19, 3]
    for index, (_, address) in enumerate(codes(run, KEY)):
        place = sheet.cell(paper, Paper.starting(paper, 6), index)
        found = pages[place.page][address]
        x, y = (found.position.top_left.x * 25_400 / 203, found.position.top_left.y * 25_400 / 203)
        assert place.x < x < place.x + paper.label_width
        assert place.y < y < place.y + paper.label_height
    with pytest.raises(BadCount):
        pdf_of(run, paper, paper=Paper(((24, 25),)))


@ALL
def test_pages_have_the_paper_s_size_and_ask_not_to_be_scaled(paper: Stock) -> None:
    pdf, _ = pdf_of(run_of(PLAIN, 1), paper)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        left, bottom, right, top = (float(value) for value in file.pages[0].mediabox)
        assert (left, bottom) == (0, 0)
        assert (right, top) == pytest.approx(
            (paper.page_width / 1000 * MM, paper.page_height / 1000 * MM), abs=0.01
        )
        assert file.Root.ViewerPreferences.PrintScaling == "/None"


@ALL
def test_modules_are_whole_printer_dots(paper: Stock) -> None:
    pdf, _ = pdf_of(run_of(FULL, min(paper.per_page, 30)), paper)
    layout = lay_out(FULL, paper, paper.dpi)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        content = file.pages[0].Contents.read_bytes()
    cells = re.findall(rb"q 1 0 0 1 (\S+) (\S+) cm/L Do", content)
    symbols = re.findall(rb"0 g (\S+) 0 0 (\S+) (\S+) (\S+) cm\nBI", content)
    assert len(cells) == len(symbols) == min(paper.per_page, 30)
    dot = 72 / paper.dpi
    height = paper.page_height * 72 / 25_400
    for (cell_x, cell_y), (side, side_again, x, y) in zip(cells, symbols, strict=True):
        assert side == side_again
        assert float(side) / dot == pytest.approx(41 * layout.symbol.dots, abs=0.01)
        for place in ((float(cell_x) + float(x)) / dot, (height - float(cell_y) - float(y)) / dot):
            assert place == pytest.approx(round(place), abs=0.02)


@ALL
def test_certificate_words_are_at_least_2_mm_high(paper: Stock) -> None:
    document = pypdfium2.PdfDocument(pdf_of(run_of(FULL, 1), paper)[0])
    page = document[0].get_textpage()
    start = page.get_text_range().index(CERTIFICATE_WORDS)
    for index in range(start, start + len(CERTIFICATE_WORDS)):
        _, bottom, _, top = page.get_charbox(index)
        assert (top - bottom) / MM >= 2


@ALL
def test_text_can_be_copied_out(paper: Stock) -> None:
    (text,) = page_texts(pdf_of(run_of(FULL, 1), paper)[0])
    for value in (FULL.brand, FULL.product, FULL.net_weight, FULL.credit_code):
        assert value in text
    assert "1000 1000 0001 0000 0001" in text.replace("\r\n", " ").replace("  ", " ")


def test_characters_beyond_the_bmp_can_be_copied_out() -> None:
    text = LabelText(product="示例𬭎𬬭莲", packer="示例㕮合作社")
    (found,) = page_texts(pdf_of(run_of(text, 1), STOCKS["roll-60x40"])[0])
    assert "示例𬭎𬬭莲" in found
    assert "示例㕮合作社" in found


def test_characters_that_share_a_glyph_are_copied_out_apart() -> None:
    text = LabelText(product="一\u2f00", packer="\u2f00一")
    (found,) = page_texts(pdf_of(run_of(text, 1), STOCKS["roll-60x40"])[0])
    assert "一\u2f00" in found
    assert "\u2f00一" in found


def test_the_same_run_gives_the_same_bytes() -> None:
    run = run_of(FULL, 50)
    first, result = pdf_of(run, STOCKS["a4-24"], footer="示例")
    second, again = pdf_of(run, STOCKS["a4-24"], footer="示例")
    assert first == second
    assert result == again
    assert result.sha256 == hashlib.sha256(first).hexdigest()
    assert result.size == len(first)


def test_a_long_base_is_printed_in_version_7(tmp_path: Path) -> None:
    for stock in (STOCKS["a4-24"], STOCKS["roll-50x30"]):
        run = replace(run_of(FULL, 5), base_url="https://trace.lotus.shicheng.ganzhou.example")
        layout = run.layout(stock, stock.dpi)
        assert layout.symbol.modules == 45
        found = [text for image in page_images(pdf_of(run, stock)[0], 300) for text in decoded(image)]
        assert sorted(found) == addresses(run)


def test_a_brand_s_picture_is_printed_in_its_box_and_stored_once() -> None:
    stock = STOCKS["a4-24"]
    run = replace(run_of(PLAIN, 24), picture=Picture(50, 50, bytes((200, 30, 40)) * 2500))
    (placed,) = run.layout(stock, stock.dpi).pictures
    pdf, _ = pdf_of(run, stock)
    assert pdf.count(b"/Subtype/Image") == 1
    document = pypdfium2.PdfDocument(pdf)
    page = document[0].render(scale=300 / 72).to_pil().convert("RGB")
    document.close()
    cell = sheet.cell(stock, Paper(), 23)

    def colour(x: int, y: int) -> tuple[int, int, int]:
        """At a point of the last label, µm."""
        return page.getpixel((round((cell.x + x) * 300 / 25_400), round((cell.y + y) * 300 / 25_400)))

    edge = 300
    for x in (placed.x + edge, placed.x + placed.width - edge):
        for y in (placed.y + edge, placed.y + placed.height - edge):
            assert colour(x, y) == pytest.approx((200, 30, 40), abs=2)
    assert colour(placed.x + placed.width + edge, placed.y + placed.height // 2) == (255, 255, 255)
    assert colour(placed.x + placed.width // 2, placed.y - edge) == (255, 255, 255)


def test_each_label_carries_its_own_pin_in_the_scratch_area() -> None:
    stock, secret = STOCKS["roll-60x40"], bytes(range(32))
    run = replace(run_of(PLAIN, 40), pin_secret=secret)
    place = run.layout(stock, stock.dpi).pin
    assert place is not None
    wanted = pins(secret, 100, range(1, 41))
    document = pypdfium2.PdfDocument(pdf_of(run, stock)[0])
    for page, digits in zip(document, wanted, strict=True):
        words = page.get_textpage()
        start = words.get_text_range().index(digits)
        left, bottom, _, _ = words.get_charbox(start)
        assert left == pytest.approx(place.x / 1000 * MM, abs=1)
        assert bottom == pytest.approx((stock.label_height - place.y) / 1000 * MM, abs=1)
    document.close()
    assert secret.hex() not in repr(run)
    assert repr(secret) not in repr(run)


@pytest.mark.parametrize(("name", "count"), [("roll-50x30", 1_100), ("a4-33", 100), ("a4-65", 1)])
def test_files_are_sound(name: str, count: int) -> None:
    pdf, result = pdf_of(run_of(FULL, count), STOCKS[name], footer="账本 1234")
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert file.check_pdf_syntax() == []
        assert len(file.pages) == result.pages
        assert str(file.docinfo["/Title"]) == "石城白莲 通芯白莲 印制批 100"


def test_a_symbol_that_holds_the_bytes_ei_is_written_in_hexadecimal() -> None:
    item = next(item for item, address in codes(run_of(PLAIN, 5_000), KEY) if b"EI" in qr.packed(address))
    run = run_of(PLAIN, 1, first=item)
    pdf, _ = pdf_of(run, STOCKS["roll-50x30"])
    assert b"/F/AHx" in pdf
    assert decoded(page_images(pdf, 203)[0]) == addresses(run)


def test_the_margin_names_run_items_and_page() -> None:
    texts = page_texts(pdf_of(run_of(PLAIN, 40), STOCKS["a4-21"], footer="账本 1234 · 示例")[0])
    assert "印制批 100 · 单品 1–21 · 账本 1234 · 示例" in texts[0]
    assert "第 1/2 页" in texts[0]
    assert "单品 22–40" in texts[1]
    assert "第 2/2 页" in texts[1]


def test_footers_that_cannot_be_printed_are_refused() -> None:
    with pytest.raises(MissingGlyphs):
        pdf_of(run_of(PLAIN, 1), STOCKS["a4-21"], footer="😀")
    with pytest.raises(TextTooLong) as caught:
        pdf_of(run_of(PLAIN, 1), STOCKS["a4-21"], footer="长" * 110)
    assert caught.value.context["field"] == "footer"


def test_progress_reaches_the_whole() -> None:
    heard: list[tuple[int, int]] = []
    pdf_of(run_of(PLAIN, 50), STOCKS["a4-24"], progress=lambda done, of: heard.append((done, of)))
    assert heard == [(24, 50), (48, 50), (50, 50)]


def test_a_path_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    out, run = tmp_path / "labels.pdf", run_of(PLAIN, 30)

    def write(**options: object) -> None:
        render(out, run=run, signer=KEY, stock=STOCKS["a4-24"], **options)

    write()
    before = out.read_bytes()
    assert before == pdf_of(run, STOCKS["a4-24"])[0]

    def fail(done: int, of: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(progress=fail)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["labels.pdf"]


def test_a_path_that_cannot_be_written(tmp_path: Path) -> None:
    for out in (tmp_path / "missing" / "labels.pdf", tmp_path):
        with pytest.raises(OutputError) as caught:
            render(out, run=run_of(PLAIN, 1), signer=KEY, stock=STOCKS["a4-24"])
        assert str(out) in caught.value.zh
    assert list(tmp_path.iterdir()) == []


def test_codes_are_the_addresses_of_the_run() -> None:
    run = run_of(PLAIN, 3, first=999_997)
    made = list(codes(run, KEY))
    assert [item for item, _ in made] == [999_997, 999_998, 999_999]
    for item, address in made:
        verified = code.verify(code.split_url(address), {10: KEY.public})
        assert (verified.run, verified.item) == (100, item)
        assert address.startswith(BASE + "/c/")


@pytest.mark.parametrize(
    "change", [{"count": 0}, {"count": -1}, {"first": 0}, {"first": 999_999, "count": 2}, {"run": 0}]
)
def test_runs_that_do_not_fit_their_digits(change: dict[str, int]) -> None:
    with pytest.raises(BadCount):
        replace(run_of(PLAIN, 1), **change)


def test_a_note_stands_in_the_margin_of_its_page_alone() -> None:
    texts = page_texts(pdf_of(run_of(PLAIN, 40), STOCKS["a4-21"], notes={1: "余格纸 13"})[0])
    assert "余格纸" not in texts[0]
    assert "单品 22–40 · 余格纸 13" in texts[1]
    with pytest.raises(TextTooLong):
        pdf_of(run_of(PLAIN, 40), STOCKS["a4-21"], notes={1: "长" * 110})


def test_the_margin_of_a_part_used_sheet_is_not_printed_a_second_time() -> None:
    paper = Paper(((20, 21), (21,)))
    texts = page_texts(pdf_of(run_of(PLAIN, 10), STOCKS["a4-21"], paper=paper, notes={1: "余格纸 9"})[0])
    assert "印制批" not in texts[0]
    assert "单品 3 · 余格纸 9" in texts[1]
    assert "单品 4–10" in texts[2]

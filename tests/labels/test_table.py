"""Tables for print shops: complete, formula-safe, the same bytes each time."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import code, digits, pin
from labels.run import RunSpec
from labels.table import heads, shielded, unshielded, write_csv, write_xlsx
from labels.text import LabelText
from tests.labels.samples import FULL, KEY, PLAIN, run_of

SECRET = bytes(range(32))
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def csv_rows(run: RunSpec) -> list[dict[str, str]]:
    out = io.BytesIO()
    assert write_csv(out, run, KEY) == run.count
    return list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))


def xlsx_cells(data: bytes, sheet: int = 1) -> tuple[list[list[str]], set[str]]:
    """The cells of a worksheet row by row, and the kinds of its elements and cells."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    kinds = {element.tag.removeprefix(_SHEET) for element in tree.iter()}
    kinds |= {f"t={cell.get('t')}" for cell in tree.iter(f"{_SHEET}c")}
    rows = [["".join(cell.itertext()) for cell in row] for row in tree.iter(f"{_SHEET}row")]
    return rows, kinds


def xlsx_of(run: RunSpec) -> bytes:
    out = io.BytesIO()
    assert write_xlsx(out, run, KEY) == run.count
    return out.getvalue()


def test_a_csv_row_has_everything_a_label_needs() -> None:
    rows = csv_rows(replace(run_of(FULL, 1100, first=7), pin_secret=SECRET))
    assert len(rows) == 1100
    row = rows[1050]
    item = 7 + 1050
    address = row["网址 URL"]
    assert code.verify(code.split_url(address), {KEY.key_id: KEY.public}).item == item
    assert row["序号 Item"] == str(item)
    assert row["编号 Number"] == digits.printed(code.item_code(KEY.key_id, 100, item))
    assert row["验证码 PIN"] == pin.pins(SECRET, 100, range(item, item + 1))[0]
    assert row["品名 Product"] == "通芯白莲"
    assert row["统一社会信用代码 Credit code"] == FULL.credit_code
    assert row["合格证字样 Certificate words"] == "承诺达标合格证"
    assert row["地理标志字样 GI words"] == "地理标志产品"


def test_a_csv_opens_in_an_old_excel_and_is_all_quoted() -> None:
    out = io.BytesIO()
    write_csv(out, run_of(PLAIN, 2), KEY)
    data = out.getvalue()
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8").split("\r\n")
    assert len(lines) == 4
    assert lines[3] == ""
    assert all(line.startswith('"') and line.endswith('"') for line in lines[:3])
    assert "PIN" not in lines[0]


def test_both_forms_say_the_same() -> None:
    run = replace(run_of(replace(FULL, lines=("联系电话 000-0000", "二行")), 30), pin_secret=SECRET)
    cells, _ = xlsx_cells(xlsx_of(run))
    rows = csv_rows(run)
    assert cells[0] == heads(run.text, pins=True) == list(rows[0])
    filled = [[value for value in row.values() if value] for row in rows]
    assert cells[1:] == filled


def test_texts_that_look_like_formulas_stay_texts() -> None:
    words = LabelText(
        product="=1+1", grade="＝cmd", packer="+86", brand="@brand", batch_no="-3", lines=("'x", " =2")
    )
    row = csv_rows(run_of(words, 1))[0]
    given = ("=1+1", "＝cmd", "+86", "@brand", "-3", "'x", " =2")
    written = [value for value in row.values() if value.startswith("'")]
    assert sorted(map(unshielded, written)) == sorted(given)
    cells, kinds = xlsx_cells(xlsx_of(run_of(words, 1)))
    assert set(given) <= set(cells[1])
    assert not kinds & {"f", "hyperlink", "hyperlinks", "t=n", "t=None"}


@given(st.text())
def test_a_shield_comes_off_and_leaves_the_text(text: str) -> None:
    assert unshielded(shielded(text)) == text
    assert shielded(text)[:1] not in set("=+-@＝＋－＠\t\r\n")


def test_the_workbook_tells_the_print_shop_how_to_make_the_symbols() -> None:
    cells, _ = xlsx_cells(xlsx_of(run_of(PLAIN, 1)), sheet=2)
    assert any("41 × 41" in said for _, said in cells)


def test_the_same_run_gives_the_same_bytes() -> None:
    run = run_of(FULL, 25)
    assert xlsx_of(run) == xlsx_of(run)
    first, second = io.BytesIO(), io.BytesIO()
    write_csv(first, run, KEY)
    write_csv(second, run, KEY)
    assert first.getvalue() == second.getvalue()


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_progress_is_told_to_the_end(write: Callable[..., int]) -> None:
    heard: list[tuple[int, int]] = []
    write(io.BytesIO(), run_of(PLAIN, 1500, first=11), KEY, progress=lambda *done: heard.append(done))
    assert heard[-1] == (1500, 1500)
    assert heard == sorted(set(heard))


class _FullDisk(io.BytesIO):
    """Takes a little and then no more."""

    def write(self, data: object) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("write", [write_csv, write_xlsx])
def test_a_full_disk_is_an_os_error(write: Callable[..., int]) -> None:
    with pytest.raises(OSError, match="No space left"):
        write(_FullDisk(), run_of(PLAIN, 3), KEY)

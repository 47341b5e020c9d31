"""`flask stock` and `flask printer`."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest

from labels.stock import STOCKS
from tests.cli.conftest import Terminal
from tests.support.makers import World

MEASURED = ("--label", "63.5x38.1", "--grid", "3x7", "--margin", "7.25,15", "--gap", "2.5,0", "--dpi", "600")
AS = ("--as", "clerk")


def test_stocks_are_added_shown_changed_and_retired(terminal: Terminal, world: World, tmp_path: Path) -> None:
    made = terminal.data("stock", "add", "--name", "示例纸", *MEASURED, *AS)
    assert (made["label_width"], made["columns"], made["gap_x"]) == (63_500, 3, 2_500)
    out = tmp_path / "stock.svg"
    shown = terminal.run("stock", "show", "示例纸", "--svg", str(out), *AS).stdout
    assert "63.5" in shown
    assert out.read_text("utf-8").startswith("<svg")
    changed = terminal.data(
        "stock", "add", "--name", "示例纸", *MEASURED, "--inset", "2,2", "--instead-of", "示例纸", *AS
    )
    assert changed["id"] != made["id"]
    found = terminal.data("stock", "list", *AS)
    assert [one["name"] for one in found] == [*STOCKS, "示例纸"]
    assert found[-1]["own"]
    terminal.run("stock", "retire", "示例纸", *AS)
    assert len(terminal.data("stock", "list", *AS)) == len(STOCKS)
    assert terminal.refused("stock", "retire", "示例纸", *AS) == "stock.unknown"
    assert "a4-24" in terminal.run("stock", "list", *AS).stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--label", "20x20"), "label.stock-too-small"),
        (("--label", "abcx20"), "stock.millimetres"),
        (("--label", "90x38", "--grid", "3x7"), "label.stock-geometry"),
        (("--label", "60x40", "--dpi", "72"), "label.dpi"),
    ],
)
def test_stocks_that_cannot_be(terminal: Terminal, world: World, words: tuple[str, ...], code: str) -> None:
    assert terminal.refused("stock", "add", "--name", "示例纸", *words, *AS) == code


def test_what_is_written_wrongly(terminal: Terminal, world: World) -> None:
    terminal.run("stock", "add", "--name", "示例纸", "--label", "60", *AS, code=2)
    terminal.run("stock", "add", "--name", "示例纸", "--label", "60x40", "--grid", "ax1", *AS, code=2)
    assert terminal.refused("stock", "show", "示例纸", *AS) == "label.stock-unknown"


def test_a_printer_is_calibrated(terminal: Terminal, world: World, tmp_path: Path) -> None:
    out = tmp_path / "page.pdf"
    printer = ("--printer", "办公室惠普", "--stock", "a4-21")
    told = terminal.data("printer", "calibrate", *printer, "--out", str(out), *AS)
    assert told["edges"][0] == "A：第 1 格的左边"
    with pypdfium2.PdfDocument(io.BytesIO(out.read_bytes())) as document:
        assert len(document) == 1
    read = ("--a", "0.5", "--b", "-1", "--c", "0.5", "--d", "-1")
    kept = terminal.data("printer", "set", *printer, *read, *AS)
    assert (kept["offset_x"], kept["offset_y"], kept["scale_x"]) == (500, -1_000, 0)
    [listed] = terminal.data("printer", "list", *AS)
    assert listed == kept
    assert "办公室惠普" in terminal.run("printer", "list", *AS).stdout


def test_what_is_refused_of_printers(terminal: Terminal, world: World, tmp_path: Path) -> None:
    read = ("--a", "12", "--b", "0", "--c", "0", "--d", "0")
    assert (
        terminal.refused("printer", "set", "--printer", "佳博", "--stock", "a4-21", *read, *AS)
        == "label.reading"
    )
    out = ("--out", str(tmp_path / "page.pdf"))
    assert terminal.refused("printer", "calibrate", "--printer", "佳博", "--stock", "x", *out, *AS) == (
        "label.stock-unknown"
    )
    nowhere = ("--out", str(tmp_path / "none" / "page.pdf"))
    terminal.run("printer", "calibrate", "--printer", "佳博", "--stock", "a4-21", *nowhere, *AS, code=1)

"""The forms of label paper: an own stock, cells of a part-used sheet, what a calibration page reads."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from labels.calibration import MOST_READING, Readings
from labels.errors import LabelError
from labels.stock import Stock
from trace.core import languages, millimetres
from trace.core.errors import InvalidInput
from trace.services import stock
from trace.services.stock import Kind
from trace.web.inputs.reading import Reading

LENGTHS = (
    "page_width", "page_height", "label_width", "label_height", "margin_left", "margin_top", "gap_x", "gap_y",
    "corner", "inset_x", "inset_y",
)  # fmt: skip
OF_A_ROLL = ("label_width", "label_height", "gap_y", "corner", "inset_x", "inset_y")
# What most paper has: A4, a millimetre or two of blank edge.
USUAL = {
    "page_width": 210_000,
    "page_height": 297_000,
    "columns": 3,
    "rows": 8,
    "gap_x": 0,
    "gap_y": 0,
    "corner": 0,
    "inset_x": 1_500,
    "inset_y": 1_300,
    "dpi": 600,
}
USUAL_ROLL = {"gap_y": 2_000, "corner": 1_500, "inset_x": 1_500, "inset_y": 1_300, "dpi": 203}


class PaperRefusal(InvalidInput):
    """A refusal of the label engine about an input of a form; it brings its own sentences."""

    def __init__(self, error: LabelError, field: str | None = None) -> None:
        named = error.context.get("field")
        super().__init__(error.code, named if isinstance(named, str) else field)
        self._error = error

    def message(self, lang: str = "zh") -> str:
        """The label engine's sentence."""
        return languages.said(lang, self._error.zh, self._error.en)


def kind_of(sent: MultiDict[str, str]) -> Kind:
    """Sheets unless a roll is asked for."""
    return "roll" if sent.get("kind") == "roll" else "sheet"


def read_stock(sent: MultiDict[str, str]) -> Stock:
    """The stock that was measured; InvalidInputs naming what is wrong, PaperRefusal where cells leave the page."""
    reading = Reading(sent)
    kind = kind_of(sent)
    usual = USUAL if kind == "sheet" else USUAL_ROLL
    sizes: dict[str, int] = {}
    for name in LENGTHS if kind == "sheet" else OF_A_ROLL:
        length = read_length(reading, name, usual.get(name))
        if length is not None:
            sizes[name] = length
    for name in ("columns", "rows") if kind == "sheet" else ():
        sizes[name] = reading.whole(name) or 0
    sizes["dpi"] = reading.key("dpi") or usual["dpi"]
    reading.check()
    if kind == "sheet":
        _refuse_off_page(sizes)
    try:
        return stock.describe(sent.get("name", ""), kind, sizes)
    except LabelError as error:
        raise PaperRefusal(error, "label_width") from error


def _refuse_off_page(sizes: dict[str, int]) -> None:
    """InvalidInput stock.too-wide or stock.too-high, with what the labels take and what the paper has."""
    for code, field, count, size, gap, margin, page in (
        ("stock.too-wide", "label_width", "columns", "label_width", "gap_x", "margin_left", "page_width"),
        ("stock.too-high", "label_height", "rows", "label_height", "gap_y", "margin_top", "page_height"),
    ):
        takes = sizes[margin] + sizes[count] * (sizes[size] + sizes[gap]) - sizes[gap]
        if takes > sizes[page]:
            raise InvalidInput(code, field, takes=millimetres.show(takes), has=millimetres.show(sizes[page]))


def read_length(reading: Reading, name: str, usual: int | None = None) -> int | None:
    """A length in µm, what is usual where nothing is typed; None if wrong, with the refusal kept."""
    typed = reading.text(name)
    if not typed.strip() and usual is not None:
        return usual
    try:
        return millimetres.parse(typed, name)
    except InvalidInput as wrong:
        reading.errors.append(wrong)
        return None


def typed_stock(found: Stock) -> dict[str, str]:
    """A stock as the inputs of its form."""
    values = {name: millimetres.show(getattr(found, name)) for name in LENGTHS}
    counts = {name: str(getattr(found, name)) for name in ("columns", "rows", "dpi")}
    return {"name": found.name, "kind": found.kind, **values, **counts}


def read_readings(sent: MultiDict[str, str]) -> Readings:
    """What the four scales read; InvalidInputs naming those that no scale reads."""
    reading = Reading(sent)
    read: dict[str, int] = {}
    for name in "abcd":
        most = MOST_READING // 1_000
        try:
            read[name] = millimetres.parse(reading.text(name), name)
        except InvalidInput:
            reading.errors.append(InvalidInput("printer.reading", name, most=most))
            continue
        if abs(read[name]) > MOST_READING:
            reading.errors.append(InvalidInput("printer.reading", name, most=most))
    reading.check()
    return Readings(**read)


def read_cells(sent: MultiDict[str, str], name: str) -> list[int]:
    """The cells ticked in a drawing of a sheet, ascending; what is no cell is left out."""
    return sorted(
        {int(value) for value in sent.getlist(name) if value.isascii() and value.isdigit() and len(value) < 5}
    )

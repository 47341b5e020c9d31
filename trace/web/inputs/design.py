"""The form of a label design (标签版式): a row for each box, lengths in mm as people type them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from labels.design import KINDS, MOST_BOXES, TEXTS, Box, Design
from labels.errors import LabelError
from labels.geometry import Stock
from trace.core import languages, millimetres
from trace.core.errors import InvalidInput
from trace.web.inputs.paper import read_length
from trace.web.inputs.reading import Reading

Row = dict[str, str]

LENGTHS = ("x", "y", "width", "height")
COLUMNS = ("what", *LENGTHS, "size", "align", "heavy", "key", "colour", "framed", "text")
SET = (*TEXTS, "fixed")  # what is set in type, and may be aligned, heavy, framed
_CHOICES = {
    "align": ("left", "centre", "right"),
    "key": ("none", "inline", "column"),
    "colour": ("ink", "muted", "accent"),
}
_USUAL_SIZE = 2_150
_NEW_SIDE = {
    "qr": (23_000, 23_000),
    "picture": (10_000, 10_000),
    "pin": (30_000, 4_600),
    "rule": (20_000, 200),
}
_NEW_TEXT = (20_000, 3_000)


class DesignRefusal(InvalidInput):
    """A refusal of the label engine, led to the row of the box that it is about; it brings its own sentences."""

    def __init__(self, error: LabelError, rows: Sequence[Row], field: str = "") -> None:
        self.row = None if field else _row(error, rows)
        super().__init__(error.code, field or ("boxes" if self.row is None else f"boxes.{self.row}.x"))
        self._error = error

    def message(self, lang: str = "zh") -> str:
        """The label engine's sentence."""
        return languages.said(lang, self._error.zh, self._error.en)


def _row(error: LabelError, rows: Sequence[Row]) -> int | None:
    """Which row, from 0, the refusal is about."""
    number = error.context.get("box")
    if isinstance(number, int) and number < len(rows):
        return number
    names = [error.context.get("what"), error.context.get("field")]
    return next((at for at, row in enumerate(rows) if row["what"] in names), None)


def typed_rows(sent: MultiDict[str, str]) -> list[Row]:
    """The rows as they were sent, removed ones left out, so that nothing typed is lost."""
    return [row for row in Reading(sent).rows("boxes", COLUMNS, MOST_BOXES + 1) if row["what"] in KINDS]


def rows_of(design: Design) -> list[Row]:
    """A design as the rows of its form."""
    return [
        {
            "what": box.what,
            **{name: millimetres.show(getattr(box, name)) for name in LENGTHS},
            "size": millimetres.show(box.size) if box.is_text else "",
            "align": box.align,
            "heavy": "yes" if box.heavy else "",
            "key": box.key,
            "colour": box.colour,
            "framed": "yes" if box.framed else "",
            "text": box.text,
        }
        for box in design.boxes
    ]


def new_row(what: str, stock: Stock) -> Row:
    """A row for one more box, in the upper left corner of what can be printed."""
    wide, high = _NEW_SIDE.get(what, _NEW_TEXT)
    wide = min(wide, stock.label_width - 2 * stock.inset_x)
    values = {"x": stock.inset_x, "y": stock.inset_y, "width": wide, "height": high}
    return {
        "what": what,
        **{name: millimetres.show(value) for name, value in values.items()},
        "size": millimetres.show(2_400 if what == "certificate" else _USUAL_SIZE),
        "align": "left",
        "heavy": "",
        "key": "none",
        "colour": "ink",
        "framed": "",
        "text": "",
    }


def read_boxes(rows: Sequence[Row]) -> list[Box]:
    """The boxes that were typed; InvalidInputs naming lengths that are none."""
    form = MultiDict(
        {f"boxes.{number}.{name}": value for number, row in enumerate(rows) for name, value in row.items()}
    )
    reading = Reading(form)
    boxes = [_read_box(reading, number, row) for number, row in enumerate(rows)]
    reading.check()
    return boxes


def read_design(rows: Sequence[Row], stock: Stock) -> Design:
    """The design that was typed; InvalidInputs naming lengths that are none, DesignRefusal for a rule broken."""
    boxes = read_boxes(rows)
    try:
        return Design(stock.label_width, stock.label_height, tuple(boxes))
    except LabelError as error:
        raise DesignRefusal(error, rows) from error


def _read_box(reading: Reading, number: int, row: Row) -> Box:
    given: dict[str, Any] = {name: read_length(reading, f"boxes.{number}.{name}") or 0 for name in LENGTHS}
    given["size"] = read_length(reading, f"boxes.{number}.size", _USUAL_SIZE) or 0
    for name, known in _CHOICES.items():
        given[name] = row[name] if row[name] in known else known[0]
    return Box(
        row["what"],
        heavy=row["heavy"] == "yes",
        framed=row["framed"] == "yes",
        text=row["text"] if row["what"] == "fixed" else "",
        **given,
    )

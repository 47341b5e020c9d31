"""The forms of cartons: print their labels, pack by codes or by numbers, print spoilt ones again."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from labels.stock import Stock
from trace.core.carton import CARTON, PALLET, Packing
from trace.core.errors import TraceError
from trace.services.carton import Content, NewCartons
from trace.services.run import NewRun, Replaced
from trace.web.inputs.reading import Reading
from trace.web.inputs.run import DPI

# What the rules call the sides of a packing, and what the form calls the codes that name them.
_SCANNED = {
    "carton_run": "carton",
    "first": "carton",
    "last": "carton",
    "content_run": "first_code",
    "content_first": "first_code",
    "content_last": "last_code",
}


def read_cartons(sent: MultiDict[str, str], content_run: int | None, stocks: list[Stock]) -> NewCartons:
    """Carton labels to print, for labels of a run or empty; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    each = reading.whole("per_carton")
    content: Content | None = None
    count = 0
    if content_run is None:
        count = reading.whole("count") or 0
    else:
        first, last = reading.whole("content_first"), reading.whole("content_last")
        content = Content(content_run, (first or 0, last or 0))
    start = reading.whole("start_cell", required=False)
    reading.check()
    name = sent.get("stock", "")
    return NewCartons(
        stock=name,
        request_id=reading.request_id(),
        per_carton=each or 0,
        content=content,
        count=count,
        level=PALLET if sent.get("level") == str(PALLET) else CARTON,
        start_cell=1 if start is None else start,
        dpi=_dpi(reading, next((stock for stock in stocks if stock.name == name), None)),
    )


def _dpi(reading: Reading, stock: Stock | None) -> int:
    """The printer's dots per inch: chosen for a roll, the stock's own for sheets."""
    chosen = reading.key("dpi")
    if stock is None:
        return chosen or DPI[0]
    return chosen if chosen in DPI and stock.kind == "roll" else stock.dpi


def read_numbers(sent: MultiDict[str, str]) -> Packing:
    """A packing by numbers; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    names = ("carton_run", "first", "last", "content_run", "content_first", "content_last", "per_carton")
    run, first, last, content, content_first, content_last, each = (
        reading.whole(name) or 0 for name in names
    )
    reading.check()
    return Packing(run, first, last, content, content_first, content_last, each)


def read_reprint(sent: MultiDict[str, str], run_id: int, stock: str, dpi: int) -> NewRun:
    """Spoilt carton labels to print again on the same stock; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    first, last = reading.whole("first"), reading.whole("last")
    start = reading.whole("start_cell", required=False)
    reading.check()
    return NewRun(
        count=0,
        stock=stock,
        request_id=reading.request_id(),
        start_cell=1 if start is None else start,
        dpi=dpi,
        replaces=Replaced(run_id, first or 0, last or 0, reading.text("reason")),
    )


def named_as_scanned(error: TraceError) -> TraceError:
    """Lead a refusal about a packing to the codes that were scanned."""
    error.field = _SCANNED.get(error.field or "", error.field)
    return error

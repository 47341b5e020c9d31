"""The forms of a run: printing one, and a range of its labels."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from labels.stock import STOCKS
from trace.core.errors import TraceError
from trace.services.run import NewRun, Replaced
from trace.web.inputs.reading import Reading

DPI = (203, 300, 600)
# What the service calls the old labels' range and reason, and what the form calls them.
_REPLACED = {"first": "old_first", "last": "old_last", "reason": "old_reason", "run": "replaces"}


@dataclass(frozen=True, slots=True)
class Paper:
    """The label paper in the printer: stock by name, and dots per inch."""

    stock: str
    dpi: int


def read_paper(sent: MultiDict[str, str], last: Paper) -> Paper:
    """The paper chosen by address or form; what was used last where nothing valid is chosen."""
    name = sent.get("stock", "")
    stock = STOCKS.get(name) or STOCKS.get(last.stock) or STOCKS["a4-24"]
    chosen = Reading(sent).key("dpi")
    if stock.kind == "sheet":
        return Paper(stock.name, stock.dpi)
    if chosen in DPI:
        return Paper(stock.name, chosen or stock.dpi)
    return Paper(stock.name, last.dpi if last.stock == stock.name else stock.dpi)


def read_run(sent: MultiDict[str, str], paper: Paper) -> NewRun:
    """What the service takes; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    replaces = _replaced(reading)
    count = reading.whole("count", required=replaces is None)
    if count is None and replaces is not None:
        count = max(0, replaces.last - replaces.first + 1)
    start = reading.whole("start_cell", required=False)
    reading.check()
    return NewRun(
        count=count or 0,
        stock=paper.stock,
        request_id=reading.request_id(),
        start_cell=1 if start is None else start,
        dpi=paper.dpi,
        replaces=replaces,
    )


def _replaced(reading: Reading) -> Replaced | None:
    run_id = reading.key("replaces")
    if run_id is None:
        return None
    first, last = reading.whole("old_first"), reading.whole("old_last")
    return Replaced(run_id, first or 0, last or 0, reading.text("old_reason"))


def named_as_asked(error: TraceError) -> TraceError:
    """Lead a refusal about the old labels to the inputs of this form."""
    error.field = _REPLACED.get(error.field or "", error.field)
    return error


def read_range(sent: MultiDict[str, str]) -> tuple[int, int]:
    """First and last label of a range; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    first, last = reading.whole("first"), reading.whole("last")
    reading.check()
    return first or 0, last or 0

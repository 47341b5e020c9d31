"""The forms of a run: printing one, and a range of its labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from labels.stock import STOCKS, Stock
from trace.core.errors import InvalidInput, NotFound, TraceError
from trace.services import part_sheet
from trace.services.part_sheet import Choice, Part, SheetView
from trace.services.run import NewRun, Replaced
from trace.web.inputs.paper import read_cells
from trace.web.inputs.reading import Reading

DPI = (203, 300, 600)
# What the service calls the old labels' range and reason, and what the form calls them.
_REPLACED = {"first": "old_first", "last": "old_last", "reason": "old_reason", "run": "replaces"}


@dataclass(frozen=True, slots=True)
class Paper:
    """What is in the printer: the stock, dots per inch, and the printer's name, "" for one never measured."""

    stock: Stock
    dpi: int
    printer: str = ""


def asked_to(sent: MultiDict[str, str]) -> tuple[str, str]:
    """What a button of the form asks for, and of what: ("stock", "a4-24"), ("lost", "13"); ("", "") to print."""
    act, _, of = sent.get("do", "").partition(":")
    return act, of


def read_paper(
    sent: MultiDict[str, str], stocks: Sequence[Stock], printers: Sequence[str], last: Paper
) -> Paper:
    """The paper chosen by address or form; what was used last where nothing valid is chosen."""
    known = {stock.name: stock for stock in stocks}
    act, of = asked_to(sent)
    stock = known.get(of if act == "stock" else sent.get("stock", "")) or known.get(last.stock.name)
    stock = stock or STOCKS["a4-24"]
    called = sent.get("printer", last.printer)
    dpi = stock.dpi
    if stock.kind == "roll":
        chosen = Reading(sent).key("dpi")
        if chosen in DPI and act != "stock":
            dpi = chosen or dpi
        elif last.stock.name == stock.name:
            dpi = last.dpi
    return Paper(stock, dpi, called if called in printers else "")


@dataclass(frozen=True, slots=True)
class OfferedSheet:
    """A part-used sheet as the form shows it: whether it is to be used, and which cells are ticked."""

    sheet: SheetView
    used: bool
    ticked: tuple[int, ...]


def offered(sent: MultiDict[str, str], sheets: Sequence[SheetView]) -> list[OfferedSheet]:
    """The sheets with what the clerk chose; on a new form the oldest is chosen, with all its free cells."""
    shown = set(sent.getlist("shown"))
    found = []
    for number, sheet in enumerate(sheets):
        known = str(sheet.id) in shown
        ticked = set(_ticked(sent, sheet.id)) if known else set(sheet.free)
        used = str(sheet.id) in sent.getlist("sheet") if known else not shown and number == 0
        found.append(OfferedSheet(sheet, used, tuple(cell for cell in sheet.free if cell in ticked)))
    return found


def _ticked(sent: MultiDict[str, str], sheet_id: int) -> list[int]:
    return read_cells(sent, f"cells-{sheet_id}")


def read_sheets(sent: MultiDict[str, str], stock: Stock, start_cell: int) -> Choice:
    """The cells chosen on part-used sheets in the order shown, then those of a sheet that is not on record.

    InvalidInput sheet.none-ticked for a sheet chosen without a cell.
    """
    chosen = []
    if sent.get("parts") == "use":
        for value in sent.getlist("sheet"):
            sheet_id = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0
            cells = _from(sent, sheet_id, _ticked(sent, sheet_id))
            if not cells:
                raise InvalidInput("sheet.none-ticked", "sheet", sheet=sheet_id)
            chosen.append(Part(sheet_id, cells))
    # A sheet not on record stands in the run's own column unless it comes after others.
    return (*chosen, *part_sheet.starting(stock, start_cell)) if chosen else ()


def _from(sent: MultiDict[str, str], sheet_id: int, cells: list[int]) -> tuple[int, ...]:
    reading = Reading(sent)
    start = reading.whole(f"from-{sheet_id}", required=False)
    reading.check()
    return tuple(cell for cell in cells if start is None or cell >= start)


def _refuse_other_paper(sent: MultiDict[str, str], paper: Paper) -> None:
    """InvalidInput where the form names what is not there, or no more: nothing is printed on something else."""
    if sent.get("stock") != paper.stock.name:
        raise InvalidInput("stock.unknown", "stock")
    if paper.stock.kind == "roll" and sent.get("dpi") != str(paper.dpi):
        raise InvalidInput("printer.dpi", "dpi")
    if sent.get("printer", "") != paper.printer:
        raise InvalidInput("printer.unknown", "printer", printer=sent.get("printer", "")[:60])


def read_run(sent: MultiDict[str, str], paper: Paper) -> NewRun:
    """What the service takes; InvalidInputs naming what is wrong."""
    _refuse_other_paper(sent, paper)
    reading = Reading(sent)
    replaces = _replaced(reading)
    count = reading.whole("count", required=replaces is None)
    if count is None and replaces is not None:
        count = max(0, replaces.last - replaces.first + 1)
    start = reading.whole("start_cell", required=False)
    reading.check()
    start = 1 if start is None or paper.stock.kind == "roll" else start
    return NewRun(
        count=count or 0,
        stock=paper.stock.name,
        request_id=reading.request_id(),
        start_cell=start,
        dpi=paper.dpi,
        replaces=replaces,
        sheets=read_sheets(sent, paper.stock, start),
        printer=paper.printer,
        design=_design(reading),
        pin=bool(sent.get("pin")),
    )


def _design(reading: Reading) -> int | None:
    chosen = reading.key("design")
    if chosen is None and reading.text("design"):
        raise NotFound("design.unknown", "design")
    return chosen


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

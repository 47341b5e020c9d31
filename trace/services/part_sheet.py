"""Sheet memory (余格纸): which cells of which physical sheet are used, and what is still free.

A cell is a row with (sheet, cell) as its primary key: that no cell is printed on twice is a fact of the database.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from labels.geometry import Stock
from labels.sheet import Paper, left_over
from trace.core import clock, text
from trace.core.errors import Conflict, InvalidInput, NotFound
from trace.core.policy import Action, Actor, require
from trace.core.ranges import without
from trace.services.audit import AuditAction, note
from trace.tables import Download, PartSheet, RangeState, Run, SheetCell
from trace.tables.base import key_of

FULL = "用完了"
NOT_PRINTED = "没有打印"


@dataclass(frozen=True, slots=True)
class Part:
    """Cells of one sheet to print on, ascending from 1; `sheet_id` None: a sheet that is not on record yet."""

    sheet_id: int | None
    cells: tuple[int, ...]


Choice = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """The paper of a run, the numbers of its part-used sheets in the order of feeding, and which of them are new.

    What is new on record has nothing of ours in its margin yet.
    """

    paper: Paper
    sheets: tuple[int, ...] = ()
    opened: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as it lies in the drawer; `used` maps a cell to the run on it, None where spoilt by hand."""

    id: int
    stock: str
    per_page: int
    used: dict[int, int | None]
    opened_at: datetime
    closed_at: datetime | None = None
    closed_reason: str = ""

    @property
    def free(self) -> tuple[int, ...]:
        """Cells that nobody used, ascending."""
        return tuple(cell for cell in range(1, self.per_page + 1) if cell not in self.used)

    @property
    def runs(self) -> list[int]:
        """The runs printed on it, oldest first."""
        return sorted({run for run in self.used.values() if run is not None})


def choice_key(choice: Iterable[Part]) -> str:
    """A choice as one text: the same choice always gives the same, so that repeated requests are known."""
    return json.dumps([[part.sheet_id, list(part.cells)] for part in choice], separators=(",", ":"))


def starting(stock: Stock, start_cell: int) -> Choice:
    """The choice of one sheet that is not on record, free from a cell on; nothing for cell 1 or a roll."""
    if stock.kind == "roll" or start_cell <= 1:
        return ()
    return (Part(None, tuple(range(start_cell, stock.per_page + 1))),)


def take(session: Session, actor: Actor, row: Run, stock: Stock, choice: Choice) -> Taken:
    """Use chosen cells for a flushed run, as many as it has labels, sheet after sheet.

    Conflict sheet.cells-taken, sheet.closed or sheet.other-stock where a sheet is not what the clerk saw;
    InvalidInput for cells the stock lacks or a sheet chosen twice.
    """
    require(actor, Action.RUN_PRINT, row.organisation_id)
    _check(stock, choice)
    rest, parts, sheets = row.count, [], []
    for part in choice:
        if rest == 0:
            break
        sheet = _opened(session, actor, row, stock, part)
        used = part.cells[:rest]
        _use(session, sheet, used, key_of(row))
        rest -= len(used)
        parts.append(part.cells)
        sheets.append(key_of(sheet))
    known = [part.sheet_id for part in choice]
    return Taken(
        Paper(tuple(parts)).check(stock), tuple(sheets), tuple(one for one in sheets if one not in known)
    )


def remember(session: Session, actor: Actor, row: Run, stock: Stock, taken: Taken) -> int | None:
    """The number of the sheet that the run leaves part-used, put on record now if it was whole; None if none is.

    Number and cells depend on the run alone, so they may be printed in its sheets' margin.
    """
    free = left_over(stock, taken.paper, row.count)
    if not free:
        return None
    if row.count <= sum(map(len, taken.paper.parts)):
        return taken.sheets[-1]
    sheet = _new(session, actor, row.organisation_id, stock)
    _use(session, sheet, [cell for cell in range(1, stock.per_page + 1) if cell not in free], key_of(row))
    return key_of(sheet)


def release(session: Session, row: Run) -> bool:
    """Give the cells of a run back if all of it is void and its file was never handed out; tell whether.

    Where a file was taken, the labels may be on paper, and the cells stay used.
    """
    run_id = key_of(row)
    taken = session.exec(select(Download.id).where(Download.run_id == run_id).limit(1)).first()
    void = session.exec(
        select(RangeState.first, RangeState.last).where(
            RangeState.run_id == run_id, RangeState.state == "void"
        )
    ).all()
    if taken is not None or without((1, row.count), [(first, last) for first, last in void]):
        return False
    cells = session.exec(select(SheetCell).where(SheetCell.run_id == run_id)).all()
    for cell in cells:
        session.delete(cell)
    session.flush()
    for sheet_id in {cell.sheet_id for cell in cells}:
        sheet = session.get_one(PartSheet, sheet_id)
        if sheet.closed_reason == FULL:
            sheet.closed_at, sheet.closed_reason = None, ""
        if not _used(session, [sheet_id]).get(sheet_id):
            _shut(sheet, NOT_PRINTED)
        session.add(sheet)
    return bool(cells)


def open_sheets(session: Session, organisation_id: int, stock: str | None = None) -> list[SheetView]:
    """The organisation's sheets with free cells, oldest first; of one stock if named."""
    query = select(PartSheet).where(
        PartSheet.organisation_id == organisation_id, col(PartSheet.closed_at).is_(None)
    )
    if stock is not None:
        query = query.where(PartSheet.stock == stock)
    return _views(session, session.exec(query.order_by(col(PartSheet.id))).all())


def view(session: Session, actor: Actor, sheet_id: int) -> SheetView:
    """One sheet of the actor's organisation, open or closed; NotFound sheet.unknown."""
    return _views(session, [_row(session, actor, sheet_id)])[0]


def close(session: Session, actor: Actor, sheet_id: int, reason: str) -> None:
    """Offer a sheet no more because it is lost or spoilt; closing a closed one changes nothing."""
    sheet = _row(session, actor, sheet_id)
    require(actor, Action.RUN_PRINT, sheet.organisation_id)
    why = text.clean(reason, "reason", max_length=100, name=True)
    if sheet.closed_at is not None:
        return
    _shut(sheet, why)
    session.add(sheet)
    note(session, actor, AuditAction.SHEET_CLOSE, f"{sheet_id}:{why}")


def close_all(session: Session, actor: Actor, stock: str, reason: str) -> None:
    """Close every open sheet of a stock that is no longer what it was."""
    for sheet in open_sheets(session, int(actor.org_id), stock):
        close(session, actor, sheet.id, reason)


def spoil(session: Session, actor: Actor, sheet_id: int, cells: Iterable[int]) -> None:
    """Cross out cells by hand (torn, stuck, smudged): they are not offered again. Crossed-out ones may be named.

    Conflict sheet.cells-taken for a cell that a run used, sheet.closed for a sheet no longer in use.
    """
    sheet = _row(session, actor, sheet_id)
    require(actor, Action.RUN_PRINT, sheet.organisation_id)
    _refuse_closed(sheet)
    wanted = sorted(set(cells))
    if not wanted or wanted[0] < 1 or wanted[-1] > sheet.per_page:
        raise InvalidInput("sheet.cells", "cells", most=sheet.per_page)
    used = _used(session, [sheet_id]).get(sheet_id, {})
    _use(session, sheet, [cell for cell in wanted if used.get(cell, 0) is not None], None)
    note(session, actor, AuditAction.SHEET_SPOIL, f"{sheet_id}:{','.join(map(str, wanted))}")


def _check(stock: Stock, choice: Choice) -> None:
    if choice and stock.kind == "roll":
        raise InvalidInput("sheet.roll", "sheet")
    known = [part.sheet_id for part in choice if part.sheet_id is not None]
    for sheet_id in known:
        if known.count(sheet_id) > 1:
            raise InvalidInput("sheet.twice", "sheet", sheet=sheet_id)
    for part in choice:
        in_order = list(part.cells) == sorted(set(part.cells))
        if not part.cells or not in_order or part.cells[0] < 1 or part.cells[-1] > stock.per_page:
            raise InvalidInput("sheet.cells", "sheet", most=stock.per_page)


def _opened(session: Session, actor: Actor, row: Run, stock: Stock, part: Part) -> PartSheet:
    """The sheet of a part, put on record where it is not: what cannot be printed on counts as used."""
    if part.sheet_id is None:
        sheet = _new(session, actor, row.organisation_id, stock)
        _use(session, sheet, [cell for cell in range(1, stock.per_page + 1) if cell not in part.cells], None)
        return sheet
    sheet = _row(session, actor, part.sheet_id)
    if (sheet.stock, sheet.per_page) != (stock.name, stock.per_page):
        raise Conflict("sheet.other-stock", "sheet", sheet=part.sheet_id)
    _refuse_closed(sheet, part.cells)
    return sheet


def _refuse_closed(sheet: PartSheet, cells: Iterable[int] = ()) -> None:
    if sheet.closed_at is None:
        return
    named = "、".join(map(str, cells))
    if sheet.closed_reason == FULL and named:
        raise Conflict("sheet.cells-taken", "sheet", sheet=key_of(sheet), cells=named)
    raise Conflict("sheet.closed", "sheet", sheet=key_of(sheet), reason=sheet.closed_reason)


def _new(session: Session, actor: Actor, organisation_id: int, stock: Stock) -> PartSheet:
    sheet = PartSheet(
        organisation_id=organisation_id,
        stock=stock.name,
        per_page=stock.per_page,
        opened_at=clock.now(),
        opened_by=int(actor.user_id),
    )
    session.add(sheet)
    session.flush()
    return sheet


def _use(session: Session, sheet: PartSheet, cells: Iterable[int], run_id: int | None) -> None:
    """Mark cells as used; the sheet is closed once all are."""
    wanted, sheet_id = list(cells), key_of(sheet)
    used = _used(session, [sheet_id]).get(sheet_id, {})
    if taken := [cell for cell in wanted if cell in used]:
        raise Conflict("sheet.cells-taken", "sheet", sheet=sheet_id, cells="、".join(map(str, taken)))
    session.add_all(SheetCell(sheet_id=sheet_id, cell=cell, run_id=run_id) for cell in wanted)
    if len(used) + len(wanted) == sheet.per_page:
        _shut(sheet, FULL)
        session.add(sheet)
    session.flush()


def _shut(sheet: PartSheet, reason: str) -> None:
    sheet.closed_at, sheet.closed_reason = clock.now(), reason


def _row(session: Session, actor: Actor, sheet_id: int) -> PartSheet:
    sheet = session.get(PartSheet, sheet_id)
    if sheet is None or sheet.organisation_id != actor.org_id:
        raise NotFound("sheet.unknown", "sheet")
    return sheet


def _used(session: Session, sheet_ids: Iterable[int]) -> dict[int, dict[int, int | None]]:
    query = (
        select(SheetCell).where(col(SheetCell.sheet_id).in_(list(sheet_ids))).order_by(col(SheetCell.cell))
    )
    found: dict[int, dict[int, int | None]] = {}
    for cell in session.exec(query).all():
        found.setdefault(cell.sheet_id, {})[cell.cell] = cell.run_id
    return found


def _views(session: Session, rows: Iterable[PartSheet]) -> list[SheetView]:
    sheets = list(rows)
    used = _used(session, [key_of(sheet) for sheet in sheets])
    return [
        SheetView(
            key_of(sheet),
            sheet.stock,
            sheet.per_page,
            used.get(key_of(sheet), {}),
            sheet.opened_at,
            sheet.closed_at,
            sheet.closed_reason,
        )
        for sheet in sheets
    ]

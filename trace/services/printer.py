"""Printers (打印机) of an organisation: by how much each misses on each stock, as measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from labels.adjust import NONE, Adjustment
from trace.core import clock, text
from trace.core.policy import Action, Actor, require
from trace.services import stock
from trace.services.audit import AuditAction, note
from trace.tables import PrinterAdjustment
from trace.tables.base import key_of

MOST_NAME = 60


@dataclass(frozen=True, slots=True)
class Calibrated:
    """One measurement: printer and stock by name, what it says, when and by whom (user id)."""

    printer: str
    stock: str
    adjust: Adjustment
    measured_at: datetime
    measured_by: int


def adjustment(session: Session, organisation_id: int, printer: str, stock_name: str) -> Adjustment:
    """What the newest measurement of this printer on this stock says; no adjustment where nobody measured."""
    found = calibrated(session, organisation_id, printer, stock_name)
    return NONE if found is None else found.adjust


def calibrated(session: Session, organisation_id: int, printer: str, stock_name: str) -> Calibrated | None:
    """The newest measurement of this printer on this stock."""
    return next(iter(history(session, organisation_id, printer, stock_name)), None)


def history(session: Session, organisation_id: int, printer: str, stock_name: str) -> list[Calibrated]:
    """Every measurement of this printer on this stock, newest first."""
    query = (
        select(PrinterAdjustment)
        .where(
            PrinterAdjustment.organisation_id == organisation_id,
            PrinterAdjustment.printer == printer,
            PrinterAdjustment.stock == stock_name,
        )
        .order_by(col(PrinterAdjustment.id).desc())
    )
    return [_read(row) for row in session.exec(query).all()]


def newest(session: Session, organisation_id: int) -> list[Calibrated]:
    """The newest measurement of each printer and stock, by their names."""
    query = (
        select(PrinterAdjustment)
        .where(PrinterAdjustment.organisation_id == organisation_id)
        .order_by(col(PrinterAdjustment.id))
    )
    last = {(row.printer, row.stock): _read(row) for row in session.exec(query).all()}
    return [last[pair] for pair in sorted(last)]


def names(session: Session, organisation_id: int) -> list[str]:
    """The printers that were ever measured, by name."""
    query = (
        select(PrinterAdjustment.printer)
        .where(PrinterAdjustment.organisation_id == organisation_id)
        .distinct()
        .order_by(col(PrinterAdjustment.printer))
    )
    return list(session.exec(query).all())


def save(session: Session, actor: Actor, printer: str, stock_name: str, adjust: Adjustment) -> int:
    """Keep a measurement; it counts from the next run on, runs decided before keep theirs.

    Raises UnknownStock for a stock the organisation does not have.
    """
    organisation_id = int(actor.org_id)
    require(actor, Action.RUN_PRINT, organisation_id)
    called = clean_name(printer)
    paper = stock.find(session, organisation_id, stock_name)
    row = PrinterAdjustment(
        organisation_id=organisation_id,
        printer=called,
        stock=paper.name,
        offset_x=adjust.offset_x,
        offset_y=adjust.offset_y,
        scale_x=adjust.scale_x,
        scale_y=adjust.scale_y,
        measured_at=clock.now(),
        measured_by=int(actor.user_id),
    )
    session.add(row)
    session.flush()
    note(session, actor, AuditAction.PRINTER_ADJUST, f"{called}:{paper.name}")
    return key_of(row)


def clean_name(printer: str) -> str:
    """A printer's name as it is kept; InvalidInput for one that cannot be."""
    return text.clean(printer, "printer", max_length=MOST_NAME, name=True)


def _read(row: PrinterAdjustment) -> Calibrated:
    adjust = Adjustment(row.offset_x, row.offset_y, row.scale_x, row.scale_y)
    return Calibrated(row.printer, row.stock, adjust, row.measured_at, row.measured_by)

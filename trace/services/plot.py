"""Plots (地块) of a grower."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlmodel import Session, col, select

from trace.core import clock, region, text
from trace.core.errors import Conflict, InvalidInput
from trace.core.policy import Action, Actor, require
from trace.services import ledger
from trace.services.audit import AuditAction, note
from trace.tables import Plot


@dataclass(frozen=True, slots=True)
class NewPlot:
    """Area as typed, in 亩 with up to two decimals."""

    code: str
    name: str
    region_code: str
    township: str
    area_mu: str
    village: str = ""


def create(session: Session, actor: Actor, given: NewPlot) -> Plot:
    """Register a plot of the actor's own organisation."""
    require(actor, Action.PLOT_EDIT, actor.org_id)
    code = text.clean(given.code, "code", max_length=40, name=True)
    own = select(Plot).where(Plot.organisation_id == int(actor.org_id), Plot.code == code)
    if session.exec(own).first() is not None:
        raise Conflict("plot.exists", "code", plot=code)
    row = Plot(
        organisation_id=int(actor.org_id),
        code=code,
        name=text.clean(given.name, "name", max_length=60, name=True),
        region_code=region.check(given.region_code, "region_code"),
        township=text.clean(given.township, "township", max_length=60, name=True),
        village=text.clean(given.village, "village", max_length=60, required=False, name=True),
        area_mu_x100=_area(given.area_mu),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    ledger.append(session, "plot.created", row, organisation=row.organisation_id)
    note(session, actor, AuditAction.PLOT_CREATE, row.code)
    return row


def _area(value: str) -> int:
    try:
        hundredths = Decimal(value.strip()) * 100
    except InvalidOperation as error:
        raise InvalidInput("plot.area", "area_mu") from error
    if not hundredths.is_finite() or hundredths != int(hundredths) or not 1 <= hundredths <= 100_000_000:
        raise InvalidInput("plot.area", "area_mu")
    return int(hundredths)


def area_text(plot: Plot) -> str:
    """Area in 亩 as people write it: "12.5"."""
    return (
        format(Decimal(plot.area_mu_x100) / 100, "f").rstrip("0").rstrip(".")
        if plot.area_mu_x100 % 100
        else str(plot.area_mu_x100 // 100)
    )


def of_organisation(session: Session, organisation_id: int) -> list[Plot]:
    """An organisation's plots by code."""
    return list(
        session.exec(
            select(Plot).where(Plot.organisation_id == organisation_id).order_by(col(Plot.code))
        ).all()
    )

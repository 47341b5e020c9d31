"""Label stocks (标签纸) of an organisation: the built-in ones and those it measured itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, select

from labels import stock_spec
from labels.errors import UnknownStock
from labels.geometry import Stock
from labels.stock import STOCKS
from trace.core import clock, text
from trace.core.errors import Conflict, NotFound
from trace.core.millimetres import show
from trace.core.policy import Action, Actor, require
from trace.services import part_sheet
from trace.services.audit import AuditAction, note
from trace.tables import LabelStock
from trace.tables.base import key_of

Kind = Literal["sheet", "roll"]


@dataclass(frozen=True, slots=True)
class OwnStock:
    """A stock that the organisation measured, with the number of its edition."""

    id: int
    stock: Stock
    created_at: datetime
    retired_at: datetime | None = None


def describe(name: str, kind: Kind, sizes: Mapping[str, int]) -> Stock:
    """A stock from what was measured (µm; columns, rows and dpi as they are), not yet checked as new stock.

    A roll's page is its label. InvalidInput for a name that cannot be, StockTooSmall for cells off the page.
    """
    called = text.clean(name, "name", max_length=stock_spec.MOST_NAME, name=True)
    wide, high = sizes["label_width"], sizes["label_height"]
    size = f"{show(wide)} × {show(high)} mm"
    given: dict[str, Any] = dict(sizes)
    if kind == "roll":
        given |= {"page_width": wide, "page_height": high, "columns": 1, "rows": 1}
        given |= {"margin_left": 0, "margin_top": 0, "gap_x": 0}
    return Stock(
        name=called, kind=kind, title_zh=f"{called}（{size}）", title_en=f"{called} ({size})", **given
    )


def available(session: Session, organisation_id: int) -> list[Stock]:
    """Everything the organisation can print on: the built-in stocks, then its own by name."""
    return [*STOCKS.values(), *(one.stock for one in own(session, organisation_id))]


def own(session: Session, organisation_id: int) -> list[OwnStock]:
    """The organisation's own stocks in use, by name."""
    query = (
        select(LabelStock)
        .where(LabelStock.organisation_id == organisation_id, col(LabelStock.retired_at).is_(None))
        .order_by(col(LabelStock.name))
    )
    return [_read(row) for row in session.exec(query).all()]


def find(session: Session, organisation_id: int, name: str) -> Stock:
    """The stock of this name; UnknownStock, which lists what there is."""
    found = STOCKS.get(name)
    row = None if found else _live(session, organisation_id, name)
    if row is not None:
        found = stock_spec.read(row.spec)
    if found is None:
        known = [one.name for one in available(session, organisation_id)]
        raise UnknownStock(
            "label.stock-unknown",
            f"没有“{name[:40]}”这种标签纸。可用的有：{'、'.join(known)}。",
            f"There is no stock {name[:40]!r}. Known: {', '.join(known)}.",
            stock=name[:200],
            known=tuple(known),
        )
    return found


def edition(session: Session, actor: Actor, stock_id: int) -> OwnStock:
    """One edition of an own stock; NotFound stock.unknown for another organisation's."""
    row = session.get(LabelStock, stock_id)
    if row is None or row.organisation_id != actor.org_id:
        raise NotFound("stock.unknown", "stock")
    return _read(row)


def save(session: Session, actor: Actor, made: Stock, instead_of: int | None = None) -> int:
    """Keep a stock for the actor's organisation, in place of an edition of its own where one is named.

    Runs keep the geometry they were made with. Returns the number of the edition; saving what is there already
    changes nothing. Raises LabelError where the stock makes no sense or carries no readable code.
    """
    organisation_id = int(actor.org_id)
    require(actor, Action.RUN_PRINT, organisation_id)
    stock_spec.check(made)
    old = None if instead_of is None else _own_row(session, actor, instead_of)
    same_name = _live(session, organisation_id, made.name)
    if same_name is not None and (old is None or same_name.id != old.id):
        if same_name.spec == stock_spec.written(made):
            return key_of(same_name)
        raise Conflict("stock.exists", "name", stock=made.name)
    if old is not None and old.retired_at is None:
        if old.spec == stock_spec.written(made):
            return key_of(old)
        before = stock_spec.read(old.spec)
        if (before.name, before.columns, before.rows) != (made.name, made.columns, made.rows):
            part_sheet.close_all(session, actor, before.name, "标签纸改了")
        old.retired_at = clock.now()
        session.add(old)
    row = LabelStock(
        organisation_id=organisation_id,
        name=made.name,
        spec=stock_spec.written(made),
        created_at=clock.now(),
        created_by=int(actor.user_id),
    )
    session.add(row)
    session.flush()
    note(session, actor, AuditAction.STOCK_SAVE, f"{key_of(row)}:{made.name}")
    return key_of(row)


def retire(session: Session, actor: Actor, stock_id: int) -> None:
    """Offer an own stock no more; its part-used sheets are closed. Retiring twice is retiring once."""
    row = _own_row(session, actor, stock_id)
    require(actor, Action.RUN_PRINT, row.organisation_id)
    if row.retired_at is not None:
        return
    part_sheet.close_all(session, actor, row.name, "标签纸停用")
    row.retired_at = clock.now()
    session.add(row)
    note(session, actor, AuditAction.STOCK_RETIRE, f"{stock_id}:{row.name}")


def named(session: Session, organisation_id: int, name: str) -> OwnStock | None:
    """The own stock in use with this name."""
    row = _live(session, organisation_id, name)
    return None if row is None else _read(row)


def _live(session: Session, organisation_id: int, name: str) -> LabelStock | None:
    query = select(LabelStock).where(
        LabelStock.organisation_id == organisation_id,
        LabelStock.name == name[: stock_spec.MOST_NAME + 1],
        col(LabelStock.retired_at).is_(None),
    )
    return session.exec(query).first()


def _own_row(session: Session, actor: Actor, stock_id: int) -> LabelStock:
    row = session.get(LabelStock, stock_id)
    if row is None or row.organisation_id != actor.org_id:
        raise NotFound("stock.unknown", "stock")
    return row


def _read(row: LabelStock) -> OwnStock:
    return OwnStock(key_of(row), stock_spec.read(row.spec), row.created_at, row.retired_at)

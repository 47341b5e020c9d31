"""Mass balance (物料平衡) of batches: what came in, what went out; out never exceeds in."""

from __future__ import annotations

from sqlmodel import Session, col, select

from trace.core import quantity
from trace.core.errors import Conflict, InvalidInput
from trace.core.quantity import Balance, show
from trace.services import find
from trace.tables import AuthorisationUse, Batch, BatchState, Event, Plot, Product, Run

# Stages whose weight enters the batch, and the one whose weight leaves it.
INTAKE = frozenset({"harvest", "purchase"})
OUTLET = "sale"


def apply(session: Session, batch: Batch, event: Event, wrong: Event | None) -> None:
    """Take a new event's weight into the balance, in place of the corrected event's weight."""
    came = 0 if event.withdrawn else event.quantity_g or 0
    gone = (wrong.quantity_g or 0) if wrong is not None else 0
    if event.stage in INTAKE:
        if batch.operation_id is not None:
            raise Conflict("batch.intake-of-output", "stage")
        _intake(session, batch, event, came - gone)
    elif event.stage == OUTLET:
        _sell(session, batch, came - gone)
    elif came:
        state = find.state(session, batch)
        if came > state.total_g:
            raise Conflict("batch.not-enough", "quantity", remaining=show(state.total_g), asked=show(came))


def free_g(state: BatchState) -> int:
    """Grams that can still be split off, processed or labelled."""
    return _free(state).remaining


def _free(state: BatchState) -> Balance:
    """What came in, against what is spoken for: used, and labelled or sold, whichever is more."""
    return Balance(state.total_g, state.used_g + max(state.labelled_g, state.sold_g))


def take(session: Session, batch: Batch, grams: int, field: str) -> None:
    """Take grams out of a batch into an operation."""
    state = find.state(session, batch)
    quantity.take(_free(state), grams, field)
    state.used_g += grams
    session.add(state)
    session.flush()


def _intake(session: Session, batch: Batch, event: Event, change: int) -> None:
    state = find.state(session, batch)
    total = state.total_g + change
    left = total - state.used_g - max(state.labelled_g, state.sold_g)
    if left < 0:
        raise Conflict("batch.below-out", "quantity", out=show(state.total_g - free_g(state)))
    if total > quantity.MAX_GRAMS:
        raise InvalidInput("quantity.too-large", "quantity")
    if event.stage == "harvest" and change > 0:
        _within_yield_cap(session, batch, change)
    state.total_g = total
    session.add(state)
    session.flush()


def _sell(session: Session, batch: Batch, change: int) -> None:
    state = find.state(session, batch)
    left = state.total_g - state.used_g - state.sold_g
    if change > left:
        raise Conflict("batch.not-enough", "quantity", remaining=show(left), asked=show(change))
    state.sold_g += change
    session.add(state)
    session.flush()


def _within_yield_cap(session: Session, batch: Batch, change: int) -> None:
    """A plot gives no more than the cap per 亩 times its area, over all batches begun in one calendar year."""
    product = find.product(session, batch.product_id)
    if product.yield_cap_g_per_mu is None or batch.plot_id is None:
        return
    plot = session.get(Plot, batch.plot_id)
    if plot is None:
        return
    cap = product.yield_cap_g_per_mu * plot.area_mu_x100 // 100
    so_far = harvested(session, plot, product, batch.started_on.year)
    if so_far + change > cap:
        raise Conflict("batch.over-yield-cap", "quantity", plot=plot.name, cap=show(cap), so_far=show(so_far))


def harvested(session: Session, plot: Plot, product: Product, year: int) -> int:
    """Grams of a product that a plot's batches begun in one calendar year took in."""
    query = (
        select(BatchState, Batch)
        .join(Batch, col(Batch.id) == col(BatchState.batch_id))
        .where(Batch.plot_id == plot.id, Batch.product_id == product.id, col(Batch.operation_id).is_(None))
    )
    return sum(state.total_g for state, batch in session.exec(query).all() if batch.started_on.year == year)


def label(session: Session, row: Run, labels: int) -> None:
    """Add (or with a negative number take back) labels on the batch's balance and the authorisation's quota.

    Labels of cartons weigh nothing of their own.
    """
    if row.level is not None:
        return
    grams = labels * row.unit_weight_g
    state = session.exec(
        select(BatchState)
        .where(BatchState.batch_id == row.batch_id)
        .execution_options(populate_existing=True)
    ).one()
    state.labelled_g += grams
    session.add(state)
    if row.authorisation_id is not None:
        use = session.exec(
            select(AuthorisationUse)
            .where(AuthorisationUse.authorisation_id == row.authorisation_id)
            .execution_options(populate_existing=True)
        ).one()
        use.labelled_g += grams
        session.add(use)
    session.flush()

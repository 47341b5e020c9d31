"""Find what an actor may see; what it may not see does not exist for it."""

from __future__ import annotations

from sqlmodel import Session, select

from trace.core.errors import NotFound
from trace.core.policy import SERVES_OTHERS, Action, Actor, may, require
from trace.tables import (
    Batch,
    BatchState,
    Brand,
    Certificate,
    Event,
    Operation,
    Organisation,
    Plot,
    Product,
    Run,
)
from trace.tables.base import key_of

_NUL = "\x00"  # an address may hold it; PostgreSQL refuses a query about it


def organisation(session: Session, organisation_id: int) -> Organisation:
    """The organisation with this id."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("organisation.unknown")
    return found


def brand(session: Session, slug: str) -> Brand:
    """The brand with this slug."""
    found = None if _NUL in slug else session.exec(select(Brand).where(Brand.slug == slug)).first()
    if found is None:
        raise NotFound("brand.unknown", slug=slug[:40])
    return found


def product(session: Session, product_id: int) -> Product:
    """The product with this id."""
    found = session.get(Product, product_id)
    if found is None:
        raise NotFound("product.unknown", "product")
    return found


def brand_of(session: Session, of: Product) -> Brand:
    """The brand that owns a product."""
    found = session.get(Brand, of.brand_id)
    if found is None:
        raise NotFound("brand.unknown", slug="")
    return found


def get_brand(session: Session, brand_id: int) -> Brand:
    """The brand that a record names."""
    return session.get_one(Brand, brand_id)


def brand_owner_of(session: Session, of: Batch) -> int:
    """The organisation that owns the brand a batch carries."""
    return brand_of(session, product(session, of.product_id)).owner_id


def public_batch(session: Session, number: str) -> Batch:
    """The batch with this number, whoever asks."""
    wanted = number[:40]
    found = None if _NUL in wanted else session.exec(select(Batch).where(Batch.number == wanted)).first()
    if found is None:
        raise NotFound("batch.unknown", "batch", number=number[:40])
    return found


def batch_of(session: Session, batch_id: int) -> Batch:
    """The batch that a record names."""
    return session.get_one(Batch, batch_id)


def batch(session: Session, actor: Actor, number: str, action: Action = Action.BATCH_READ) -> Batch:
    """The batch with this number if the actor may read it; `action` is then required too."""
    found = public_batch(session, number)
    owner = brand_owner_of(session, found)
    readable = any(
        may(actor, wanted, found.organisation_id, brand_org_id=owner)
        for wanted in (Action.BATCH_READ, Action.BATCH_READ_ALL)
    )
    if not readable:
        raise NotFound("batch.unknown", "batch", number=number[:40])
    if action is not Action.BATCH_READ:
        from_policy(actor, action, found.organisation_id, owner)
    return found


def serves_others(actor: Actor) -> bool:
    """Whether the actor records on other organisations' batches: laboratories, carriers, regulators (抽检)."""
    return actor.org_kind in SERVES_OTHERS


def from_policy(actor: Actor, action: Action, organisation_id: int, brand_owner: int | None = None) -> None:
    """Require an action of the policy table (Forbidden otherwise)."""
    require(actor, action, organisation_id, brand_org_id=brand_owner)


def state(session: Session, of: Batch) -> BatchState:
    """The mass balance of a batch, freshly read: inside a write unit it is true until the commit."""
    query = select(BatchState).where(BatchState.batch_id == key_of(of))
    return session.exec(query.execution_options(populate_existing=True)).one()


def plot(session: Session, actor: Actor, plot_id: int) -> Plot:
    """A plot of the actor's own organisation."""
    found = session.get(Plot, plot_id)
    if found is None or found.organisation_id != actor.org_id:
        raise NotFound("plot.unknown", "plot")
    return found


def run(session: Session, actor: Actor, run_id: int) -> Run:
    """A run that the actor may read."""
    found = session.get(Run, run_id)
    if found is None or not (
        may(actor, Action.BATCH_READ, found.organisation_id)
        or may(actor, Action.BATCH_READ_ALL, found.organisation_id)
    ):
        raise NotFound("run.unknown", "run", run=run_id)
    return found


def certificate(session: Session, actor: Actor, certificate_id: int) -> Certificate:
    """A certificate of the actor's own organisation."""
    found = session.get(Certificate, certificate_id)
    if found is None or not may(actor, Action.BATCH_READ, found.organisation_id):
        raise NotFound("certificate.unknown")
    return found


def operation(session: Session, actor: Actor, operation_id: int) -> Operation:
    """An operation of the actor's own organisation."""
    found = session.get(Operation, operation_id)
    if found is None or not may(actor, Action.BATCH_READ, found.organisation_id):
        raise NotFound("batch.operation-unknown")
    return found


def event(session: Session, actor: Actor, event_id: int) -> Event:
    """An event of the actor's own organisation, or one whose batch the actor may read."""
    found = session.get(Event, event_id)
    if found is None:
        raise NotFound("event.unknown")
    if found.organisation_id == actor.org_id:
        # Laboratories and carriers do not read the batches they record on, but their records are theirs.
        return found
    number = session.exec(select(Batch.number).where(Batch.id == found.batch_id)).one()
    batch(session, actor, number)
    return found

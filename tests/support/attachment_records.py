"""The least rows an attachment needs: an organisation, a person, and an event that can carry it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlmodel import Session

from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Actor
from trace.tables import Batch, Brand, Event, EventAttachment, Organisation, Product, User

WHEN = datetime(2025, 8, 1, 2, 0, tzinfo=UTC)


def clerk(session: Session, name: str = "示例合作社", role: Role = Role.CLERK) -> Actor:
    """A new cooperative and its clerk."""
    organisation = Organisation(kind="cooperative", name=name, created_at=WHEN)
    user = User(username=f"clerk-{name}", display_name="示例录入员", password_hash="-", created_at=WHEN)
    session.add_all([organisation, user])
    session.flush()
    assert organisation.id is not None
    assert user.id is not None
    return Actor(user.id, organisation.id, OrganisationKind.COOPERATIVE, role, user.display_name)


def event_with(session: Session, actor: Actor, attachment_id: int) -> None:
    """An event of a batch of the actor's that carries the attachment."""
    organisation, person = int(actor.org_id), int(actor.user_id)
    brand = Brand(slug="demo", name="示例品牌", owner_id=organisation, created_at=WHEN)
    session.add(brand)
    session.flush()
    product = Product(
        brand_id=brand.id,
        code="p",
        name="示例产品",
        category="fruit",
        crop="示例",
        cert_required=False,
        unit_weight_g=500,
        created_at=WHEN,
    )
    session.add(product)
    session.flush()
    batch = Batch(
        number="DEMO-1",
        organisation_id=organisation,
        product_id=product.id,
        started_on=date(2025, 8, 1),
        recorded_at=WHEN,
        recorded_by=person,
    )
    session.add(batch)
    session.flush()
    event = Event(
        batch_id=batch.id,
        organisation_id=organisation,
        stage="planting",
        occurred_at=WHEN,
        recorded_at=WHEN,
        recorded_by=person,
    )
    session.add(event)
    session.flush()
    session.add(EventAttachment(event_id=event.id, attachment_id=attachment_id))

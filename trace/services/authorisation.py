"""Authorisations (授权): a brand's leave, its end, and which one covers a product today."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from trace.core import clock, dates, text
from trace.core.errors import Conflict, InvalidInput, NotFound
from trace.core.policy import Action, Actor, require
from trace.services import find, ledger
from trace.services.audit import AuditAction, note
from trace.tables import Authorisation, AuthorisationRevocation, AuthorisationUse, Brand, Product
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Grant:
    """Leave for an organisation: first and last day, product codes (none = all), quota in grams (None = open)."""

    organisation_id: int
    valid_from: date
    valid_to: date
    products: tuple[str, ...] = ()
    quota_g: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """An authorisation with its revocation, if any."""

    row: Authorisation
    revocation: AuthorisationRevocation | None

    def live(self, day: date) -> bool:
        """Whether it is in force on `day`."""
        ended = self.revocation is not None and self.revocation.revoked_on <= day
        return self.row.valid_from <= day <= self.row.valid_to and not ended

    def covers(self, code: str) -> bool:
        """Whether it holds for a product code."""
        codes = json.loads(self.row.products)
        return not codes or code in codes


def grant(session: Session, actor: Actor, brand: Brand, given: Grant) -> Authorisation:
    """Give an organisation leave to use the brand."""
    require(actor, Action.AUTHORISATION_GRANT, brand.owner_id)
    find.organisation(session, given.organisation_id)
    if given.valid_from > given.valid_to:
        raise InvalidInput("authorisation.dates", "valid_to")
    if given.quota_g is not None and given.quota_g <= 0:
        raise InvalidInput("authorisation.quota", "quota")
    known = set(session.exec(select(Product.code).where(Product.brand_id == key_of(brand))).all())
    for code in given.products:
        if code not in known:
            raise InvalidInput("product.unknown", "products")
    row = Authorisation(
        brand_id=key_of(brand),
        organisation_id=given.organisation_id,
        products=json.dumps(sorted(given.products), separators=(",", ":")),
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        quota_g=given.quota_g,
        granted_by=int(actor.user_id),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    session.add(AuthorisationUse(authorisation_id=key_of(row), quota_g=given.quota_g))
    ledger.append(session, "authorisation.granted", row, organisation=brand.owner_id, occurred=row.valid_from)
    note(session, actor, AuditAction.AUTHORISATION_GRANT, f"{brand.slug}:{given.organisation_id}")
    return row


def revoke(session: Session, actor: Actor, authorisation_id: int, reason: str) -> AuthorisationRevocation:
    """End an authorisation from today on; the reason is public."""
    row = session.get(Authorisation, authorisation_id)
    if row is None:
        raise NotFound("authorisation.unknown")
    brand = session.get(Brand, row.brand_id)
    if brand is None or brand.owner_id != actor.org_id:
        raise NotFound("authorisation.unknown")
    require(actor, Action.AUTHORISATION_REVOKE, brand.owner_id)
    ended = select(AuthorisationRevocation).where(
        AuthorisationRevocation.authorisation_id == authorisation_id
    )
    if session.exec(ended).first() is not None:
        raise Conflict("authorisation.revoked-already")
    revocation = AuthorisationRevocation(
        authorisation_id=authorisation_id,
        revoked_on=dates.local_day(clock.now()),
        reason=text.clean(reason, "reason", max_length=200),
        revoked_by=int(actor.user_id),
        created_at=clock.now(),
    )
    session.add(revocation)
    session.flush()
    ledger.append(
        session,
        "authorisation.revoked",
        revocation,
        organisation=brand.owner_id,
        occurred=revocation.revoked_on,
    )
    note(session, actor, AuditAction.AUTHORISATION_REVOKE, f"{brand.slug}:{row.organisation_id}")
    return revocation


def standings(session: Session, brand_id: int, organisation_id: int | None = None) -> list[Standing]:
    """A brand's authorisations, newest first, each with its revocation."""
    query = (
        select(Authorisation, AuthorisationRevocation)
        .join(
            AuthorisationRevocation,
            col(AuthorisationRevocation.authorisation_id) == col(Authorisation.id),
            isouter=True,
        )
        .where(Authorisation.brand_id == brand_id)
        .order_by(col(Authorisation.id).desc())
    )
    if organisation_id is not None:
        query = query.where(Authorisation.organisation_id == organisation_id)
    return [Standing(row, revocation) for row, revocation in session.exec(query).all()]


def covering(session: Session, product: Product, organisation_id: int, day: date) -> Authorisation | None:
    """The newest authorisation in force on `day` for this product and organisation."""
    for standing in standings(session, product.brand_id, organisation_id):
        if standing.live(day) and standing.covers(product.code):
            return standing.row
    return None


def used_g(session: Session, row: Authorisation) -> int:
    """Grams labelled under an authorisation so far, freshly read."""
    return session.exec(
        select(AuthorisationUse.labelled_g)
        .where(AuthorisationUse.authorisation_id == key_of(row))
        .execution_options(populate_existing=True)
    ).one()

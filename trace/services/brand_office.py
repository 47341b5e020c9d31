"""What a brand's office sees: its brands, who may use them and how much was used, its products, its batches."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from trace.core import brand_rules, clock, dates
from trace.core.brand_rules import BrandRules
from trace.core.errors import NotFound
from trace.core.organisation import TRADERS
from trace.core.policy import Action, Actor, may
from trace.services import authorisation, batch_search, find
from trace.services.batch_search import Found
from trace.tables import (
    Authorisation,
    AuthorisationRevocation,
    Batch,
    Brand,
    BrandRule,
    Organisation,
    Product,
)
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Leave:
    """An authorisation as the office sees it: holder, products (codes, none = all), grams used of the quota.

    `state` is "live", "ahead", "over" or "revoked".
    """

    row: Authorisation
    revocation: AuthorisationRevocation | None
    holder: str
    products: tuple[str, ...]
    used_g: int
    state: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a brand's rules."""

    row: BrandRule
    rules: BrandRules


def brands(session: Session, actor: Actor) -> list[Brand]:
    """The brands of the actor's own organisation, by name."""
    own = select(Brand).where(Brand.owner_id == int(actor.org_id))
    return list(session.exec(own.order_by(col(Brand.name))).all())


def brand(session: Session, actor: Actor, slug: str) -> Brand:
    """A brand of the actor's own organisation; NotFound brand.unknown for any other."""
    found = find.brand(session, slug)
    if not may(actor, Action.BATCH_READ, found.owner_id):
        raise NotFound("brand.unknown", slug=slug[:40])
    return found


def leaves(session: Session, of: Brand) -> list[Leave]:
    """All authorisations of a brand: those in force first, each group newest first."""
    today = dates.local_day(clock.now())
    found = authorisation.standings(session, key_of(of))
    holders = {one.row.organisation_id for one in found}
    query = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(holders))
    names = dict(session.exec(query).all())
    told = [
        Leave(
            one.row,
            one.revocation,
            names[one.row.organisation_id],
            tuple(json.loads(one.row.products)),
            authorisation.used_g(session, one.row),
            _state(one.row, one.revocation, today),
        )
        for one in found
    ]
    return sorted(told, key=lambda leave: ("live", "ahead", "over", "revoked").index(leave.state))


def leave(session: Session, of: Brand, authorisation_id: int) -> Leave:
    """One of a brand's authorisations; NotFound authorisation.unknown."""
    for one in leaves(session, of):
        if one.row.id == authorisation_id:
            return one
    raise NotFound("authorisation.unknown")


def _state(row: Authorisation, revocation: AuthorisationRevocation | None, today: date) -> str:
    if revocation is not None and revocation.revoked_on <= today:
        return "revoked"
    if today < row.valid_from:
        return "ahead"
    return "live" if today <= row.valid_to else "over"


def candidates(session: Session) -> list[Organisation]:
    """Organisations that a brand can give leave to: all who grow, make or sell, by name."""
    traders = select(Organisation).where(col(Organisation.kind).in_([kind.value for kind in TRADERS]))
    return list(session.exec(traders.order_by(col(Organisation.name))).all())


def products(session: Session, of: Brand) -> list[Product]:
    """A brand's products by code."""
    own = select(Product).where(Product.brand_id == key_of(of))
    return list(session.exec(own.order_by(col(Product.code))).all())


def editions(session: Session, of: Brand) -> list[Edition]:
    """The editions of a brand's rules; the first is in force."""
    own = select(BrandRule).where(BrandRule.brand_id == key_of(of))
    rows = session.exec(own.order_by(col(BrandRule.edition).desc())).all()
    return [Edition(row, brand_rules.read(row.rules)) for row in rows]


def batches(session: Session, of: Brand, words: str = "", *, limit: int = 30, skip: int = 0) -> list[Found]:
    """The batches that carry the brand, newest first; `words` in number, product or organisation."""
    carried = col(Product.brand_id) == key_of(of)
    return batch_search.search(session, words, carried, limit=limit, skip=skip)


def batch_count(session: Session, of: Brand) -> int:
    """How many batches carry the brand."""
    carried = select(func.count(col(Batch.id))).join(Product, col(Product.id) == col(Batch.product_id))
    return session.exec(carried.where(Product.brand_id == key_of(of))).one()

"""Brands (区域公用品牌): create one, set an edition of its rules, read the rules in force."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlmodel import Session, col, select

from trace.core import brand_rules, clock, text
from trace.core.brand_rules import BrandRules
from trace.core.errors import Conflict, InvalidInput
from trace.core.policy import Action, Actor, require
from trace.core.stages import STAGES
from trace.services import ledger
from trace.services.audit import AuditAction, note
from trace.tables import Brand, BrandRule, Organisation
from trace.tables.base import key_of

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,39}", re.ASCII)
_ACCENT = re.compile(r"#[0-9a-f]{6}", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewBrand:
    """What a brand is made from; `slug` is its place under /b/ and never changes."""

    slug: str
    name: str
    owner_id: int
    rules: BrandRules
    name_en: str = ""
    gi_notice: str = ""
    story: str = ""
    story_en: str = ""
    picture: str = ""
    accent: str = ""
    hotline: str = ""


def create(session: Session, actor: Actor | None, given: NewBrand) -> Brand:
    """Create a brand with the first edition of its rules (operator, or the command line without an actor)."""
    if actor is not None:
        require(actor, Action.BRAND_CREATE, None)
    if _SLUG.fullmatch(given.slug) is None:
        raise InvalidInput("brand.slug", "slug")
    if given.accent and _ACCENT.fullmatch(given.accent) is None:
        raise InvalidInput("brand.accent", "accent")
    name = text.clean(given.name, "name", max_length=60, name=True)
    taken = session.exec(
        select(Brand).where((col(Brand.slug) == given.slug) | (col(Brand.name) == name))
    ).first()
    if taken is not None:
        raise Conflict("brand.exists", "slug", name=name)
    if session.get(Organisation, given.owner_id) is None:
        raise InvalidInput("organisation.unknown", "owner")
    row = Brand(
        slug=given.slug,
        name=name,
        name_en=text.clean(given.name_en, "name_en", max_length=200, required=False),
        owner_id=given.owner_id,
        gi_notice=text.clean(given.gi_notice, "gi_notice", max_length=200, required=False),
        created_at=clock.now(),
        story=text.clean(given.story, "story", max_length=4000, multiline=True, required=False),
        story_en=text.clean(given.story_en, "story_en", max_length=4000, multiline=True, required=False),
        picture=given.picture,
        accent=given.accent,
        hotline=text.clean(given.hotline, "hotline", max_length=40, required=False),
    )
    session.add(row)
    session.flush()
    ledger.append(session, "brand.created", row, organisation=row.owner_id)
    note(session, actor, AuditAction.BRAND_CREATE, row.slug)
    _enter_rules(session, row, given.rules, 1)
    return row


def set_rules(session: Session, actor: Actor, brand: Brand, rules: BrandRules) -> BrandRule:
    """Put a new edition of the rules in force; earlier editions stay on record."""
    require(actor, Action.BRAND_EDIT, brand.owner_id)
    edition = len(session.exec(select(BrandRule.id).where(BrandRule.brand_id == key_of(brand))).all()) + 1
    note(session, actor, AuditAction.BRAND_RULES, brand.slug)
    return _enter_rules(session, brand, rules, edition)


def _enter_rules(session: Session, brand: Brand, rules: BrandRules, edition: int) -> BrandRule:
    for stage in rules.stages:
        if stage not in STAGES:
            raise InvalidInput("event.unknown-stage", "rules")
    row = BrandRule(brand_id=key_of(brand), edition=edition, rules=rules.text(), created_at=clock.now())
    session.add(row)
    session.flush()
    ledger.append(session, "brand.rules-set", row, organisation=brand.owner_id)
    return row


def rules_of(session: Session, brand_id: int) -> BrandRules:
    """The rules in force."""
    newest = session.exec(
        select(BrandRule)
        .where(BrandRule.brand_id == brand_id)
        .order_by(col(BrandRule.edition).desc())
        .limit(1)
    ).one()
    return brand_rules.read(newest.rules)

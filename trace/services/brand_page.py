"""What the public page of a brand shows (品牌公开页), and the list of all brands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

from sqlmodel import Session, col, func, select

from trace.core import clock, dates, languages
from trace.core.brand_rules import BrandRules
from trace.core.stages import STAGES
from trace.services import authorisation, find, statistics
from trace.services.authorisation import Standing
from trace.services.brand import rules_of
from trace.services.names import organisation_names
from trace.services.pages import product_view
from trace.services.public_brand import BrandCard, BrandPage, RecallView, Sentence, sentence
from trace.services.public_view import AuthorisationView
from trace.tables import Batch, Brand, BrandRule, Organisation, Product, Recall, RecallClosure, Run
from trace.tables.base import key_of


def brand_page(session: Session, slug: str) -> BrandPage:
    """A brand's public page; NotFound brand.unknown."""
    brand = find.brand(session, slug)
    brand_id = key_of(brand)
    rules = rules_of(session, brand_id)
    owner = find.organisation(session, brand.owner_id)
    products = _products(session, brand_id)
    today = dates.local_day(clock.now())
    everyone = authorisation.standings(session, brand_id)
    leaves = _leaves(session, everyone, products, today)
    return BrandPage(
        slug=brand.slug,
        name=brand.name,
        name_en=brand.name_en,
        owner=owner.name,
        owner_en=owner.name_en,
        story=brand.story,
        story_en=brand.story_en,
        picture=brand.picture,
        accent=brand.accent,
        townships=tuple(area.township for area in rules.areas),
        rules=tuple(_rule_lines(rules)),
        products=tuple(product_view(brand, product) for product in products),
        authorised=tuple(leave for leave in leaves if leave.live),
        former=tuple(leave for leave in leaves if not leave.live),
        hotline=brand.hotline,
        edition=session.exec(
            select(func.coalesce(func.max(BrandRule.edition), 0)).where(BrandRule.brand_id == brand_id)
        ).one(),
        examples=_examples(session, products),
        recalls=_recalls(session, brand_id),
        statistics=statistics.kept(session, brand_id),
    )


def all_brands(session: Session) -> list[BrandCard]:
    """Every brand, in order of entry."""
    today = dates.local_day(clock.now())
    cards = []
    for brand in session.exec(select(Brand).order_by(col(Brand.id))).all():
        standings = authorisation.standings(session, key_of(brand))
        cards.append(
            BrandCard(
                slug=brand.slug,
                name=brand.name,
                name_en=brand.name_en,
                picture=brand.picture,
                accent=brand.accent,
                products=tuple(
                    (product.name, product.name_en) for product in _products(session, key_of(brand))
                ),
                authorised=len({one.row.organisation_id for one in standings if one.live(today)}),
            )
        )
    return cards


def slugs(session: Session) -> list[str]:
    """The brands' names in addresses."""
    return list(session.exec(select(Brand.slug).order_by(col(Brand.id))).all())


def _products(session: Session, brand_id: int) -> list[Product]:
    """What is sold under the brand; raw material is not."""
    query = select(Product).where(Product.brand_id == brand_id, col(Product.labelled))
    return list(session.exec(query.order_by(col(Product.code))).all())


def _leaves(
    session: Session, standings: list[Standing], products: list[Product], today: date
) -> list[AuthorisationView]:
    holders = {one.row.organisation_id for one in standings}
    names = {
        key_of(row): row
        for row in session.exec(select(Organisation).where(col(Organisation.id).in_(holders))).all()
    }
    return [
        AuthorisationView(
            holder=names[one.row.organisation_id].name,
            valid_from=one.row.valid_from,
            valid_to=one.row.valid_to,
            revoked_on=one.revocation.revoked_on if one.revocation else None,
            reason=one.revocation.reason if one.revocation else "",
            live=one.live(today),
            holder_en=names[one.row.organisation_id].name_en,
            products=_named(one, products),
        )
        for one in standings
    ]


def _named(standing: Standing, products: list[Product]) -> tuple[tuple[str, str], ...]:
    covered = [product for product in products if standing.covers(product.code)]
    return () if covered == products else tuple((product.name, product.name_en) for product in covered)


def _examples(session: Session, products: list[Product]) -> tuple[str, ...]:
    """For each product the batch that was labelled last, unless it is recalled."""
    wanted = [key_of(product) for product in products]
    newest = (
        select(func.max(Run.id))
        .join(Batch, col(Batch.id) == col(Run.batch_id))
        .join(Recall, col(Recall.batch_id) == col(Batch.id), isouter=True)
        .where(col(Batch.product_id).in_(wanted), col(Run.level).is_(None), col(Recall.id).is_(None))
        .group_by(col(Batch.product_id))
    )
    rows = session.exec(
        select(Batch.product_id, Batch.number)
        .join(Run, col(Run.batch_id) == col(Batch.id))
        .where(col(Run.id).in_(newest))
    ).all()
    numbers: dict[int, str] = dict(rows)
    return tuple(numbers.get(product_id, "") for product_id in wanted)


def _recalls(session: Session, brand_id: int) -> tuple[RecallView, ...]:
    """Open recalls of the brand's batches, newest first."""
    rows = session.exec(
        select(Recall, Batch.number, Product)
        .join(Batch, col(Batch.id) == col(Recall.batch_id))
        .join(Product, col(Product.id) == col(Batch.product_id))
        .join(RecallClosure, col(RecallClosure.recall_id) == col(Recall.id), isouter=True)
        .where(Product.brand_id == brand_id, col(RecallClosure.id).is_(None))
        .order_by(col(Recall.id).desc())
    ).all()
    names = organisation_names(session, {recall.organisation_id for recall, _number, _product in rows})
    return tuple(
        RecallView(
            batch_no=number,
            product=product.name,
            product_en=product.name_en,
            reason=recall.reason,
            advice=recall.advice,
            since=recall.recorded_at,
            by=names.get(recall.organisation_id, ""),
        )
        for recall, number, product in rows
    )


def _rule_lines(rules: BrandRules) -> Iterator[Sentence]:
    """The rules in words."""
    if rules.stages:
        yield sentence(partial(_stages, rules.stages))
    if rules.tests:
        yield sentence(partial(_tests, rules.tests))
    if rules.areas:
        yield sentence(partial(_said, "种在保护范围里的地块上", "Grown on plots in the protected area"))
    if rules.activation == "pack":
        yield sentence(
            partial(
                _said, "标签贴上产品并启用后才有效", "Labels count only once they are activated at packing"
            )
        )
    yield sentence(partial(_late, rules.late_days))


def _said(chinese: str, english: str, lang: str) -> str:
    return languages.said(lang, chinese, english)


def _stages(stages: tuple[str, ...], lang: str) -> str:
    if lang == languages.ENGLISH:
        listed = ", ".join(STAGES[stage].en.lower() for stage in stages)
    else:
        listed = "、".join(STAGES[stage].title(lang) for stage in stages)
    return languages.said(
        lang, "贴标前必须有这些环节的记录：{stages}", "Recorded before any label is printed: {stages}"
    ).format(stages=listed)


def _tests(tests: tuple[str, ...], lang: str) -> str:
    listed = (", " if lang == languages.ENGLISH else "、").join(tests)
    return languages.said(
        lang, "贴标前必须检测合格：{tests}", "Tested and passed before labelling: {tests}"
    ).format(tests=listed)


def _late(days: int, lang: str) -> str:
    return languages.said(
        lang,
        "发生后超过 {days} 天才登记的记录会标明“补录”",
        "Records entered more than {days} days late are marked",
    ).format(days=days)

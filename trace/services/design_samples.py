"""What a label design (标签版式) is tried with before it is kept: the names that it will really carry."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from labels.design import Design
from labels.editable import from_layout
from labels.errors import LabelError
from labels.geometry import Stock
from labels.picture import Picture
from labels.run import RunSpec
from labels.text import DEFAULT_ACCENT, LabelText
from labels.tidy import tidied
from trace.core import clock, dates, quantity
from trace.core.policy import Actor
from trace.services import authorisation, find
from trace.services.product import grades_of
from trace.tables import Authorisation, Brand, Organisation, Product
from trace.tables.base import key_of

DPIS = (203, 300, 600)
# Eighteen characters with the right check character, and visibly of nobody.
_NOBODY = "91000000000000000K"
_MOST = 60
# What a very small label leaves to the page behind the code, first what is missed least.
_SPARED = ("packer", "grade", "packed_on", "net_weight")


def texts(session: Session, actor: Actor, brand: Brand | None) -> list[LabelText]:
    """The labels to expect, typical ones first: each product, with the packer whose name is longest."""
    brands = [brand] if brand is not None else _usable(session, int(actor.org_id))
    found = []
    for one in brands:
        packer = _longest_packer(session, actor, one, own=brand is None)
        for product in _products(session, one):
            found.append(_text(one, product, packer))
    if not found:
        packer = _longest_packer(session, actor, brand, own=brand is None)
        found.append(_text(brand, None, packer))
    return sorted(found, key=lambda text: len(text.product))[-_MOST:]


def specs(
    words: list[LabelText], made: Design | None, picture: Picture | None, base_url: str, *, pin: bool = False
) -> list[RunSpec]:
    """Runs of one label, to be laid out or drawn as samples."""
    secret = bytes(32) if pin else b""
    return [RunSpec(base_url, 1, 1, 1, text, made, picture, secret) for text in words]


def start(words: list[LabelText], stock: Stock, picture: Picture | None, base_url: str) -> Design:
    """The automatic arrangement as a design to be edited, in tenths of a millimetre where all words still fit.

    It starts from the longest words that the stock carries, on the smallest without what can be read behind the
    code; raises what `lay_out` raises if even so little does not fit.
    """
    refusal: LabelError | None = None
    for text in _shorter(words):
        run = RunSpec(base_url, 1, 1, 1, text, None, picture)
        try:
            exact = from_layout(run.layout(stock, stock.dpi), text, stock)
        except LabelError as error:
            refusal = refusal or error
            continue
        with contextlib.suppress(LabelError):
            tidy = tidied(exact, stock)
            for sample in specs(words, tidy, picture, base_url):
                sample.layout(stock, stock.dpi)
            return tidy
        return exact
    if refusal is None:
        raise RuntimeError("no words were tried")
    raise refusal


def _shorter(words: list[LabelText]) -> Iterator[LabelText]:
    """The longest words, the shortest, then these with one field less each time."""
    yield words[-1]
    text = words[0]
    yield text
    for name in _SPARED:
        less: dict[str, Any] = {name: ""}
        text = replace(text, **less)
        yield text


def resolutions(run: RunSpec, stock: Stock) -> tuple[int, ...]:
    """The printer resolutions (dpi) at which the design works on the stock; a sheet's only the stock's own."""
    fitting = []
    for dpi in DPIS if stock.kind == "roll" else (stock.dpi,):
        try:
            run.layout(stock, dpi)
        except LabelError:
            continue
        fitting.append(dpi)
    return tuple(fitting)


def _usable(session: Session, organisation_id: int) -> list[Brand]:
    """The brands that an organisation has leave to use today."""
    today = dates.local_day(clock.now())
    query = (
        select(Brand)
        .where(
            col(Brand.id).in_(
                select(Authorisation.brand_id).where(Authorisation.organisation_id == organisation_id)
            )
        )
        .order_by(col(Brand.name))
    )
    return [
        brand
        for brand in session.exec(query).all()
        if any(one.live(today) for one in authorisation.standings(session, key_of(brand), organisation_id))
    ]


def _products(session: Session, brand: Brand) -> list[Product]:
    query = select(Product).where(Product.brand_id == key_of(brand), col(Product.labelled).is_(True))
    return list(session.exec(query.order_by(col(Product.code))).all())


def _longest_packer(session: Session, actor: Actor, brand: Brand | None, *, own: bool) -> Organisation:
    if own or brand is None:
        return find.organisation(session, int(actor.org_id))
    today = dates.local_day(clock.now())
    holders = {
        one.row.organisation_id for one in authorisation.standings(session, key_of(brand)) if one.live(today)
    }
    found = session.exec(select(Organisation).where(col(Organisation.id).in_(holders))).all()
    longest = sorted(found, key=lambda one: (len(one.name), one.name))
    return longest[-1] if longest else find.organisation(session, brand.owner_id)


def _text(brand: Brand | None, product: Product | None, packer: Organisation) -> LabelText:
    grades = grades_of(product) if product is not None else []
    today = dates.local_day(clock.now())
    return LabelText(
        brand=brand.name if brand is not None else "示例品牌",
        product=product.name if product is not None else "示例产品",
        grade=max((grade.name for grade in grades), key=len, default="一级"),
        net_weight=quantity.show(product.unit_weight_g if product is not None else 500),
        batch_no=f"{product.code if product is not None else 'SL'}-{today:%Y%m%d}-01",
        packed_on=today.isoformat(),
        packer=packer.name,
        credit_code=packer.credit_code or _NOBODY,
        certificate=True,
        gi_mark=bool(brand is not None and brand.gi_notice),
        accent=(brand.accent if brand is not None else "") or DEFAULT_ACCENT,
    )

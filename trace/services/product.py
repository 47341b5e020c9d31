"""Products (产品): what a brand's batches are of."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from sqlmodel import Session, select
from stdnum import ean
from stdnum.exceptions import ValidationError

from trace.core import clock, text
from trace.core import product as rules
from trace.core.errors import Conflict, InvalidInput, NotFound
from trace.core.policy import Action, Actor, require
from trace.ledger.canonical import canonical
from trace.services import ledger
from trace.services.audit import AuditAction, note
from trace.tables import Brand, Product
from trace.tables.base import key_of

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade (等级) and what a product of that grade must meet, in words."""

    name: str
    criteria: str = ""


@dataclass(frozen=True, slots=True)
class NewProduct:
    """Weights in grams, yields in per mille of the input, cap in grams per 亩 and year; GTIN is optional."""

    code: str
    name: str
    category: str
    crop: str
    unit_weight_g: int
    name_en: str = ""
    cert_required: bool | None = None
    labelled: bool = True
    gtin: str = ""
    grades: tuple[Grade, ...] = ()
    standard: str = ""
    storage: str = ""
    shelf_life_days: int = 0
    yield_permille: tuple[int, int] = (1, 1000)
    yield_cap_g_per_mu: int | None = None
    picture: str = ""


def create(session: Session, actor: Actor | None, brand: Brand, given: NewProduct) -> Product:
    """Add a product to a brand's library (brand office, or the command line without an actor)."""
    if actor is not None:
        require(actor, Action.PRODUCT_EDIT, brand.owner_id)
    if _CODE.fullmatch(given.code) is None:
        raise InvalidInput("product.code", "code")
    category = rules.category_of(given.category)
    lowest, highest = rules.check_yield_range(*given.yield_permille)
    same = select(Product).where(Product.brand_id == key_of(brand), Product.code == given.code)
    if session.exec(same).first() is not None:
        raise Conflict("product.exists", "code", product=given.code)
    required = category.cert_required if given.cert_required is None else given.cert_required
    row = Product(
        brand_id=key_of(brand),
        code=given.code,
        name=text.clean(given.name, "name", max_length=60, name=True),
        name_en=text.clean(given.name_en, "name_en", max_length=200, required=False),
        category=given.category,
        crop=text.clean(given.crop, "crop", max_length=60),
        cert_required=required,
        labelled=given.labelled,
        unit_weight_g=rules.check_unit_weight(given.unit_weight_g),
        gtin=_gtin(given.gtin),
        grades=canonical(
            [
                {
                    "name": text.clean(grade.name, "grades", max_length=40, name=True),
                    "criteria": text.clean(grade.criteria, "grades", max_length=200, required=False),
                }
                for grade in given.grades
            ]
        ),
        standard=text.clean(given.standard, "standard", max_length=200, required=False),
        storage=text.clean(given.storage, "storage", max_length=200, required=False),
        shelf_life_days=rules.check_shelf_life(given.shelf_life_days) if given.shelf_life_days else 0,
        yield_min_permille=lowest,
        yield_max_permille=highest,
        yield_cap_g_per_mu=given.yield_cap_g_per_mu,
        created_at=clock.now(),
        picture=given.picture,
    )
    session.add(row)
    session.flush()
    ledger.append(session, "product.created", row, organisation=brand.owner_id)
    note(session, actor, AuditAction.PRODUCT_CREATE, f"{brand.slug}/{row.code}")
    return row


def of_code(session: Session, brand: Brand, code: str) -> Product:
    """A brand's product by its code; NotFound product.unknown."""
    own = select(Product).where(Product.brand_id == key_of(brand), Product.code == code[:20])
    row = session.exec(own).one_or_none()
    if row is None:
        raise NotFound("product.unknown", "product")
    return row


def set_watch(
    session: Session, actor: Actor | None, brand: Brand, code: str, devices: int, provinces: int
) -> Product:
    """From how many devices, or provinces, the codes of a product are watched; a setting, no record.

    InvalidInputs product.watch-devices, product.watch-provinces; NotFound product.unknown.
    """
    if actor is not None:
        require(actor, Action.PRODUCT_EDIT, brand.owner_id)
    row = of_code(session, brand, code)
    rules.check_watch(devices, provinces)
    if (row.watch_devices, row.watch_provinces) != (devices, provinces):
        row.watch_devices, row.watch_provinces = devices, provinces
        session.add(row)
        session.flush()
        note(session, actor, AuditAction.PRODUCT_SET, f"{brand.slug}/{row.code}:{devices},{provinces}")
    return row


def _gtin(value: str) -> str | None:
    """Check a GTIN (GS1 General Specifications; 8, 12, 13 or 14 digits) and bring it to 14 digits."""
    if not value.strip():
        return None
    try:
        return str(ean.validate(value)).zfill(14)
    except ValidationError as error:
        raise InvalidInput("product.gtin", "gtin") from error


def grades_of(product: Product) -> list[Grade]:
    """A product's grade table (分等分级), best first."""
    return [Grade(row["name"], row["criteria"]) for row in json.loads(product.grades)]

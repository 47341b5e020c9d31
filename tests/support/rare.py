"""A product whose name the label font cannot draw: 𪚥 (U+2A6A5), a character that is in hardly any font."""

from __future__ import annotations

from sqlmodel import select

from tests.support.makers import GRADES, World
from trace.services import product
from trace.tables import Brand
from trace.tables.base import key_of

RARE = "\U0002a6a5"


def rarely_named(world: World, number: str = "") -> str:
    """A batch, ready to print, of a product with the rare character in its name."""
    with world.write() as session:
        brand = session.exec(select(Brand)).one()
        given = product.NewProduct(
            "RARE", f"{RARE}莲子", "dried", "莲", 500, cert_required=True, grades=GRADES, shelf_life_days=365
        )
        world.product_id = key_of(product.create(session, world.office, brand, given))
    return world.ready(number=number)

"""When the watch of a product is set, pages kept in memory hear of it, whoever else writes at that moment."""

from __future__ import annotations

import time
from threading import Thread

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from tests.support.makers import World, make_world
from tests.support.opened import opened
from trace.core.errors import Forbidden, InvalidInputs, NotFound
from trace.services import find, product
from trace.services.audit import AuditAction, note
from trace.services.label_book import marks
from trace.tables import Audit, Product


def test_it_is_set_noted_and_leaves_the_record_as_it_was(world: World) -> None:
    with world.write() as session:
        brand = find.brand(session, world.slug)
        before = marks(session)
        product.set_watch(session, world.office, brand, "TXBL", 20, 6)
        product.set_watch(session, world.office, brand, "TXBL", 20, 6)
        after = marks(session)
    assert (after.size, after.audit > before.audit) == (before.size, True)
    with world.db.read() as session:
        row = session.get_one(Product, world.product_id)
        assert (row.watch_devices, row.watch_provinces) == (20, 6)
        noted = select(func.count()).select_from(Audit).where(Audit.action == "brand:product:set")
        assert session.exec(noted).one() == 1


def test_others_may_not_and_nonsense_is_refused(world: World) -> None:
    for actor in (world.coop, world.regulator, world.operator):
        with pytest.raises(Forbidden), world.write() as session:
            product.set_watch(session, actor, find.brand(session, world.slug), "TXBL", 9, 5)
    with pytest.raises(InvalidInputs), world.write() as session:
        product.set_watch(session, world.office, find.brand(session, world.slug), "TXBL", 1, 1)
    with pytest.raises(NotFound), world.write() as session:
        product.set_watch(session, world.office, find.brand(session, world.slug), "NONE", 9, 5)


def test_no_later_act_is_seen_before_it(postgres_url: str) -> None:
    """Numbers of acts are given out before they are committed: one that pages must hear of may not come second."""
    db = opened(postgres_url)
    world = make_world(db)

    def sign_in() -> None:
        with db.write(ledger=False) as unit:
            note(unit, None, AuditAction.USER_SIGN_IN)

    other = Thread(target=sign_in)
    with db.write() as session:
        product.set_watch(session, world.office, find.brand(session, world.slug), "TXBL", 20, 6)
        ours = session.exec(select(func.max(Audit.id))).one()
        other.start()
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        while other.is_alive():
            with db.read() as look:
                if look.execute(waits).scalar_one():
                    break
            time.sleep(0.01)
        with db.read() as look:
            assert marks(look).audit < ours
    other.join()
    with db.read() as session:
        assert marks(session).audit > ours
    db.dispose()

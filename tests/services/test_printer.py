"""Printers: the newest measurement counts, older ones stay on record."""

from __future__ import annotations

import pytest

from labels.adjust import NONE, Adjustment
from labels.errors import UnknownStock
from tests.support.makers import World
from trace.core.errors import Forbidden, InvalidInput
from trace.services import printer

FIRST, SECOND = Adjustment(offset_x=-500, scale_y=2_000), Adjustment(offset_x=250)


def save(world: World, adjust: Adjustment, name: str = "办公室惠普", stock: str = "a4-24") -> None:
    with world.write() as session:
        printer.save(session, world.clerk, name, stock, adjust)


def test_the_newest_measurement_counts_for_its_printer_and_stock_alone(world: World) -> None:
    for adjust in (FIRST, SECOND):
        save(world, adjust)
    save(world, FIRST, "办公室惠普", "a4-65")
    save(world, FIRST, "佳博")
    org, rival = int(world.coop.org_id), int(world.rival.org_id)
    with world.db.read() as session:
        assert printer.adjustment(session, org, "办公室惠普", "a4-24") == SECOND
        assert printer.adjustment(session, org, "办公室惠普", "a4-21") == NONE
        assert printer.adjustment(session, org, "", "a4-24") == NONE
        assert printer.adjustment(session, rival, "办公室惠普", "a4-24") == NONE
        assert [one.adjust for one in printer.history(session, org, "办公室惠普", "a4-24")] == [SECOND, FIRST]
        assert [(one.printer, one.stock) for one in printer.newest(session, org)] == [
            ("佳博", "a4-24"),
            ("办公室惠普", "a4-24"),
            ("办公室惠普", "a4-65"),
        ]
        assert printer.names(session, org) == sorted(["佳博", "办公室惠普"])
        assert printer.names(session, rival) == []


def test_what_is_refused(world: World) -> None:
    with pytest.raises(UnknownStock):
        save(world, FIRST, stock="a4-99")
    for name in ("", " ", "=x", "长" * 61):
        with pytest.raises(InvalidInput):
            save(world, FIRST, name)
    with pytest.raises(Forbidden), world.write() as session:
        printer.save(session, world.reader, "佳博", "a4-24", FIRST)

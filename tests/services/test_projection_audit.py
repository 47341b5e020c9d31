"""Sums follow from the records: an untouched database agrees, and any edited sum is named."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from tests.support.makers import World, new_event
from trace.services import event, operation, projection_audit, ranges
from trace.services.projection_audit import Difference


@pytest.fixture
def busy(world: World) -> World:
    """A world in which everything that moves a sum has happened."""
    number = world.ready(grams=20_000)
    made = world.printed(number, 10)
    with world.write() as session:
        ranges.void(session, world.coop, made, 2, 4, "试机")
        given = operation.NewOperation(
            "split", ((number, 6_000),), (operation.Output(world.product_id, 5_500),), date(2026, 9, 1), 500
        )
        [child] = operation.operate(session, world.coop, given).numbers
    world.record(child, "sale", date(2026, 9, 2), quantity_g=2_000)
    wrong = world.record(number, "sale", date(2026, 9, 2), quantity_g=100)
    with world.write() as session:
        event.correct(
            session, world.coop, wrong.event_id, new_event("sale", date(2026, 9, 2), quantity_g=1_000), "少写"
        )
    gone = world.record(number, "harvest", date(2026, 9, 3), quantity_g=700)
    with world.write() as session:
        event.correct(
            session, world.coop, gone.event_id, new_event("harvest", date(2026, 9, 3)), "记错", withdrawn=True
        )
    return world


def test_what_the_services_wrote_agrees_with_the_records(busy: World) -> None:
    with busy.db.read() as session:
        assert projection_audit.check(session) == []


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        (
            "UPDATE batch_state SET total_g = total_g + 1 WHERE batch_id = 1",
            Difference("batch_state", 1, "total_g"),
        ),
        (
            "UPDATE batch_state SET labelled_g = 0 WHERE batch_id = 1",
            Difference("batch_state", 1, "labelled_g"),
        ),
        ("UPDATE batch_state SET used_g = 0 WHERE batch_id = 1", Difference("batch_state", 1, "used_g")),
        ("UPDATE batch_state SET sold_g = 0 WHERE batch_id = 2", Difference("batch_state", 2, "sold_g")),
        (
            "UPDATE batch_state SET certified_g = 99000 WHERE batch_id = 1",
            Difference("batch_state", 1, "certified_g"),
        ),
        (
            "DELETE FROM batch_ancestry WHERE descendant_id = 2 AND ancestor_id = 1",
            Difference("batch_ancestry", 2, "ancestors"),
        ),
        (
            "UPDATE authorisation_use SET labelled_g = 0 WHERE authorisation_id = 1",
            Difference("authorisation_use", 1, "labelled_g"),
        ),
    ],
)
def test_an_edited_sum_is_named(busy: World, statement: str, difference: Difference) -> None:
    with busy.db.write() as session:
        session.execute(text(statement))
    with busy.db.read() as session:
        assert projection_audit.check(session) == [difference]

"""Events: recorded once, refused whole, corrected by later ones, never edited."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func
from sqlmodel import select

from tests.support.makers import LEAST, World, new_event, the_batch
from trace.core import clock
from trace.core.errors import Conflict, Forbidden, InvalidInputs, NotFound, TraceError
from trace.services import chain, event, find
from trace.tables import Event, LedgerEntry

DAY = date(2026, 8, 12)


def _count(world: World) -> tuple[int, int]:
    with world.db.read() as session:
        events = session.exec(select(func.count()).select_from(Event)).one()
        return events, session.exec(select(func.count()).select_from(LedgerEntry)).one()


def _refused(world: World, number: str, stage: str, **given: object) -> TraceError:
    before = _count(world)
    with pytest.raises(TraceError) as refusal:
        world.record(number, stage, given.pop("day", DAY), **given)  # type: ignore[arg-type]
    assert _count(world) == before
    return refusal.value


@pytest.mark.parametrize("stage", sorted(LEAST))
def test_every_stage_a_cooperative_knows_can_be_recorded_with_its_least_facts(
    world: World, stage: str
) -> None:
    number = world.batch()
    if stage == "sale":
        world.record(number, "harvest", DAY, quantity_g=10_000)
    quantity = {"quantity_g": 1_000} if stage in ("harvest", "purchase", "sale") else {}
    recorded = world.record(number, stage, DAY, **quantity)
    assert recorded.entry > 0
    with world.db.read() as session:
        assert chain.standing(session, [the_batch(session, number)])[-1].event.stage == stage


def test_every_wrong_field_is_named_at_once_and_nothing_is_stored(world: World) -> None:
    number = world.batch()
    refusal = _refused(
        world, number, "inspection", facts={"kind": "guess", "items": [{"item": "铅" * 61}]}, place="=1+1"
    )
    assert isinstance(refusal, InvalidInputs)
    fields = {error.field for error in refusal.errors}
    assert {"facts.kind", "facts.lab", "facts.result", "facts.items.0.item", "place"} <= fields


@pytest.mark.parametrize(
    ("grams", "code"),
    [
        (None, "quantity.required"),
        (0, "quantity.zero"),
        (-5, "quantity.negative"),
        (10**10 + 1, "quantity.too-large"),
        (2_000_000_000, "batch.over-yield-cap"),
    ],
)
def test_an_absurd_weight_is_refused(world: World, grams: int | None, code: str) -> None:
    assert _refused(world, world.batch(), "harvest", quantity_g=grams).code == code


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2026, 3, 27), "event.before-batch"), (date(2099, 1, 1), "event.in-future")],
)
def test_a_day_before_the_batch_or_in_the_future_is_refused(world: World, day: date, code: str) -> None:
    assert _refused(world, world.batch(), "planting", day=day).code == code


@pytest.mark.parametrize("note", ["a\0b", "x" * 10_001, "\u202eevil", "\ud800"])
def test_text_that_cannot_be_kept_is_refused(world: World, note: str) -> None:
    refusal = _refused(world, world.batch(), "planting", facts={"activity": "watering", "note": note})
    assert refusal.field == "facts.note"


def test_emoji_and_rare_characters_are_kept_as_typed(world: World) -> None:
    number = world.batch()
    world.record(number, "planting", DAY, facts={"activity": "watering", "note": "𬭎🌱 下雨；=1+1 不算公式"})
    with world.db.read() as session:
        [found] = chain.standing(session, [the_batch(session, number)])
    assert found.facts["note"] == "𬭎🌱 下雨；=1+1 不算公式"


def test_the_same_form_sent_twice_records_once(world: World) -> None:
    number = world.batch()
    first = world.record(number, "planting", DAY, request_id="form-1")
    again = world.record(number, "planting", DAY, request_id="form-1")
    assert (again.event_id, again.repeated) == (first.event_id, True)
    assert _refused(world, number, "packaging", request_id="form-1").code == "event.request-differs"


def test_a_correction_replaces_what_counts_and_leaves_what_was_said(world: World) -> None:
    number = world.batch()
    wrong = world.record(number, "harvest", DAY, quantity_g=1_000)
    with world.write() as session:
        given = new_event("harvest", DAY, quantity_g=10_000)
        event.correct(session, world.clerk, wrong.event_id, given, "少写一个零")
    with world.db.read() as session:
        batch = the_batch(session, number)
        assert find.state(session, batch).total_g == 10_000
        both = chain.records(session, [batch])
        assert [record.event.quantity_g for record in both] == [1_000, 10_000]
        assert [record.stands for record in both] == [False, True]
    with pytest.raises(Conflict) as refusal, world.write() as session:
        event.correct(session, world.clerk, wrong.event_id, new_event("harvest", DAY, quantity_g=5), "再改")
    assert refusal.value.code == "event.corrected-already"


def test_a_correction_below_what_already_left_is_refused(world: World) -> None:
    number = world.batch()
    harvest = world.record(number, "harvest", DAY, quantity_g=10_000)
    world.record(number, "sale", DAY, quantity_g=8_000)
    with pytest.raises(Conflict) as refusal, world.write() as session:
        event.correct(
            session, world.coop, harvest.event_id, new_event("harvest", DAY, quantity_g=7_999), "改小"
        )
    assert refusal.value.code == "batch.below-out"


def test_a_withdrawn_record_no_longer_counts_and_cannot_come_back(world: World) -> None:
    number = world.batch()
    wrong = world.record(number, "harvest", DAY, quantity_g=1_000)
    with world.write() as session:
        gone = event.correct(
            session, world.coop, wrong.event_id, new_event("harvest", DAY), "记错批次", withdrawn=True
        )
    with world.db.read() as session:
        assert find.state(session, the_batch(session, number)).total_g == 0
        assert chain.standing(session, [the_batch(session, number)]) == []
    with pytest.raises(Conflict) as refusal, world.write() as session:
        event.correct(session, world.coop, gone.event_id, new_event("harvest", DAY, quantity_g=5), "恢复")
    assert refusal.value.code == "event.withdrawn"


def test_a_correction_needs_a_reason(world: World) -> None:
    wrong = world.record(world.batch(), "planting", DAY)
    with pytest.raises(TraceError) as refusal, world.write() as session:
        event.correct(session, world.coop, wrong.event_id, new_event("planting", DAY), " ")
    assert refusal.value.field == "reason"


def test_no_more_is_sold_than_came_in(world: World) -> None:
    number = world.batch()
    world.record(number, "harvest", DAY, quantity_g=10_000)
    world.record(number, "sale", DAY, quantity_g=9_000)
    assert _refused(world, number, "sale", quantity_g=1_001).code == "batch.not-enough"


def test_strangers_see_no_batch_and_readers_may_not_write(world: World) -> None:
    number = world.batch()
    with pytest.raises(NotFound):
        world.record(number, "planting", DAY, actor=world.rival)
    with pytest.raises(Forbidden):
        world.record(number, "planting", DAY, actor=world.reader)
    with pytest.raises(Forbidden):
        world.record(number, "planting", DAY, actor=world.laboratory)


def test_a_laboratory_records_its_inspection_on_anybodys_batch(world: World) -> None:
    number = world.batch()
    world.record(number, "inspection", DAY, actor=world.laboratory)
    with world.db.read() as session:
        [found] = chain.standing(session, [the_batch(session, number)])
        assert found.event.organisation_id == world.laboratory.org_id


def test_a_banned_pesticide_and_an_incomplete_entry_are_refused(world: World) -> None:
    number = world.batch()
    row = {"kind": "pesticide", "name": "甲胺磷乳油"}
    refusal = _refused(world, number, "planting", facts={"activity": "protection", "inputs": [row]})
    assert isinstance(refusal, InvalidInputs)
    codes = {error.code for error in refusal.errors}
    assert {"event.input-banned", "event.input-incomplete"} <= codes


def test_when_it_happened_and_when_it_was_recorded_are_both_kept(world: World) -> None:
    number = world.batch()
    entered = datetime(2026, 9, 30, tzinfo=UTC)
    with clock.at(entered):
        world.record(number, "planting", DAY)
    with world.db.read() as session:
        [found] = chain.standing(session, [the_batch(session, number)])
    assert found.event.recorded_at == entered
    assert found.event.recorded_at - found.event.occurred_at > timedelta(days=48)

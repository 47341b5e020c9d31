"""Recorded late, or by a clock that does not fit: seen on pages and in the audit, and refused nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from tests.support.makers import World, new_certificate
from trace.core import clock
from trace.core.lateness import Clock
from trace.services import brand, certificate, find, history, ledger_audit, operation, own_view, pages
from trace.services.lateness import clocks

DAY = date(2027, 3, 10)
NOON = datetime(2027, 3, 10, 4, tzinfo=UTC)


def notes(session: Session) -> dict[str, tuple[int, int]]:
    """The audit's notes: how many entries, and the first of them."""
    return {note.code: (note.count, note.first) for note in ledger_audit.verify(session).notes}


def test_what_a_brand_calls_late_is_flagged_and_the_rest_is_not(world: World) -> None:
    number = world.batch()
    with clock.at(NOON + timedelta(days=7)):
        in_time = world.record(number, "planting", DAY)
    with clock.at(NOON + timedelta(days=8)):
        late = world.record(number, "planting", DAY)
    with world.db.read() as session:
        page = pages.page_of(session, find.public_batch(session, number))
        own = own_view.own_batch(session, world.coop, number).steps
        lines = history.of_batch(session, world.regulator, number).events
    assert {step.ledger_seq: step.late_days for step in page.chain} == {in_time.entry: 0, late.entry: 8}
    assert {line.entry: line.late_days for line in lines} == {in_time.entry: 0, late.entry: 8}
    assert {one.step.ledger_seq: one.step.late_days for one in own} == {in_time.entry: 0, late.entry: 8}


def test_operations_and_certificates_can_be_late_too(world: World) -> None:
    with clock.at(NOON):
        number = world.ready()
    with clock.at(NOON + timedelta(days=20)), world.write() as session:
        outputs = (operation.Output(world.product_id, 30_000), operation.Output(world.product_id, 10_000))
        made = operation.operate(
            session, world.coop, operation.NewOperation("split", ((number, 40_000),), outputs, DAY)
        )
        issued = certificate.issue(session, world.coop, number, new_certificate(60_000))
    with world.db.read() as session:
        page = pages.page_of(session, find.public_batch(session, number))
        child = pages.page_of(session, find.public_batch(session, made.numbers[0]))
    assert page.certificate is not None
    assert page.certificate.number == issued.number
    assert page.certificate.late_days > 200
    assert [step.late_days for step in child.chain if step.stage == "split"] == [20]


def test_a_clock_that_runs_backwards_is_flagged_and_not_refused(world: World) -> None:
    number = world.batch()
    with clock.at(NOON):
        before = world.record(number, "planting", DAY)
    with clock.at(NOON - timedelta(hours=2)):
        back = world.record(number, "planting", date(2027, 3, 9))
    with clock.at(NOON):
        again = world.record(number, "planting", DAY)
    with world.db.read() as session:
        assert clocks(session, [before.entry, back.entry, again.entry]) == {back.entry: Clock.BEFORE_ENTRY}
        page = pages.page_of(session, find.public_batch(session, number))
        assert {step.ledger_seq: str(step.clock) for step in page.chain}[back.entry] == "before-entry"
        assert ledger_audit.verify(session).fault is None


def test_recorded_on_a_day_before_it_happened_is_flagged(world: World) -> None:
    number = world.batch()
    # A phone whose clock runs a little ahead of ours, over midnight in China.
    with clock.at(datetime(2027, 3, 9, 15, 30, tzinfo=UTC)):
        made = world.record(number, "planting", DAY)
    with world.db.read() as session:
        assert clocks(session, [made.entry]) == {made.entry: Clock.BEFORE_HAPPENED}


def test_an_untouched_ledger_written_in_order_has_no_odd_clock(world: World) -> None:
    world.ready()
    with world.db.read() as session:
        notes = [note.code for note in ledger_audit.verify(session).notes]
    assert "ledger.note-clock" not in notes


def test_the_audit_counts_by_the_brands_own_limit(world: World) -> None:
    """Records of the same age are late for a brand that allows three days, and not for one that allows thirty."""
    number = world.batch()
    with world.db.read() as session:
        before = notes(session)
    with clock.at(NOON + timedelta(days=20)):
        late = world.record(number, "planting", DAY)
    with world.db.read() as session:
        assert notes(session)["ledger.note-late"] == (
            before.get("ledger.note-late", (0, 0))[0] + 1,
            late.entry,
        )
    with world.write() as session:
        rules = replace(brand.rules_of(session, 1), late_days=30)
        brand.set_rules(session, world.office, find.brand(session, world.slug), rules)
    with world.db.read() as session:
        assert notes(session).get("ledger.note-late") == before.get("ledger.note-late")

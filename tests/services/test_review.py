"""A person decides on red: who may, what it does to the label, its weight, the ledger and the scans after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from tests.services.test_scan_count import verdict_of
from tests.support.makers import World
from tests.support.scanning import ask, reviews
from trace.core import clock
from trace.core.brand_rules import BrandRules
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.core.organisation import Role
from trace.core.policy import Action, Actor
from trace.services import brand, find, ranges, review, review_view
from trace.services.audit import AuditAction
from trace.tables import Audit, Batch, BatchState, Complaint, ItemSeen, LedgerEntry, RangeState, Run

DAY = date(2026, 11, 2)
WHY = "示例：外地店里查获同号标签"


@pytest.fixture
def run_id(world: World) -> int:
    """A run of three; the second label was asked for by eight devices in two provinces."""
    made = world.printed(world.ready(), 3)
    for net in range(8):
        ask(world.db, made, 2, net=net, province="36" if net else "44", day=DAY + timedelta(days=net // 3))
    return made


def the_review(world: World, run_id: int) -> int:
    with world.db.read() as session:
        return reviews(session, run_id, 2)[-1].id or 0


def decide(world: World, actor: Actor, run_id: int, decision: str, reason: str = WHY) -> None:
    wanted = the_review(world, run_id)
    with world.write() as session:
        review.decide(session, actor, wanted, decision, reason)


def labelled_g(world: World, run_id: int) -> int:
    with world.db.read() as session:
        batch_id = session.get_one(Run, run_id).batch_id
        return session.exec(select(BatchState.labelled_g).where(BatchState.batch_id == batch_id)).one()


def acts(world: World) -> list[tuple[str, str]]:
    kinds = (AuditAction.ITEM_REVIEW, AuditAction.RANGE_VOID)
    with world.db.read() as session:
        rows = session.exec(select(Audit).order_by(Audit.id)).all()  # type: ignore[arg-type]  # a column
        return [(row.action, row.subject) for row in rows if row.action in kinds]


@pytest.mark.parametrize("name", ["office", "regulator"])
def test_a_copied_label_is_void_for_all_to_see_and_its_weight_is_free(
    world: World, run_id: int, name: str
) -> None:
    grams = labelled_g(world, run_id)
    decide(world, getattr(world, name), run_id, "copied")
    assert [verdict_of(world, run_id, item) for item in (1, 2, 3)] == ["first", "void", "first"]
    assert labelled_g(world, run_id) == grams - 500
    with world.db.read() as session:
        [line] = session.exec(select(RangeState).where(RangeState.state == "void")).all()
        assert (line.first, line.last, line.reason) == (2, 2, WHY)
        newest = session.exec(select(LedgerEntry).order_by(LedgerEntry.seq.desc()).limit(1)).one()  # type: ignore[attr-defined]  # a column
        assert (newest.subject, newest.subject_id) == ("range_state", line.id)
    assert acts(world) == [
        ("organisation:range:void", f"{run_id}:2-2"),
        ("authority:item:review", f"{run_id}:2:copied"),
    ]


def test_a_cleared_label_counts_from_there(world: World, run_id: int) -> None:
    decide(world, world.office, run_id, "cleared", "示例：直播间展示样品")
    assert verdict_of(world, run_id, 2) == "repeat"
    for net in range(20, 27):
        ask(world.db, run_id, 2, net=net, province=str(51 + net % 4))
    assert verdict_of(world, run_id, 2) == "repeat"
    with world.db.read() as session:
        assert len(reviews(session, run_id, 2)) == 1
    ask(world.db, run_id, 2, net=30)
    assert verdict_of(world, run_id, 2) == "watch"
    with world.db.read() as session:
        first, second = reviews(session, run_id, 2)
        assert (first.decision, first.reason) == ("cleared", "示例：直播间展示样品")
        assert (second.decision, second.devices) == ("", 16)
        assert session.get_one(ItemSeen, (run_id, 2)).cleared == 8
        assert [one[0] for one in review_view.of(session, world.office, second.id or 0).earlier] == [
            "cleared"
        ]
    assert acts(world) == [("authority:item:review", f"{run_id}:2:cleared")]


def test_it_is_decided_once(world: World, run_id: int) -> None:
    wanted = the_review(world, run_id)
    decide(world, world.office, run_id, "cleared")
    with pytest.raises(Conflict, match=r"review\.decided"), world.write() as session:
        review.decide(session, world.regulator, wanted, "copied", WHY)
    assert verdict_of(world, run_id, 2) == "repeat"


@pytest.mark.parametrize(
    ("decision", "reason", "code"),
    [("copied", " ", "text.required"), ("", WHY, "review.decision"), ("maybe", WHY, "review.decision"),
     ("cleared", "x" * 201, "text.too-long"), ("cleared", "=1+1", "text.formula")],
)  # fmt: skip
def test_it_takes_a_decision_and_a_reason(
    world: World, run_id: int, decision: str, reason: str, code: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        decide(world, world.office, run_id, decision, reason)
    assert refused.value.code == code
    assert verdict_of(world, run_id, 2) == "watch"


def test_only_managers_of_the_office_and_of_the_regulator_decide(world: World, run_id: int) -> None:
    for actor in (world.coop, world.rival, world.laboratory, world.operator):
        with pytest.raises(NotFound):
            decide(world, actor, run_id, "cleared")
    for actor in (world.office, world.regulator):
        for role in (Role.CLERK, Role.READER):
            with pytest.raises(Forbidden):
                decide(world, replace(actor, role=role), run_id, "copied")
    assert acts(world) == []


def test_another_brands_office_sees_nothing(world: World, run_id: int) -> None:
    with world.write() as session:
        given = brand.NewBrand("other", "示例别的品牌", int(world.rival.org_id), BrandRules())
        theirs = brand.create(session, None, given)
    other = replace(world.office, org_id=world.rival.org_id)
    with world.db.read() as session:
        assert review_view.queue(session, other, theirs) == []
        assert review_view.waiting(session, other, theirs) == 0
        with pytest.raises(Forbidden):
            review_view.queue(session, other, find.brand(session, world.slug))
        with pytest.raises(Forbidden):
            review_view.queue(session, other)
        with pytest.raises(NotFound):
            review_view.of(session, other, 1)
    with pytest.raises(NotFound):
        decide(world, other, run_id, "copied")


def test_a_label_that_is_void_already_is_not_voided_again(world: World, run_id: int) -> None:
    with world.write() as session:
        ranges.void(session, world.coop, run_id, 1, 3, "示例：整张印坏")
    grams = labelled_g(world, run_id)
    decide(world, world.regulator, run_id, "copied")
    assert labelled_g(world, run_id) == grams
    with world.db.read() as session:
        assert len(session.exec(select(RangeState).where(RangeState.state == "void")).all()) == 1
        view = review_view.of(session, world.regulator, the_review(world, run_id))
    assert (view.decision, view.state, view.void_reason) == ("copied", "void", "示例：整张印坏")


def test_the_queue_says_why_oldest_first_and_the_decided_newest_first(world: World, run_id: int) -> None:
    for net in range(8):
        ask(world.db, run_id, 3, net=net)
    with world.write() as session:
        batch = session.get_one(Batch, session.get_one(Run, run_id).batch_id)
        session.add(
            Complaint(
                receipt="1", kind="copied", text="示例", run_id=run_id, item=2, created_at=clock.now(),
                batch_id=batch.id,
            )
        )  # fmt: skip
    with world.db.read() as session:
        lotus = find.brand(session, world.slug)
        for actor, of in ((world.office, lotus), (world.regulator, None), (world.regulator, lotus)):
            first, second = review_view.queue(session, actor, of)
            assert review_view.waiting(session, actor, of) == 2
            assert (first.item, second.item) == (2, 3)
            assert [one.item for one in review_view.queue(session, actor, of, limit=1, skip=1)] == [3]
        assert (first.reasons, first.devices, first.provinces, first.complaints) == (("devices",), 8, 2, 1)
        assert (first.first_day, first.last_day, first.batch_no) == (
            DAY,
            DAY + timedelta(days=2),
            batch.number,
        )
        assert first.printed.replace(" ", "")[:-2].endswith(f"{run_id:08d}000002")
        assert review_view.queue(session, world.regulator, decided=True) == []
    decide(world, world.office, run_id, "cleared")
    with world.db.read() as session:
        assert [one.item for one in review_view.queue(session, world.office, lotus)] == [3]
        assert [one.item for one in review_view.queue(session, world.office, lotus, decided=True)] == [2]


def test_one_review_shows_days_provinces_shelf_life_and_state(world: World, run_id: int) -> None:
    with world.db.read() as session:
        view = review_view.of(session, world.office, the_review(world, run_id))
    assert [(one.when.isoformat(), one.devices, one.provinces) for one in view.askings] == [
        ("2026-11-02", 3, (("36", 2), ("44", 1))),
        ("2026-11-03", 3, (("36", 3),)),
        ("2026-11-04", 2, (("36", 2),)),
    ]
    assert (view.watch_devices, view.watch_provinces, view.cleared, view.kept) == (8, 4, 0, 8)
    assert (view.shelf_ends, view.state) == (date(2027, 8, 20), "active")
    assert (view.decision, view.by_month) == ("", False)


def test_many_days_are_shown_by_month(world: World, run_id: int) -> None:
    for number in range(40):
        day = DAY + timedelta(days=3 * number)
        ask(world.db, run_id, 2, net=100 + number, province="" if number % 2 else "36", day=day)
    with world.db.read() as session:
        view = review_view.of(session, world.office, the_review(world, run_id))
    assert view.by_month
    assert [f"{one.when:%Y-%m-%d}" for one in view.askings] == [
        "2026-11-01",
        "2026-12-01",
        "2027-01-01",
        "2027-02-01",
    ]
    assert sum(one.devices for one in view.askings) == 48
    assert view.askings[1].provinces[-1][0] == ""


def test_confirming_is_for_those_who_gain_nothing_by_it(world: World) -> None:
    from trace.core.policy import may

    assert not may(world.coop, Action.ITEM_CONFIRM_COPY, world.coop.org_id)
    assert may(world.office, Action.ITEM_CONFIRM_COPY, world.coop.org_id, brand_org_id=world.office.org_id)
    assert not may(world.office, Action.ITEM_CONFIRM_COPY, world.coop.org_id)
    assert not may(world.operator, Action.ITEM_CONFIRM_COPY, world.coop.org_id)

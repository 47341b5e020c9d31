"""Runs: never too many, never twice, never without what the field's rules demand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func
from sqlmodel import select

from labels.errors import LabelError
from tests.support.makers import BASE, MASTER, World, make_world, new_certificate, new_run, the_batch
from trace.core import clock
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound, TraceError
from trace.db import Database
from trace.services import authorisation, certificate, find, freeze, ranges, readiness, recall, run
from trace.services.run import Replaced
from trace.tables import BatchState, Organisation, Run


def _print(world: World, number: str, count: int, **given: object) -> run.Printed:
    with world.write() as session:
        return run.create(session, world.coop, number, new_run(count, **given), base_url=BASE, master=MASTER)


def _runs(world: World) -> int:
    with world.db.read() as session:
        return session.exec(select(func.count()).select_from(Run)).one()


def _refused(world: World, number: str, count: int = 1, **given: object) -> TraceError:
    """The refusal of a print request, which must have changed nothing."""
    before = _runs(world)
    with pytest.raises(TraceError) as refusal:
        _print(world, number, count, **given)
    assert _runs(world) == before
    return refusal.value


def test_labels_stop_at_net_weight_over_unit_weight(world: World) -> None:
    number = world.ready(grams=5_250)
    assert _refused(world, number, 11).code == "run.too-many"
    _print(world, number, 10)
    assert _refused(world, number, 1).code == "run.too-many"


def test_what_was_split_off_can_no_longer_be_labelled(world: World) -> None:
    from tests.support.makers import NOW
    from trace.services import operation

    number = world.ready(grams=10_000)
    with world.write() as session:
        out = operation.Output(world.product_id, 6_000)
        operation.operate(
            session,
            world.coop,
            operation.NewOperation("split", ((number, 6_000),), (out,), date(2026, 9, 1)),
        )
    assert NOW.year == 2026
    assert _refused(world, number, 9).params["allowed"] == 8


def test_asking_twice_with_one_request_number_prints_once(world: World) -> None:
    number = world.ready()
    first = _print(world, number, 5, request_id="form-1")
    again = _print(world, number, 5, request_id="form-1")
    assert (again.run_id, again.repeated) == (first.run_id, True)
    assert _runs(world) == 1
    assert _refused(world, number, 6, request_id="form-1").code == "run.request-differs"


def test_a_reprint_is_a_new_run_that_voids_the_spoilt_labels_and_takes_their_weight(world: World) -> None:
    number = world.ready(grams=5_000)
    old = _print(world, number, 10).run_id
    fresh = _print(world, number, 3, replaces=Replaced(old, 8, 10, "卡纸")).run_id
    with world.db.read() as session:
        row = session.get_one(Run, old)
        assert ranges.counts(session, row) == {"printed": 0, "active": 7, "void": 3}
        assert session.get_one(Run, fresh).replaces_id == old
        assert find.state(session, the_batch(session, number)).labelled_g == 5_000
    assert _refused(world, number, 1).code == "run.too-many"


def test_a_reprint_that_is_refused_voids_nothing(world: World) -> None:
    number = world.ready(grams=5_000)
    old = _print(world, number, 10).run_id
    assert _refused(world, number, 4, replaces=Replaced(old, 8, 10, "卡纸")).code == "run.too-many"
    with world.db.read() as session:
        assert ranges.counts(session, session.get_one(Run, old))["void"] == 0


@pytest.mark.parametrize("count", [0, -1, 1_000_000, 10**7])
def test_a_count_that_cannot_be_is_refused(world: World, count: int) -> None:
    assert _refused(world, world.ready(), count).code == "run.count"


def test_a_stock_or_cell_that_is_not_there_is_refused(world: World) -> None:
    number = world.ready()
    assert _refused(world, number, 1, start_cell=25).code == "run.start-cell"
    with pytest.raises(LabelError) as refusal:
        _print(world, number, 1, stock="a4-99")
    assert refusal.value.code == "label.stock-unknown"
    assert _runs(world) == 0


def test_the_quota_of_the_authorisation_holds(db: Database) -> None:
    world = make_world(db, quota_g=2_000)
    number = world.ready()
    assert _refused(world, number, 5).params["allowed"] == 4
    _print(world, number, 4)
    assert _refused(world, number, 1).code == "run.too-many"


def test_each_missing_thing_is_named_and_supplied_one_after_another(world: World) -> None:
    number = world.batch()
    codes = []
    for stage, day in (("planting", 3), ("harvest", 8), ("packaging", 8), ("inspection", 9)):
        with world.db.read() as session:
            codes.append({need.code for need in readiness.look(session, the_batch(session, number)).needs})
        quantity = {"quantity_g": 10_000} if stage == "harvest" else {}
        world.record(number, stage, date(2026, day, 28), **quantity)
    assert codes[0] >= {
        "run.stage-missing",
        "batch.no-quantity",
        "run.tests-missing",
        "run.certificate-missing",
    }
    assert _refused(world, number).code == "run.certificate-missing"
    with world.write() as session:
        given = certificate.NewCertificate(
            **{**_fields(new_certificate(10_000)), "issued_on": date(2026, 9, 29)}  # type: ignore[arg-type]
        )
        certificate.issue(session, world.coop, number, given)
    assert _print(world, number, 20).run_id


def _fields(given: certificate.NewCertificate) -> dict[str, object]:
    return {name: getattr(given, name) for name in certificate.NewCertificate.__dataclass_fields__}


def test_a_certificate_for_less_than_the_batch_limits_the_labels(world: World) -> None:
    number = world.ready(grams=10_000)
    with world.write() as session:
        certificate.issue(session, world.coop, number, new_certificate(2_000))
    assert _refused(world, number, 5).params["allowed"] == 4


def test_a_failed_test_stops_the_printer(world: World) -> None:
    number = world.ready()
    failed = {
        "kind": "sensory",
        "lab": "示例检测中心",
        "result": "fail",
        "items": [{"item": "霉变", "result": "fail"}],
    }
    world.record(number, "inspection", date(2026, 9, 1), facts=failed)
    assert _refused(world, number).code == "run.test-failed"


def test_without_a_live_authorisation_nothing_is_printed(world: World) -> None:
    number = world.ready()
    with clock.at(datetime(2028, 1, 1, tzinfo=UTC)):
        assert _refused(world, number).code == "run.no-authorisation"
    with world.write() as session:
        [mine] = authorisation.standings(session, 1, int(world.coop.org_id))
        authorisation.revoke(session, world.office, mine.row.id or 0, "示例：核查未通过")
    assert _refused(world, number).code == "run.no-authorisation"


def test_without_a_credit_code_nothing_is_printed(world: World) -> None:
    number = world.ready()
    with world.write() as session:
        session.get_one(Organisation, int(world.coop.org_id)).credit_code = None
    assert _refused(world, number).code == "run.no-credit-code"


def test_a_recalled_or_frozen_batch_is_not_labelled_even_through_an_ancestor(world: World) -> None:
    from trace.services import operation

    number = world.ready(grams=10_000)
    with world.write() as session:
        given = operation.NewOperation(
            "split", ((number, 5_000),), (operation.Output(world.product_id, 5_000),), date(2026, 9, 1)
        )
        [child] = operation.operate(session, world.coop, given).numbers
    with world.write() as session:
        held = freeze.freeze(session, world.regulator, number, "示例：抽检")
    assert _refused(world, number).code == "batch.frozen"
    assert _refused(world, child).code == "batch.frozen"
    with world.write() as session:
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
        recall.open_recall(session, world.regulator, number, "示例：超标", "示例：停止食用")
    assert _refused(world, child).code == "batch.recalled"


def test_a_plot_outside_the_protected_area_stops_the_printer(world: World) -> None:
    from trace.services import plot

    with world.write() as session:
        outside = plot.create(session, world.coop, plot.NewPlot("B9", "示例外乡田", "360735", "示例乡", "3"))
        world.plot_id = outside.id or 0
    assert _refused(world, world.ready()).code == "run.outside-area"


def test_only_the_batchs_own_people_print(world: World) -> None:
    number = world.ready()
    for actor, refusal in ((world.rival, NotFound), (world.reader, Forbidden), (world.regulator, Forbidden)):
        with pytest.raises(refusal), world.write() as session:
            run.create(session, actor, number, new_run(1), base_url=BASE, master=MASTER)
    assert _runs(world) == 0


def test_activation_at_packing_leaves_labels_inactive_until_somebody_activates_them(db: Database) -> None:
    world = make_world(db, activation="pack")
    made = _print(world, world.ready(), 10).run_id
    with world.write() as session:
        assert ranges.activate(session, world.clerk, made, 3, 6) == 4
        assert ranges.activate(session, world.clerk, made, 5, 8) == 2
        assert ranges.counts(session, session.get_one(Run, made)) == {"printed": 4, "active": 6, "void": 0}


def test_void_is_final_and_needs_a_manager_and_a_reason(world: World) -> None:
    made = _print(world, world.ready(), 10).run_id
    with pytest.raises(Forbidden), world.write() as session:
        ranges.void(session, world.clerk, made, 1, 2, "试机")
    with pytest.raises(InvalidInput), world.write() as session:
        ranges.void(session, world.coop, made, 1, 2, "  ")
    with world.write() as session:
        assert ranges.void(session, world.coop, made, 1, 4, "试机") == 4
    with world.write() as session:
        assert ranges.activate(session, world.coop, made, 1, 4) == 0
    with pytest.raises(Conflict), world.write() as session:
        ranges.void(session, world.coop, made, 2, 3, "再次")
    for first, last in ((0, 1), (5, 4), (10, 11)):
        with pytest.raises(InvalidInput), world.write() as session:
            ranges.void(session, world.coop, made, first, last, "越界")


def test_the_balance_table_itself_refuses_more_labels_than_weight(world: World) -> None:
    from sqlalchemy.exc import IntegrityError

    number = world.ready(grams=5_000)
    with pytest.raises(IntegrityError), world.write() as session:
        state = session.get_one(BatchState, the_batch(session, number).id)
        state.labelled_g = 5_001
        session.add(state)
        session.flush()

"""Every verdict that records can lead to, and that facts outrank statistics."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from labels.code import sign
from labels.keys import SigningKey
from tests.support.makers import MASTER, World, make_world, new_event, the_batch
from trace.core import clock
from trace.core.errors import NotFound
from trace.db import Database
from trace.services import event, freeze, key, operation, own_view, pages, ranges, recall, run, scan
from trace.services.public_view import ScanView
from trace.services.scan_count import Reader
from trace.tables import Run

SECRET = b"secret"


def _codes(world: World, run_id: int) -> list[str]:
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        return [url.rpartition("/c/")[2] for url in run.urls(session, row, MASTER)]


def _look(world: World, digits: str, reader: Reader | None = None) -> ScanView:
    with world.db.read() as session:
        return scan.look(session, digits, reader=reader, secret=SECRET)


@pytest.mark.parametrize(
    "digits", ["", "1", "0" * 175, "9" * 175, "１" * 175, "1" * 174, "1" * 176, "x" * 175, "1\0" * 88]
)
def test_what_is_no_code_of_ours_is_malformed_and_tells_nothing(world: World, digits: str) -> None:
    view = _look(world, digits)
    assert (view.verdict, view.http_status, view.product) == ("malformed", 404, None)


def test_a_code_of_a_stranger_is_forged(world: World) -> None:
    run_id = world.printed(world.ready(), 1)
    stranger = SigningKey.generate(99_999)
    assert _look(world, sign(stranger, run_id, 1)).verdict == "forged"
    [ours] = _codes(world, run_id)
    impostor = SigningKey.generate(int(ours[1:6]))
    assert _look(world, sign(impostor, run_id, 1)).verdict == "forged"


def test_a_good_signature_on_a_label_that_was_never_printed_is_unknown(world: World) -> None:
    run_id = world.printed(world.ready(), 2)
    with world.db.read() as session:
        ours = run.signer(session, session.get_one(Run, run_id), MASTER)
    for number, item in ((run_id, 3), (run_id + 1, 1), (99_999_999, 1)):
        view = _look(world, sign(ours, number, item))
        assert (view.verdict, view.http_status) == ("unknown", 404)


def test_another_organisations_key_does_not_sign_our_runs(world: World) -> None:
    run_id = world.printed(world.ready(), 1)
    with world.write() as session:
        row = key.create(session, world.operator, int(world.rival.org_id), MASTER)
        theirs = key.open_key(session, row.id or 0, MASTER)
    assert _look(world, sign(theirs, run_id, 1)).verdict == "unknown"


def test_recall_reaches_every_descendant_and_ends_when_closed(world: World) -> None:
    number = world.ready(grams=10_000)
    run_id = world.printed(number, 2)
    with world.write() as session:
        opened = recall.open_recall(session, world.regulator, number, "示例：超标", "示例：停止食用")
    view = _look(world, _codes(world, run_id)[0])
    assert view.verdict == "recalled"
    assert view.notice is not None
    assert (view.notice.reason, view.notice.advice) == ("示例：超标", "示例：停止食用")
    with world.write() as session:
        recall.close_recall(session, world.regulator, opened.id or 0, "示例：复检合格")
    assert _look(world, _codes(world, run_id)[0]).verdict == "first"


def test_a_recall_of_an_ancestor_reaches_the_labels_of_its_children(world: World) -> None:
    parent = world.ready(grams=10_000)
    with world.write() as session:
        given = operation.NewOperation(
            "split", ((parent, 5_000),), (operation.Output(world.product_id, 5_000),), date(2026, 9, 1)
        )
        [child] = operation.operate(session, world.coop, given).numbers
    with world.write() as session:
        from tests.support.makers import new_certificate
        from trace.services import certificate

        fields = {
            name: getattr(new_certificate(5_000), name)
            for name in certificate.NewCertificate.__dataclass_fields__
        }
        certificate.issue(
            session,
            world.coop,
            child,
            certificate.NewCertificate(**{**fields, "issued_on": date(2026, 9, 2)}),
        )
    run_id = world.printed(child, 1)
    with world.write() as session:
        recall.open_recall(session, world.regulator, parent, "示例：超标", "示例：停止食用")
    view = _look(world, _codes(world, run_id)[0])
    assert view.verdict == "recalled"
    assert view.notice is not None and view.notice.batch_no == parent


def test_void_frozen_and_inactive(db: Database) -> None:
    world = make_world(db, activation="pack")
    number = world.ready()
    run_id = world.printed(number, 5)
    codes = _codes(world, run_id)
    assert _look(world, codes[0]).verdict == "inactive"
    with world.write() as session:
        ranges.activate(session, world.coop, run_id, 1, 3)
        ranges.void(session, world.coop, run_id, 3, 4, "示例：印歪")
    assert [_look(world, code).verdict for code in codes] == ["first", "first", "void", "void", "inactive"]
    assert _look(world, codes[2]).notice.reason == "示例：印歪"  # type: ignore[union-attr]
    with world.write() as session:
        held = freeze.freeze(session, world.regulator, number, "示例：抽检")
    assert [_look(world, code).verdict for code in codes] == ["frozen", "frozen", "void", "void", "frozen"]
    with world.write() as session:
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
    assert _look(world, codes[0]).verdict == "first"


def test_many_devices_make_it_watch_and_one_device_never_does(world: World) -> None:
    [code] = _codes(world, world.printed(world.ready(), 1))
    for _ in range(20):
        with world.db.write(ledger=False) as session:
            scan.seen(session, code, Reader("10.0.0.0", "same"), SECRET)
    assert _look(world, code, Reader("10.0.0.0", "same")).verdict == "first"
    for device in range(7):
        with world.db.write(ledger=False) as session:
            scan.seen(session, code, Reader(f"10.0.{device + 1}.0", "other"), SECRET)
    assert _look(world, code).verdict == "watch"


def test_first_asked_after_the_shelf_life_is_watch(world: World) -> None:
    number = world.ready()
    [code] = _codes(world, world.printed(number, 1))
    with clock.at(datetime(2027, 10, 1, tzinfo=UTC)):
        assert _look(world, code).verdict == "watch"


def test_a_revoked_key_loses_the_labels_made_after_the_leak_and_keeps_the_earlier(world: World) -> None:
    number = world.ready()
    leak = clock.now() + timedelta(hours=1)
    early = _codes(world, world.printed(number, 1))[0]
    with clock.at(leak + timedelta(hours=1)):
        late = _codes(world, world.printed(number, 1))[0]
        with world.write() as session:
            key.end(session, world.operator, int(early[1:6]), "revoked", "示例：外泄", leak)
        assert _look(world, early).verdict == "first"
        assert _look(world, late).verdict == "forged"
        fresh = _codes(world, world.printed(number, 1))[0]
        assert fresh[1:6] != early[1:6]
        assert _look(world, fresh).verdict == "first"


def test_a_code_that_is_not_ours_is_never_counted(world: World) -> None:
    world.printed(world.ready(), 1)
    with pytest.raises(NotFound), world.db.write(ledger=False) as session:
        scan.seen(session, "1" * 175, Reader("10.0.0.0", "x"), SECRET)


def test_the_view_holds_no_personal_data(world: World) -> None:
    number = world.ready()
    facts = {"carrier": "示例物流", "plate": "赣B12345", "driver_phone": "13900001111"}
    world.record(number, "transport", date(2026, 9, 2), facts=facts, source="石城县", destination="广州市")
    [code] = _codes(world, world.printed(number, 1))
    shown = repr(_look(world, code))
    for private in ("13900001111", "赣B12345", "13800000000"):
        assert private not in shown
    with world.db.read() as session:
        assert the_batch(session, number).number == number


def test_a_phone_number_typed_into_free_text_is_masked_for_the_public(world: World) -> None:
    number = world.ready(grams=10_000)
    wrong = world.record(
        number,
        "sale",
        date(2026, 9, 1),
        quantity_g=100,
        destination="示例店13900002222",
        place="示例点13900003333",
    )
    with world.write() as session:
        given = new_event("sale", date(2026, 9, 1), quantity_g=200, destination="示例店")
        event.correct(session, world.coop, wrong.event_id, given, "电话13900004444核实")
    with world.write() as session:
        out = operation.Output(world.product_id, 1_000)
        split = operation.NewOperation(
            "split", ((number, 1_000),), (out,), date(2026, 9, 2), note="找13900005555"
        )
        [child] = operation.operate(session, world.coop, split).numbers
    with world.db.read() as session:
        shown = repr(pages.batch_page(session, child))
    for tail in ("2222", "3333", "4444", "5555"):
        assert f"1390000{tail}" not in shown
    assert "139****2222" in shown


def test_the_owner_reads_the_same_text_as_it_was_written(world: World) -> None:
    number = world.ready(grams=10_000)
    world.record(number, "storage", date(2026, 9, 1), place="示例点13900003333")
    with world.db.read() as session:
        own = own_view.own_batch(session, world.coop, number)
        assert "13900003333" not in repr(pages.batch_page(session, number))
    assert own.steps[-1].step.place == "示例点13900003333"

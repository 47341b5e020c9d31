"""What a printer may not ask for is refused by its code, and changes nothing and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from labels.errors import LabelError
from tests.support.makers import BASE, MASTER, World, new_run
from tests.support.rare import RARE, rarely_named
from tests.support.snapshot import refused, unchanged
from trace.core import clock, dates
from trace.db import Database
from trace.services import authorisation, check, freeze, key, ranges, recall, run, scan, sheet
from trace.services import brand as brands
from trace.services.brand import rules_of
from trace.services.part_sheet import Part
from trace.services.run import Replaced
from trace.tables import Authorisation, Brand, PartSheet, Run
from trace.tables.base import key_of

CONTROL = "form\x001"


def ask(world: World, number: str, count: int = 1, **given: Any) -> int:
    """Ask for a run in a write unit of its own."""
    master = given.pop("master", MASTER)
    with world.write() as session:
        wanted = new_run(count, **given)
        return run.create(session, world.coop, number, wanted, base_url=BASE, master=master).run_id


@pytest.fixture
def number(world: World) -> str:
    """A batch with weight for 200 labels, ten of them printed: so there is something to lose."""
    ready = world.ready()
    ask(world, ready, 10)
    return ready


IMPOSSIBLE: list[tuple[str, dict[str, Any]]] = [
    *(("run.count", {"count": count}) for count in (0, -1, 1_000_000, 10**7, -(10**7), 10**30)),
    *(("run.too-many", {"count": count}) for count in (191, 999_999)),
    *(("label.stock-unknown", {"stock": name}) for name in ("a4-99", "", "A4-24", "../../x", "纸" * 5000)),
    *(("run.start-cell", {"start_cell": cell}) for cell in (0, -1, 25, 10**30)),
    *(("run.start-cell", {"stock": "roll-60x40", "start_cell": cell}) for cell in (0, 2)),
    *(("label.dpi", {"dpi": dpi}) for dpi in (0, -203, 72, 149, 2401, 10**30)),
    ("text.required", {"request_id": ""}),
    ("text.too-long", {"request_id": "x" * 65}),
    ("text.control", {"request_id": CONTROL}),
    ("run.unknown", {"replaces": Replaced(999, 1, 2, "示例：卡纸")}),
    *(
        ("run.range", {"replaces": Replaced(1, *span, "示例：卡纸")})
        for span in ((0, 1), (1, 11), (5, 4), (-3, -1), (11, 12))
    ),
    ("text.required", {"replaces": Replaced(1, 1, 2, " ")}),
    ("text.formula", {"replaces": Replaced(1, 1, 2, "=1+1")}),
    ("run.too-many", {"replaces": Replaced(1, 1, 2, "示例：卡纸"), "count": 193}),
    ("design.unknown", {"design": 999}),
    ("printer.unknown", {"printer": "没有这台"}),
    ("sheet.unknown", {"sheets": (Part(999, (1,)),)}),
    ("sheet.cells", {"sheets": (Part(1, (25,)),)}),
    ("sheet.cells", {"sheets": (Part(1, (0,)),)}),
    ("sheet.cells-taken", {"sheets": (Part(1, (10, 11)),)}),
    ("sheet.other-stock", {"sheets": (Part(1, (11,)),), "stock": "a4-33"}),
    ("sheet.roll", {"sheets": (Part(1, (11,)),), "stock": "roll-60x40"}),
    ("sheet.twice", {"sheets": (Part(1, (11,)), Part(1, (12,)))}),
]


def test_what_cannot_be_changes_nothing(db: Database, world: World, number: str) -> None:
    for code, given in IMPOSSIBLE:
        with refused(db, code, str(given)[:80]):
            ask(world, number, **{"count": 1, **given})
    assert ask(world, number, 190), "and all that was left can still be printed"


def test_labels_and_sheets_of_others_do_not_exist(db: Database, world: World, number: str) -> None:
    other = world.ready()
    with refused(db, "run.replaces-other-batch"):
        ask(world, other, replaces=Replaced(1, 1, 2, "示例：卡纸"))
    theirs = world.batch(actor=world.rival)
    with refused(db, "run.unknown"), world.write() as session:
        wanted = new_run(1, replaces=Replaced(1, 1, 2, "示例：卡纸"))
        run.create(session, world.rival, theirs, wanted, base_url=BASE, master=MASTER)
    with world.write() as session:
        own = session.exec(select(PartSheet)).one()
        lent = PartSheet(**{**own.model_dump(exclude={"id"}), "organisation_id": int(world.rival.org_id)})
        session.add(lent)
        session.flush()
    with refused(db, "sheet.unknown"):
        ask(world, number, sheets=(Part(lent.id, (11,)),))


def test_the_same_number_with_other_contents_is_a_conflict(db: Database, world: World, number: str) -> None:
    first = ask(world, number, 5, request_id="one-form", start_cell=3)
    same: dict[str, Any] = {"request_id": "one-form", "start_cell": 3}
    with unchanged(db):
        assert ask(world, number, 5, **same) == first
    for more in (
        {"count": 6}, {"stock": "a4-33"}, {"start_cell": 4}, {"dpi": 600}, {"pin": True}, {"printer": "二号"},
        {"sheets": (Part(1, (11,)),)}, {"replaces": Replaced(1, 1, 2, "示例：卡纸")}, {"level": 1},
    ):  # fmt: skip
        with refused(db, "run.request-differs"):
            ask(world, number, **{"count": 5, **same, **more})
    other = world.ready()
    with refused(db, "run.request-differs"):
        ask(world, other, 5, **same)


def test_a_missing_glyph_is_named_and_nothing_is_entered(db: Database, world: World) -> None:
    number = rarely_named(world)
    with unchanged(db), pytest.raises(LabelError) as refusal:
        ask(world, number, 1)
    assert refusal.value.code == "label.missing-glyphs"
    assert RARE in refusal.value.diagnosis("zh")
    assert "U+2A6A5" in refusal.value.diagnosis("en")


def test_words_that_do_not_fit_the_stock_enter_nothing(db: Database, world: World) -> None:
    number = world.ready(number="A-LONG-NUMBER-OF-A-BATCH-2026")
    with unchanged(db), pytest.raises(LabelError):
        ask(world, number, 1, stock="a4-65")


def test_a_master_key_that_opens_nothing_enters_nothing(db: Database, world: World, number: str) -> None:
    with refused(db, "key.sealed"):
        ask(world, number, master=bytes(32))


Ending = Callable[[World, str], None]


def _revoked(world: World, _number: str) -> None:
    with world.write() as session:
        [mine] = session.exec(
            select(Authorisation.id).where(col(Authorisation.organisation_id) == world.coop.org_id)
        ).all()
        authorisation.revoke(session, world.office, mine or 0, "示例：收回")


def _recalled(world: World, number: str) -> None:
    with world.write() as session:
        recall.open_recall(session, world.regulator, number, "示例：超标", "示例：请退货")


def _frozen(world: World, number: str) -> None:
    with world.write() as session:
        freeze.freeze(session, world.regulator, number, "示例：核查")


@pytest.mark.parametrize(
    ("ending", "code"),
    [(_revoked, "run.no-authorisation"), (_recalled, "batch.recalled"), (_frozen, "batch.frozen")],
)
def test_what_ends_between_form_and_request_refuses_it(
    db: Database, world: World, number: str, ending: Ending, code: str
) -> None:
    first = ask(world, number, 3, request_id="sent-before")
    ending(world, number)
    with refused(db, code):
        ask(world, number, 3, request_id="opened-before")
    with unchanged(db):
        assert ask(world, number, 3, request_id="sent-before") == first, "that request was decided in time"


def test_an_authorisation_that_ran_out_overnight_refuses_the_form_of_the_evening(
    db: Database, world: World, number: str
) -> None:
    midnight = dates.day_start(date(2028, 1, 1))
    with clock.at(midnight), refused(db, "run.no-authorisation"):
        ask(world, number)
    with clock.at(midnight - timedelta(seconds=1)):
        assert ask(world, number)


def test_rules_that_grew_stricter_meanwhile_refuse_the_run(db: Database, world: World, number: str) -> None:
    with db.read() as session:
        assert rules_of(session, session.exec(select(Brand.id)).one() or 0).tests
    with world.write() as session:
        row = session.exec(select(Brand)).one()
        rules = rules_of(session, key_of(row))
        brands.set_rules(session, world.office, row, replace(rules, tests=(*rules.tests, "镉")))
    with refused(db, "run.tests-missing"):
        ask(world, number)


def test_a_run_draws_the_same_bytes_after_its_key_retired(
    db: Database, world: World, number: str, tmp_path: Path
) -> None:
    run_id = ask(world, number, 30)
    before = drawn(db, run_id, tmp_path / "before")
    end_key(world, "retired")
    assert drawn(db, run_id, tmp_path / "after") == before
    later = ask(world, number, 1)
    with db.read() as session:
        assert session.get_one(Run, later).key_id != session.get_one(Run, run_id).key_id


def test_a_key_retired_between_form_and_request_is_followed_by_a_new_one(
    db: Database, world: World, number: str
) -> None:
    end_key(world, "retired")
    run_id = ask(world, number, 1)
    with db.read() as session:
        row = session.get_one(Run, run_id)
        known = key.known(session, row.key_id)
        assert known is not None
        assert not known.retired
        [url] = run.urls(session, row, MASTER)
        assert scan.look(session, url.rpartition("/")[2]).verdict == "first"


def drawn(db: Database, run_id: int, folder: Path) -> bytes:
    with db.read() as session:
        return sheet.draw(session, session.get_one(Run, run_id), folder, MASTER).read_bytes()


def end_key(world: World, status: str, since: timedelta | None = None) -> None:
    """End the key of the newest run, `since` before or after that run was made; at once if None."""
    with world.write() as session:
        row = session.exec(select(Run).order_by(col(Run.id).desc())).first()
        assert row is not None
        moment = None if since is None else row.created_at + since
        key.end(session, None, row.key_id, status, "示例：密钥失窃", moment)


@pytest.mark.parametrize("since", [timedelta(days=-1), timedelta(0)])
def test_labels_of_a_key_revoked_from_before_the_run_stay_in_the_drawer(
    db: Database, world: World, number: str, tmp_path: Path, since: timedelta
) -> None:
    run_id = ask(world, number, 2)
    path = released(db, world, run_id, tmp_path)
    with db.read() as session:
        url = next(run.urls(session, session.get_one(Run, run_id), MASTER))
    end_key(world, "revoked", since)
    with refused(db, "run.key-revoked"), world.write() as session:
        sheet.hand_out(session, world.coop, run_id, path)
    with db.read() as session:
        assert scan.look(session, url.rpartition("/")[2]).verdict == "forged", "as a scan would say"


def test_labels_of_a_key_revoked_after_the_run_may_leave(
    db: Database, world: World, number: str, tmp_path: Path
) -> None:
    run_id = ask(world, number, 2)
    path = released(db, world, run_id, tmp_path)
    end_key(world, "revoked", timedelta(microseconds=1))
    with world.write() as session:
        assert sheet.hand_out(session, world.coop, run_id, path).earlier == ()
    with db.read() as session:
        url = next(run.urls(session, session.get_one(Run, run_id), MASTER))
        assert scan.look(session, url.rpartition("/")[2]).verdict == "first"


def released(db: Database, world: World, run_id: int, folder: Path) -> Path:
    """The run's file, drawn and read back."""
    with db.read() as session:
        row = session.get_one(Run, run_id)
        path = sheet.draw(session, row, folder, MASTER)
        finding = check.look(check.subject(session, row, MASTER), path)
    with world.write() as session:
        check.record(session, row, finding)
    return path


@pytest.mark.parametrize(("ending", "code"), [(_recalled, "batch.recalled"), (_frozen, "batch.frozen")])
def test_labels_of_a_stopped_batch_stay_in_the_drawer(
    db: Database, world: World, number: str, tmp_path: Path, ending: Ending, code: str
) -> None:
    run_id = ask(world, number, 2)
    path = released(db, world, run_id, tmp_path)
    ending(world, number)
    with refused(db, code), world.write() as session:
        sheet.hand_out(session, world.coop, run_id, path)


def test_ranges_outside_of_a_run_change_nothing(db: Database, world: World, number: str) -> None:
    for span in ((0, 1), (1, 11), (5, 4), (-3, -1), (10**30, 10**30)):
        with refused(db, "run.range", str(span)), world.write() as session:
            ranges.activate(session, world.coop, 1, *span)
        with refused(db, "run.range", str(span)), world.write() as session:
            ranges.void(session, world.coop, 1, *span, "示例：越界")

"""The void list says of every label what its page says, for cartons too, in a handful of reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event as engine_events

from labels.code import parse
from tests.support.cartons import cartons, pack, split
from tests.support.makers import MASTER, World, make_world, new_certificate
from tests.support.opened import watched
from trace.core import clock
from trace.core.carton import PALLET, Packing
from trace.core.errors import NotFound, Unavailable
from trace.db import Database
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.void_list import VoidList, open_void_list
from trace.services import certificate, freeze, key, operation, ranges, recall, run, scan
from trace.services.carton import Content
from trace.services.log import log_of
from trace.services.void_list import REDATE, VoidLists, void_list
from trace.tables import Run

# What only the service can tell: counts of scans.
COUNTED = {"first": "", "repeat": "", "watch": "", "forged": "revoked"}


@pytest.fixture
def db(database_url: str, tmp_path: Path) -> Iterator[Database]:
    """A database whose log signs."""
    database = watched(database_url, tmp_path / "log")
    yield database
    database.dispose()


def newest(db: Database, lists: VoidLists | None = None) -> VoidList:
    key_now = log_of(db).newest().key.verifier
    found, _ = open_void_list((lists or VoidLists()).newest(db), [key_now])
    return found


def codes(world: World, number: int) -> list[str]:
    with world.db.read() as session:
        row = session.get_one(Run, number)
        return [url.rpartition("/c/")[2] for url in run.urls(session, row, MASTER)]


def agrees(world: World, *runs: int, known: Mapping[int, list[str]] | None = None) -> dict[int, list[str]]:
    """What the list says of every label of the runs, which is what their pages say; `known` are codes had before."""
    stopped, said = newest(world.db), {}
    for number in runs:
        scanned = (known or {}).get(number) or codes(world, number)
        with world.db.read() as session:
            shown = [scan.look(session, code).verdict for code in scanned]
        listed = [stopped.says(head.key_id, head.run, head.item) for head, _ in map(parse, scanned)]
        assert listed == [COUNTED.get(verdict, verdict) for verdict in shown]
        said[number] = listed
    return said


def test_an_empty_ledger_has_no_list(db: Database) -> None:
    with pytest.raises(NotFound) as caught:
        VoidLists().newest(db)
    assert caught.value.code == "ledger.empty"


def test_void_and_inactive_ranges(db: Database) -> None:
    world = make_world(db, activation="pack")
    number = world.ready()
    one, other = world.printed(number, 9), world.printed(number, 3)
    assert agrees(world, one, other) == {one: ["inactive"] * 9, other: ["inactive"] * 3}
    with world.write() as session:
        ranges.activate(session, world.coop, one, 1, 6)
        ranges.void(session, world.coop, one, 3, 4, "贴坏")
        ranges.void(session, world.coop, one, 8, 8, "撕破")
    assert agrees(world, one, other)[one] == ["", "", "void", "void", "", "", "inactive", "void", "inactive"]
    found = newest(db)
    assert found.stops["void"] == {one: ((3, 4), (8, 8))}
    assert found.newest_run == other


def test_a_recall_reaches_descendants_and_outranks_a_void(db: Database) -> None:
    world = make_world(db)
    mother = world.ready(number="M-1")
    before = world.printed(mother, 2)
    with world.write() as session:
        given = operation.NewOperation(
            "split", ((mother, 5_000),), (operation.Output(world.product_id, 5_000),), date(2026, 9, 1)
        )
        [child] = operation.operate(session, world.coop, given).numbers
        certificate.issue(
            session, world.coop, child, replace(new_certificate(5_000), issued_on=date(2026, 9, 2))
        )
    inherited = world.printed(child, 2)
    assert agrees(world, before, inherited) == {before: ["", ""], inherited: ["", ""]}
    with world.write() as session:
        opened = recall.open_recall(session, world.regulator, mother, "示例：超标", "示例：停止食用")
        ranges.void(session, world.coop, before, 1, 1, "贴坏")
    assert agrees(world, before, inherited) == {before: ["recalled"] * 2, inherited: ["recalled"] * 2}
    with world.write() as session:
        recall.close_recall(session, world.regulator, opened.id or 0, "示例：已处理")
    assert agrees(world, before, inherited) == {before: ["void", ""], inherited: ["", ""]}


def test_cartons_and_pallets_are_stopped_with_what_is_in_them(db: Database) -> None:
    world = make_world(db)
    mine, theirs = world.ready(number="L-1"), world.ready(number="L-2")
    one, other = world.printed(mine, 5), world.printed(theirs, 10)
    boxes = cartons(world, mine, Content(one), per_carton=5).run_id
    mixed = cartons(world, mine, None, count=4).run_id
    for box in (1, 2):
        first = 5 * box - 4
        pack(world, Packing(mixed, box, box, other, first, first + 4, 5))
    pallet = cartons(world, mine, Content(mixed, (1, 1)), per_carton=1, level=PALLET).run_id
    second = cartons(world, mine, Content(mixed, (2, 2)), per_carton=1, level=PALLET).run_id
    everything = (one, other, boxes, mixed, pallet, second)
    with world.write() as session:
        held = freeze.freeze(session, world.regulator, theirs, "示例：抽检")
    said = agrees(world, *everything)
    assert said[mixed] == ["frozen", "frozen", "", ""]
    assert (said[boxes], said[pallet], said[second]) == ([""], ["frozen"], ["frozen"])
    split(world, mixed, 2)
    assert agrees(world, *everything)[second] == [""]
    with world.write() as session:
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
        recall.open_recall(session, world.regulator, mine, "示例：超标", "示例：停止食用")
    said = agrees(world, *everything)
    assert (said[mixed], said[other]) == (["recalled"] * 4, [""] * 10)


def test_a_revoked_key_counts_for_runs_of_before(db: Database) -> None:
    world = make_world(db)
    number = world.ready()
    early = datetime.now(UTC)
    with clock.at(early):
        before = world.printed(number, 2)
    with clock.at(early + timedelta(hours=2)):
        after = world.printed(number, 2)
        known = {after: codes(world, after)}
        with world.write() as session:
            key_id = session.get_one(Run, before).key_id
            key.end(session, None, key_id, "revoked", "示例：失窃", early + timedelta(hours=1))
        assert agrees(world, before, after, known=known) == {before: ["", ""], after: ["revoked", "revoked"]}
        found = newest(db)
    assert found.revoked == {key_id: ((before, before),)}
    assert found.says(key_id, 99_999_999, 1) == "revoked"


def test_it_names_the_tree_it_follows_from_and_is_made_anew_when_that_has_grown(db: Database) -> None:
    world, lists = make_world(db), VoidLists()
    run_id = world.printed(world.ready(), 3)
    signed = log_of(db).newest()
    checkpoint, _ = open_checkpoint(signed.note, [signed.key.verifier])
    start = datetime.now(UTC).replace(microsecond=0)
    with clock.at(start):
        first = lists.newest(db)
        found = newest(db, lists)
    assert (found.origin, found.size, found.root) == (checkpoint.origin, checkpoint.size, checkpoint.root)
    assert found.made == start
    with clock.at(start + REDATE / 2):
        assert lists.newest(db) == first
    # Nothing has changed, and that is news too.
    with clock.at(start + REDATE):
        assert newest(db, lists).made == start + REDATE
        with world.write() as session:
            ranges.void(session, world.coop, run_id, 2, 2, "贴坏")
        assert newest(db, lists).says(1, run_id, 2) == "void"


def test_nothing_is_signed_where_the_log_refuses_to_sign(db: Database, tmp_path: Path) -> None:
    make_world(db)
    size = log_of(db).newest().size
    lists = VoidLists()
    lists.newest(db)
    outside = tmp_path / "log" / "checkpoint"
    outside.write_text(outside.read_text("utf-8").replace(f"\n{size}\n", f"\n{size + 1}\n", 1), "utf-8")
    with pytest.raises(Unavailable) as caught:
        lists.newest(db)
    assert caught.value.code == "ledger.behind"


def test_a_text_that_could_pass_for_a_checkpoint_is_not_signed(db: Database) -> None:
    make_world(db)
    signed = log_of(db).newest()
    with pytest.raises(ValueError, match="checkpoint"):
        log_of(db).also(signed, f"{signed.key.origin}\n9\nAAAA\n")
    # Nor any under a name that the log has no longer.
    with pytest.raises(Unavailable):
        log_of(db).also(replace(signed, key=replace(signed.key, epoch=99)), "another text\n")


def test_the_reads_are_as_many_for_many_runs(db: Database) -> None:
    world = make_world(db)
    asked: list[str] = []
    engine_events.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(str(given[2])))
    counts = []
    for _ in range(2):
        for _ in range(3):
            number = world.ready()
            world.printed(number, 2)
            with world.write() as session:
                recall.open_recall(session, world.regulator, number, "示例：超标", "示例：停止食用")
        signed = log_of(db).newest()
        asked.clear()
        with db.read() as session:
            void_list(session, signed, datetime(2026, 10, 1, tzinfo=UTC))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12

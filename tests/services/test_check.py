"""The self-check's record: in the ledger, good or bad; the newest of exactly these bytes decides."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from labels.readback import Fault
from tests.support.makers import MASTER, World
from trace.core.errors import Conflict, Unavailable
from trace.db import Database
from trace.services import check, ledger_audit, sheet
from trace.services.check import Finding
from trace.tables import LedgerEntry, Run, RunCheck

GOOD = Finding("a" * 64, "0123456789abcdef", 10)
BAD = Finding("a" * 64, "fedcba9876543210", 4, Fault(5, 1, 5, "unreadable"))


def run(db: Database, run_id: int) -> Run:
    with db.read() as session:
        return session.get_one(Run, run_id)


def record(world: World, run_id: int, finding: Finding) -> RunCheck:
    with world.write() as session:
        return check.record(session, session.get_one(Run, run_id), finding)


def released(db: Database, run_id: int, sha256: str = "a" * 64) -> bool:
    with db.read() as session:
        return check.passed(session, run_id, sha256) is not None


def test_the_newest_check_of_exactly_these_bytes_decides(db: Database, world: World) -> None:
    run_id, other = world.printed(world.ready(), 10), world.printed(world.ready(), 10)
    assert not released(db, run_id)
    record(world, run_id, GOOD)
    assert released(db, run_id)
    assert not released(db, run_id, "b" * 64)
    assert not released(db, other)
    record(world, run_id, BAD)
    assert not released(db, run_id)
    record(world, run_id, GOOD)
    assert released(db, run_id)
    with db.read() as session:
        assert [line.result for line in check.of_run(session, run_id)] == ["passed", "failed", "passed"]


def test_every_check_stands_in_the_ledger_with_what_failed(db: Database, world: World) -> None:
    run_id = world.printed(world.ready(), 10)
    record(world, run_id, GOOD)
    line = record(world, run_id, BAD)
    refusal = check.refusal(line)
    assert refusal is not None
    assert refusal.fault == BAD.fault
    assert refusal.diagnosis() == "自检没通过：第 5 枚（第 1 页第 5 格）读不出二维码。"
    assert (line.checked, line.seed) == (4, BAD.seed)
    assert line.reader.startswith("zxing-cpp ")
    with db.read() as session:
        assert ledger_audit.verify(session).fault is None
        kinds = session.exec(select(LedgerEntry.kind).order_by(LedgerEntry.seq)).all()
        assert list(kinds[-2:]) == ["run.checked", "run.checked"]
        passed = check.passed(session, run_id, "c" * 64)
        assert passed is None
        assert [check.refusal(one) is None for one in check.of_run(session, run_id)] == [False, True]


def test_a_file_is_read_back_with_the_public_key_and_the_run_s_own_row(
    db: Database, world: World, tmp_path: Path
) -> None:
    run_id = world.printed(world.ready(), 10)
    with db.read() as session:
        row = session.get_one(Run, run_id)
        path = sheet.draw(session, row, tmp_path, MASTER)
        wanted = check.subject(session, row, MASTER)
    finding = check.look(wanted, path)
    assert (finding.checked, finding.fault, finding.sha256) == (10, None, check.digest(path))
    assert finding.seed != check.look(wanted, path).seed
    shorter = world.printed(world.ready(), 9)
    with db.read() as session:
        path = sheet.draw(session, session.get_one(Run, shorter), tmp_path, MASTER)
    fault = check.look(wanted, path).fault
    assert fault is not None
    assert (fault.item, fault.reason) == (1, "other")


def test_a_file_that_changes_while_it_is_read_proves_nothing(
    db: Database, world: World, tmp_path: Path
) -> None:
    run_id = world.printed(world.ready(), 10)
    with db.read() as session:
        row = session.get_one(Run, run_id)
        path = sheet.draw(session, row, tmp_path, MASTER)
        wanted = check.subject(session, row, MASTER)

    def meddle(_done: int, _of: int) -> None:
        with path.open("ab") as file:
            file.write(b"%")

    with pytest.raises(Unavailable) as caught:
        check.look(wanted, path, progress=meddle)
    assert caught.value.code == "run.file-changed"


def test_nothing_unchecked_is_handed_out(db: Database, world: World, tmp_path: Path) -> None:
    run_id = world.printed(world.ready(), 10)
    with db.read() as session:
        row = session.get_one(Run, run_id)
        path = sheet.draw(session, row, tmp_path, MASTER)
        finding = check.look(check.subject(session, row, MASTER), path)
    with pytest.raises(Conflict) as caught, world.write() as session:
        sheet.hand_out(session, world.coop, run_id, path)
    assert caught.value.code == "run.unchecked"
    record(world, run_id, finding)
    with world.write() as session:
        assert sheet.hand_out(session, world.coop, run_id, path).sha256 == finding.sha256

"""The log signs what was committed, never below or beside what it signed before, and says what to do after a loss."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from tests.support.at_once import at_once
from tests.support.entries import register
from tests.support.opened import watched
from trace.core.errors import Conflict, NotFound, Unavailable
from trace.db import Database
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.merkle import check_consistency
from trace.services import ledger, log, log_identity, tree
from trace.services.ledger import ENTRY, NODE
from trace.services.ledger_audit import verify
from trace.services.log import CHECKPOINT, log_of
from trace.tables import metadata

ORGANISATION, SECRET = metadata.tables["organisation"], metadata.tables["signing_key_secret"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def db(database_url: str, folder: Path) -> Iterator[Database]:
    database = watched(database_url, folder)
    yield database
    database.dispose()


def outside(folder: Path) -> int:
    """The size in the file outside the database."""
    return int((folder / "checkpoint").read_text("utf-8").split("\n")[1])


def forget_newest(db: Database, count: int) -> None:
    """Leave the ledger as an older backup would: the last `count` entries were never made."""
    with db.write(watched=False) as session:
        size = ledger.size(session) - count
        edge = tree.merkle.frontier_at(size, tree.subtree(session))
        session.execute(delete(CHECKPOINT).where(CHECKPOINT.c.size > size))
        gone = select(ENTRY.c.subject, ENTRY.c.subject_id).where(ENTRY.c.seq >= size)
        for subject, identity in session.execute(gone.order_by(ENTRY.c.seq)).all():
            table = metadata.tables[subject]
            if subject == "signing_key":
                session.execute(delete(SECRET).where(SECRET.c.key_id == identity))
            session.execute(delete(table).where(table.c.id == identity))
        session.execute(delete(ENTRY).where(ENTRY.c.seq >= size))
        session.execute(delete(ledger.BATCH).where(ledger.BATCH.c.seq >= size))
        session.execute(delete(NODE).where(NODE.c.level == 1, NODE.c.number >= size >> 8))
        session.execute(ledger.HEAD.update().values(size=size, frontier=b"".join(edge.hashes).hex()))


def test_an_empty_ledger_signs_nothing(db: Database, folder: Path) -> None:
    with pytest.raises(NotFound) as refusal:
        log_of(db).newest()
    assert refusal.value.code == "ledger.empty"
    log_of(db).standing()
    assert not (folder / "checkpoint").exists()


def test_every_unit_leaves_a_signed_checkpoint_of_itself_outside(db: Database, folder: Path) -> None:
    sizes = []
    for _ in range(3):
        register(db)
        with db.read() as session:
            key = log_identity.in_force(session)
            found, _note = open_checkpoint((folder / "checkpoint").read_bytes(), [key.verifier])
            assert (found.size, found.root) == (ledger.size(session), tree.root(session, found.size))
        sizes.append(found.size)
    assert sizes == [3, 5, 7]
    assert found.origin == "127.0.0.1:5000/log"


def test_the_log_s_name_and_key_are_entered_by_the_operator(db: Database) -> None:
    register(db, watched=False)
    register(db, "operator", watched=False)
    register(db)
    with db.read() as session:
        kinds = dict(map(tuple, session.execute(select(ENTRY.c.kind, ENTRY.c.envelope)).all()))
        operator = session.execute(
            select(ORGANISATION.c.id).where(ORGANISATION.c.kind == "operator")
        ).scalar_one()
        assert f'"org":{operator}' in kinds["log.started"]
        assert len(log_identity.epochs(session)) == 1
        assert verify(session).fault is None


def test_units_that_enter_nothing_sign_nothing(db: Database, folder: Path) -> None:
    register(db)
    before = (folder / "checkpoint").stat().st_mtime_ns
    with db.write():
        pass
    with db.write(ledger=False):
        pass
    assert (folder / "checkpoint").stat().st_mtime_ns == before


def test_a_crash_between_commit_and_signing_is_made_up_for(db: Database, folder: Path) -> None:
    register(db)
    register(db, times=2, watched=False)
    assert outside(folder) == 3
    signed = log_of(db).newest()
    assert (signed.size, outside(folder)) == (7, 7)
    with db.read() as session:
        noted = session.execute(select(CHECKPOINT.c.size, CHECKPOINT.c.root, CHECKPOINT.c.note)).all()
    assert (7, signed.checkpoint.root.hex(), signed.note) in noted
    register(db, watched=False)
    register(db)
    assert outside(folder) == 11


def test_what_cannot_be_signed_is_recorded_all_the_same(db: Database, folder: Path) -> None:
    register(db)
    (folder / "lock").unlink()
    (folder / "lock").mkdir()
    register(db)
    with db.read() as session:
        assert ledger.size(session) == 5
    assert outside(folder) == 3
    (folder / "lock").rmdir()
    register(db)
    assert outside(folder) == 7


def test_a_restored_backup_is_behind_and_nothing_is_recorded(db: Database, folder: Path) -> None:
    register(db, times=4)
    forget_newest(db, 2)
    kept = (folder / "checkpoint").read_bytes()
    for ask in (lambda: register(db), lambda: log_of(db).newest(), lambda: log_of(db).standing()):
        with pytest.raises(Unavailable) as refusal:
            ask()
        assert refusal.value.code == "ledger.behind"
        assert "docs/restore.md" in refusal.value.message("zh")
    with db.read() as session:
        assert ledger.size(session) == 7
    with db.write(ledger=False):
        pass
    assert (folder / "checkpoint").read_bytes() == kept


def test_a_history_that_goes_on_after_a_restore_is_beside(db: Database, folder: Path) -> None:
    register(db, times=4)
    for grown in (1, 5):
        forget_newest(db, 2)
        register(db, times=grown, watched=False)
        for ask in (lambda: register(db), lambda: log_of(db).newest(), lambda: log_of(db).standing()):
            with pytest.raises(Unavailable) as refusal:
                ask()
            assert refusal.value.code == "ledger.beside"
        forget_newest(db, 2 * grown - 2)
    assert outside(folder) == 9


def test_the_right_backup_is_taken_without_a_word(database_url: str, db: Database, folder: Path) -> None:
    register(db, times=2)
    again = watched(database_url, folder)
    register(again)
    assert outside(folder) == 7
    again.dispose()


def test_another_log_s_checkpoint_in_the_folder_is_refused(db: Database, folder: Path) -> None:
    register(db, times=2)
    here = folder / "checkpoint"
    here.write_text(here.read_text("utf-8").replace("127.0.0.1:5000/log", "example.com/log"), "utf-8")
    with pytest.raises(Unavailable) as refusal:
        register(db)
    assert refusal.value.code == "ledger.beside"


@pytest.mark.parametrize("damage", ["garbage", "127.0.0.1:5000/log\n3\n", "\x00" * 200 + "\n", "\n"])
def test_a_damaged_file_outside_is_not_overwritten(db: Database, folder: Path, damage: str) -> None:
    register(db)
    (folder / "checkpoint").write_text(damage)
    for ask in (lambda: register(db), lambda: log_of(db).newest(), lambda: log_of(db).standing()):
        with pytest.raises(Unavailable) as refusal:
            ask()
        assert refusal.value.code == "ledger.outside-unreadable"
    assert (folder / "checkpoint").read_text() == damage


def test_a_checkpoint_outside_that_the_log_did_not_sign_is_not_shown(db: Database, folder: Path) -> None:
    register(db)
    note = log_of(db).newest().note
    text, _, signature = note.partition("\n\n")
    name, _, raw = signature.rpartition(" ")
    (folder / "checkpoint").write_text(f"{text}\n\n{name} {raw[:8]}{'A' * (len(raw) - 11)}==\n", "utf-8")
    with pytest.raises(Unavailable):
        log_of(db).newest()


@pytest.mark.parametrize("left", ["", "\x00" * 200])
def test_what_a_power_cut_leaves_of_the_file_is_as_if_it_were_not_there(
    db: Database, folder: Path, left: str
) -> None:
    register(db)
    (folder / "checkpoint").write_text(left)
    register(db)
    assert outside(folder) == 5


def test_without_the_file_the_log_goes_on(db: Database, folder: Path) -> None:
    register(db)
    shutil.rmtree(folder)
    register(db)
    assert outside(folder) == 5


def test_the_master_key_must_be_the_one_it_was_sealed_under(db: Database, folder: Path) -> None:
    register(db)
    register(db, watched=False)
    with db.read() as session:
        key = log_identity.in_force(session)
        with pytest.raises(Unavailable) as refusal:
            log_identity.signer(session, key, bytes(32))
    assert refusal.value.code == "ledger.key-sealed"


def test_after_a_real_loss_a_new_epoch_names_what_was_lost(db: Database, folder: Path) -> None:
    register(db, times=4)
    lost = log_of(db).newest()
    with pytest.raises(Conflict) as refusal:
        log_of(db).restart("示例")
    assert refusal.value.code == "ledger.not-lost"
    forget_newest(db, 2)
    signed = log_of(db).restart("示例：硬盘损坏，备份只到昨天")
    assert signed.key.origin == "127.0.0.1:5000/log-2"
    assert signed.key.lost == (lost.size, lost.checkpoint.root.hex())
    assert signed.key.verifier.public != lost.key.verifier.public
    register(db)
    assert log_of(db).newest().size == signed.size + 2
    with db.read() as session:
        assert verify(session).fault is None
        assert "log.restarted" in session.execute(select(ENTRY.c.kind)).scalars().all()
    assert [path.read_text("utf-8") for path in folder.glob("checkpoint.lost-*")] == [lost.note]
    # And again: the second loss has the third name.
    forget_newest(db, 2)
    assert log_of(db).restart("示例").key.origin == "127.0.0.1:5000/log-3"


def test_a_restart_that_was_killed_half_way_is_finished(db: Database, folder: Path) -> None:
    register(db, times=4)
    lost = (folder / "checkpoint").read_bytes()
    forget_newest(db, 2)
    log_of(db).restart("示例")
    # Killed before the new checkpoint lay outside: the old one is there still.
    (folder / "checkpoint").write_bytes(lost)
    register(db)
    assert log_of(db).newest().key.origin == "127.0.0.1:5000/log-2"


def test_a_ledger_lost_from_before_its_log_began_can_be_begun_anew(db: Database, folder: Path) -> None:
    register(db, watched=False)
    register(db, times=2)
    forget_newest(db, 5)
    with pytest.raises(Unavailable):
        register(db)
    assert log_of(db).restart("示例").key.origin == "127.0.0.1:5000/log-2"


def test_old_checkpoints_are_forgotten_unless_somebody_put_a_name_to_them(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "KEPT_CHECKPOINTS", 4)
    monkeypatch.setattr(log, "_PRUNE_EVERY", 1)
    register(db, times=3)
    stamped = log_of(db).newest()
    with db.write(ledger=False) as session:
        values = {"epoch": 1, "size": stamped.size, "root": stamped.checkpoint.root.hex()}
        values |= {"authority": "x", "note": stamped.note, "token": b"", "stamped_at": log.clock.now()}
        session.execute(log.STAMP.insert().values(**values))
    register(db, times=9)
    log_of(db).newest()
    with db.read() as session:
        sizes = session.execute(select(CHECKPOINT.c.size).order_by(CHECKPOINT.c.size)).scalars().all()
    assert sizes == [7, 19, 21, 23, 25]


def test_many_writers_at_once_leave_one_history(db: Database, folder: Path) -> None:
    def work(number: int) -> int:
        register(db)
        return log_of(db).newest().size

    sizes = at_once(work)
    assert all(isinstance(size, int) for size in sizes)
    assert outside(folder) == 33
    with db.read() as session:
        key = log_identity.in_force(session)
        assert session.execute(select(func.count()).select_from(log_identity.IDENTITY)).scalar_one() == 1
        root = tree.root(session, 33)
        for note in session.execute(select(CHECKPOINT.c.note)).scalars():
            found, _ = open_checkpoint(note, [key.verifier])
            proof = tree.consistency(session, found.size, 33)
            check_consistency(found.size, found.root, 33, root, proof)

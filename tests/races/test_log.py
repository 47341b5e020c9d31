"""However many write at once, in threads and in processes: one history, and every checkpoint signed is of it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.support.at_once import MANY, at_once
from tests.support.entries import register
from tests.support.opened import watched
from tests.support.tree import ROOT
from trace.db import Database
from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.merkle import check_consistency
from trace.ledger.note import Note
from trace.services import ledger, log_identity, tree
from trace.services.ledger_audit import verify
from trace.services.log import CHECKPOINT, log_of

pytestmark = pytest.mark.race

PROCESSES, EACH = 4, 10

# A process of its own, as another web process would be; prints the notes that it was shown.
_WRITER = """
import json, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from tests.support.opened import watched
from trace.services import organisation
from trace.services.log import log_of
from trace.services.organisation import NewOrganisation

db = watched(sys.argv[2], Path(sys.argv[3]))
notes = []
for number in range(int(sys.argv[5])):
    with db.write() as session:
        given = NewOrganisation(kind="cooperative", name=f"示例{sys.argv[4]}号进程第{number}家")
        organisation.create_organisation(session, None, given)
    notes.append(log_of(db).newest().note)
db.dispose()
print(json.dumps(notes))
"""


@pytest.fixture
def db(database_url: str, tmp_path: Path) -> Iterator[Database]:
    database = watched(database_url, tmp_path / "log")
    yield database
    database.dispose()


def one_history(db: Database, notes: set[str], entries: int) -> None:
    """Every note is signed by the one log there is, and of the one tree there is now."""
    with db.read() as session:
        assert ledger.size(session) == entries
        (key,) = log_identity.epochs(session)
        root = tree.root(session, entries)
        sizes: dict[int, bytes] = {}
        for note in notes | set(session.execute(select(CHECKPOINT.c.note)).scalars()):
            found, _ = open_checkpoint(note, [key.verifier])
            assert sizes.setdefault(found.size, found.root) == found.root
            proof = tree.consistency(session, found.size, entries)
            check_consistency(found.size, found.root, entries, root, proof)
        assert verify(session).fault is None
    assert entries in sizes


def test_sixteen_writers_and_readers_see_one_history(db: Database, tmp_path: Path) -> None:
    notes: set[str] = set()
    seen: list[int] = []
    done = threading.Event()

    def watch() -> None:
        # What lies outside never grows smaller.
        path = tmp_path / "log" / "checkpoint"
        while not done.is_set():
            if path.exists():
                seen.append(Checkpoint.parse(Note.parse(path.read_bytes()).text).size)

    def write(number: int) -> int:
        for _ in range(3):
            register(db)
            notes.add(log_of(db).newest().note)
        return number

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        answers = at_once(write)
    finally:
        done.set()
        watcher.join()
    assert answers == list(range(MANY))
    assert seen == sorted(seen)
    one_history(db, notes, MANY * 3 * 2 + 1)


def test_several_processes_keep_one_log(db: Database, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(ROOT), db.url, str(tmp_path / "log")]
    processes = [
        subprocess.Popen([*command, str(number), str(EACH)], stdout=subprocess.PIPE, text=True)
        for number in range(PROCESSES)
    ]
    notes: set[str] = set()
    for process in processes:
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        notes |= set(json.loads(said.splitlines()[-1]))
    one_history(db, notes | {log_of(db).newest().note}, PROCESSES * EACH * 2 + 1)


def test_hosts_with_folders_of_their_own_keep_one_log(database_url: str, tmp_path: Path) -> None:
    """Two machines on one database: each has its own outside checkpoint, behind the other's now and then."""
    hosts = [watched(database_url, tmp_path / name) for name in ("left", "right")]

    def write(number: int) -> int:
        register(hosts[number % 2])
        return log_of(hosts[number % 2]).newest().size

    answers = at_once(write)
    assert all(isinstance(answer, int) for answer in answers)
    notes = {log_of(host).newest().note for host in hosts}
    assert len(notes) == 1
    one_history(hosts[0], notes, MANY * 2 + 1)
    for host in hosts:
        host.dispose()

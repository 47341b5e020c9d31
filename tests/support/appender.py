"""Processes that append to one ledger at once; run as `python -m tests.support.appender`, orders on standard input.

One process has everything loaded and forks the writers, so that many can be started, and killed, in short time. A
writer tells of a record (event, entry) once its unit has been committed, and not before.
"""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.support.makers import MASTER, new_event
from tests.support.tree import ROOT
from trace.core.policy import Actor
from trace.db import Database
from trace.services import event
from trace.services.keyring import Keyring
from trace.services.log import Log

BASE = "http://127.0.0.1:5000"


@dataclass(frozen=True)
class Order:
    """`units` of work for each of `threads` in each of `writers` processes; with `kills`, units without end."""

    url: str
    folder: Path
    actor: Actor
    batches: tuple[str, ...]
    writers: int
    threads: int = 1
    units: int = 0
    kills: int = 0
    seed: str = ""

    @property
    def told(self) -> Path:
        """What has been acknowledged: an event and its entry a line."""
        return self.folder / "told.txt"

    def acknowledged(self) -> list[tuple[int, int]]:
        """Events and their entries, as the writers told them."""
        lines = self.told.read_text("ascii").splitlines()
        return [(int(line.split()[0]), int(line.split()[1])) for line in lines]


def watched(order: Order) -> Database:
    """The database under the watch of its log."""
    ring = Keyring(MASTER)
    db = Database(order.url, ring)
    db.watch = Log(db, ring, BASE, order.folder / "log")
    return db


def run(order: Order, *, seconds: float = 240) -> None:
    """Have it done by processes of their own; CalledProcessError if anything but a kill ends one."""
    order.told.touch()
    subprocess.run(
        [sys.executable, "-m", "tests.support.appender"],
        cwd=ROOT,
        input=pickle.dumps(order),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=seconds,
    )


def _unit(db: Database, order: Order, number: str, many: int) -> None:
    with db.write() as session:
        done = [
            event.record(session, order.actor, number, new_event("storage", date(2026, 8, 23)))
            for _ in range(many)
        ]
    told = os.open(order.told, os.O_WRONLY | os.O_APPEND)
    # One write for all: it is told whole or not at all.
    os.write(told, "".join(f"{one.event_id} {one.entry}\n" for one in done).encode("ascii"))
    os.close(told)


def _write(db: Database, order: Order, luck: random.Random) -> None:
    def units(seed: float) -> None:
        chance = random.Random(seed)
        left = order.units
        while order.kills or left:
            _unit(db, order, chance.choice(order.batches), chance.choice((1, 1, 3)))
            left -= 1

    with ThreadPoolExecutor(order.threads) as pool:
        list(pool.map(units, [luck.random() for _ in range(order.threads)]))
    db.dispose()


def _started(db: Database, order: Order, luck: random.Random) -> int:
    seed = luck.random()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            _write(db, order, random.Random(seed))
            code = 0
        finally:
            os._exit(code)
    return child


def _ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """Start the writers; kill one after another at chance moments, and start another for each."""
    order: Order = pickle.load(sys.stdin.buffer)
    luck = random.Random(order.seed)
    db = watched(order)
    # Statements are compiled here, once for all writers; connections are each writer's own.
    _unit(db, order, order.batches[0], 1)
    db.dispose()
    writers = [_started(db, order, luck) for _ in range(order.writers)]
    for _ in range(order.kills):
        before = order.told.stat().st_size
        time.sleep(luck.random() * 0.06)
        # Half of them not before somebody has come to an end of a unit, however slow the machine is.
        patient = luck.random() < 0.5
        while patient and order.told.stat().st_size == before:
            time.sleep(0.01)
        victim = writers.pop(luck.randrange(len(writers)))
        os.kill(victim, signal.SIGKILL)
        if (code := _ended(victim)) != -signal.SIGKILL:
            sys.exit(f"a writer ended by itself: {code}")
        writers.append(_started(db, order, luck))
    for writer in writers:
        if order.kills:
            os.kill(writer, signal.SIGKILL)
        code = _ended(writer)
        if code not in ((0,) if not order.kills else (-signal.SIGKILL,)):
            sys.exit(f"a writer ended by itself: {code}")


if __name__ == "__main__":
    main()

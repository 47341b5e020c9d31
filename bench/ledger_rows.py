"""The ledger: entries appended and verified, proofs at a thousand to a million entries, tiles through the app."""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from itertools import islice
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlmodel import Session

from bench.measure import Row, Work, compared, rate, row
from tests.support.makers import World, make_world, new_event
from trace.config import Settings
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.merkle import Frontier, leaf_hash, node_hash
from trace.ledger.note import NoteSigner
from trace.ledger.proof import TlogProof
from trace.ledger.tiles import HEIGHT
from trace.migrate import upgrade
from trace.services import event, ledger, ledger_audit, tree
from trace.services.database import open_database
from trace.web.factory import create_app

GROUP = 100  # entries of one unit
SIZES = (1_000, 10_000, 100_000, 1_000_000)
_VERIFIED = 10_000  # entries at least
_WANTED_MS = 5.0  # for a proof at a million entries
_BATCHES = 20
_PROOFS = 200
_DAY = date(2026, 8, 23)


def rows(folder: Path) -> list[Row]:
    """Two minutes; what is made in `folder` is removed first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return [*_appended(folder), *_proven(folder / "million.db")]


def _appended(folder: Path) -> list[Row]:
    settings = Settings(instance=folder, DATABASE_URL="")
    upgrade(settings.url)
    db = open_database(settings)
    world = make_world(db)
    batches = [world.batch() for _ in range(_BATCHES)]
    signing = _signing()
    found = [
        row(
            "entries appended, one a unit, checkpoint signed and kept outside after each, SQLite",
            "entries/s",
            compared(lambda: _unit(world, batches, 1), signing),
            "Ed25519 signatures alone, one core",
        ),
        row(
            f"entries appended, {GROUP} a unit, SQLite",
            "entries/s",
            compared(lambda: _unit(world, batches, GROUP), signing, rounds=5),
            "Ed25519 signatures alone, one core",
        ),
    ]
    with db.read() as session:
        have = ledger.size(session)
    for _ in range(max(0, _VERIFIED - have) // GROUP):
        _unit(world, batches, GROUP)
    workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def verified() -> int:
        with db.read() as session:
            report = ledger_audit.verify(session, workers=workers)
        if report.fault is not None:
            raise RuntimeError(f"the ledger does not hold: {report.fault}")
        return report.entries

    found.append(
        row(
            f"ledger verified whole, {workers} processes",
            "entries/s",
            compared(verified, _verifying(), rounds=2),
            "Ed25519 verifications alone, one core",
        )
    )
    db.dispose()
    return [*found, *_tiles(settings)]


def _unit(world: World, batches: list[str], many: int) -> int:
    with world.db.write() as session:
        for one in range(many):
            event.record(session, world.coop, batches[one % _BATCHES], new_event("storage", _DAY))
    return many


def _signing() -> Work:
    key, message = Ed25519PrivateKey.generate(), b"x" * 400

    def sign() -> int:
        for _ in range(100):
            key.sign(message)
        return 100

    return sign


def _verifying() -> Work:
    key, message = Ed25519PrivateKey.generate(), b"x" * 400
    public, signature = key.public_key(), key.sign(message)

    def verify() -> int:
        for _ in range(100):
            public.verify(signature, message)
        return 100

    return verify


def _tiles(settings: Settings) -> list[Row]:
    """Full tiles through the application, without a network; behind a cache each is asked for once."""
    app = create_app(settings)
    # A line for each request would be most of the work.
    logging.getLogger("trace").setLevel(logging.WARNING)
    client = app.test_client()

    def asked(path: str) -> Work:
        def ask() -> int:
            answer = client.get(path)
            if answer.status_code != 200:
                raise RuntimeError(f"{path}: {answer.status_code}")
            return 1

        return ask

    hello = asked("/healthz")
    made = [
        row(name, "requests/s", compared(asked(path), hello, rounds=5), "/healthz of the same application")
        for name, path in (
            ("full tile of 256 hashes, one thread", "/log/tile/0/000"),
            ("bundle of 256 entries, one thread", "/log/tile/entries/000"),
        )
    ]
    app.extensions["trace"].db.dispose()
    return made


def _proven(path: Path) -> list[Row]:
    """Proofs from a ledger of a million made-up leaves."""
    url = f"sqlite:///{path}"
    upgrade(url)
    with closing(sqlite3.connect(path)) as link:
        _fill(link)
    db = open_database(Settings(instance=path.parent, DATABASE_URL=url))
    found = []
    with db.read() as session:
        for size in SIZES:
            ms = _milliseconds(session, size)
            found.append(_timed(f"inclusion proof at {size:,} entries", ms))
            raw = _proof(session, size)
            found.append(
                Row(
                    f"tlog-proof at {size:,} entries, checkpoint included",
                    len(raw),
                    "bytes",
                    "the same with no hashes: " + str(len(_proof(session, size, hashes=False))),
                    len(raw) / len(_proof(session, size, hashes=False)),
                )
            )
        size = SIZES[-1]
        seconds = 1 / rate(lambda: _consistent(session, size), 1.0)
        found.append(_timed(f"consistency proof, any size to {size:,} entries", seconds * 1000))
    db.dispose()
    return found


def _timed(name: str, ms: float) -> Row:
    return Row(name, ms, "ms", f"wanted: under {_WANTED_MS:.0f} ms", ms / _WANTED_MS)


def _milliseconds(session: Session, size: int) -> float:
    def prove() -> int:
        for one in range(_PROOFS):
            tree.inclusion(session, one * 7919 % size, size)
        return _PROOFS

    prove()
    return 1000 / rate(prove, 1.0)


def _consistent(session: Session, size: int) -> int:
    for one in range(_PROOFS):
        tree.consistency(session, one * 7919 % (size - 1) + 1, size)
    return _PROOFS


def _proof(session: Session, size: int, *, hashes: bool = True) -> str:
    signer = NoteSigner("bench.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    text = Checkpoint(signer.key.name, size, tree.root(session, size)).text()
    note = f"{text}\n{signer.sign(text).line()}"
    proven = tuple(tree.inclusion(session, size - 2, size)) if hashes else ()
    return TlogProof(size - 2, proven, note).encode()


def _fill(link: sqlite3.Connection) -> None:
    """A million leaves, the tree's kept hashes and its head, straight into the tables."""
    count = SIZES[-1]
    leaves = [leaf_hash(number.to_bytes(8, "big")) for number in range(count)]
    link.execute("PRAGMA synchronous=OFF")
    link.executemany(
        "INSERT INTO ledger_entry (seq, kind, subject, subject_id, envelope, salt, leaf_hash) "
        "VALUES (?, 'bench', 'bench', ?, '', '', ?)",
        ((number, number, leaf.hex()) for number, leaf in enumerate(leaves)),
    )
    frontier: list[bytes] = []
    level, hashes = 0, leaves
    while hashes:
        if level and level % HEIGHT == 0:
            link.executemany(
                "INSERT INTO ledger_node (level, number, hash) VALUES (?, ?, ?)",
                ((level // HEIGHT, number, value.hex()) for number, value in enumerate(hashes)),
            )
        if len(hashes) & 1:
            frontier.insert(0, hashes[-1])
        hashes = list(_joined(hashes))
        level += 1
    edge = Frontier(count, tuple(frontier))
    link.execute("UPDATE ledger_head SET size = ?, frontier = ?", (edge.size, b"".join(edge.hashes).hex()))
    link.commit()


def _joined(hashes: list[bytes]) -> Iterator[bytes]:
    pairs = zip(islice(hashes, 0, None, 2), islice(hashes, 1, None, 2), strict=False)
    return (node_hash(left, right) for left, right in pairs)

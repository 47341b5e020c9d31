"""Proofs from a ledger of a thousand to a million made-up leaves, on SQLite and on a PostgreSQL of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, update
from sqlmodel import Session

from bench.measure import Row, rate
from tests.support.postgres import PostgresServer
from tests.support.processes import ServerFailed
from trace.config import Settings
from trace.db import Database
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.merkle import Frontier, leaf_hash, node_hash
from trace.ledger.note import NoteSigner
from trace.ledger.proof import TlogProof
from trace.ledger.tiles import HEIGHT
from trace.migrate import upgrade
from trace.services import tree
from trace.services.database import open_database
from trace.services.ledger import ENTRY, HEAD, NODE

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_WANTED_MS = 5.0  # for a proof at a million entries
_PROOFS = 200
_LINES = 10_000


def rows(folder: Path) -> list[Row]:
    """The SQLite file is left in `folder`; the PostgreSQL goes with its data. Two minutes."""
    found = []
    sqlite = f"sqlite:///{folder / 'million.db'}"
    with _filled(sqlite, folder) as db, db.read() as session:
        for size in SIZES:
            found += [_inclusion(session, size, "SQLite"), _length(session, size)]
        found.append(_consistency(session, "SQLite"))
    try:
        server = PostgresServer()
    except ServerFailed as error:
        raise RuntimeError(f"no PostgreSQL to measure: {error}") from error
    try:
        with _filled(server.url(server.create()), folder) as db, db.read() as session:
            found += [_inclusion(session, SIZES[-1], "PostgreSQL"), _consistency(session, "PostgreSQL")]
    finally:
        server.stop()
    return found


@contextmanager
def _filled(url: str, folder: Path) -> Iterator[Database]:
    upgrade(url)
    db = open_database(Settings(instance=folder, DATABASE_URL=url))
    _fill(db)
    yield db
    db.dispose()


def _inclusion(session: Session, size: int, engine: str) -> Row:
    def prove() -> int:
        for one in range(_PROOFS):
            tree.inclusion(session, one * 7919 % size, size)
        return _PROOFS

    prove()
    return _timed(f"inclusion proof at {size:,} entries, {engine}", 1000 / rate(prove, 1.0))


def _consistency(session: Session, engine: str) -> Row:
    size = SIZES[-1]

    def prove() -> int:
        for one in range(_PROOFS):
            tree.consistency(session, one * 7919 % (size - 1) + 1, size)
        return _PROOFS

    prove()
    return _timed(f"consistency proof, any size to {size:,} entries, {engine}", 1000 / rate(prove, 1.0))


def _timed(name: str, ms: float) -> Row:
    return Row(name, ms, "ms", f"wanted: under {_WANTED_MS:.0f} ms", ms / _WANTED_MS)


def _length(session: Session, size: int) -> Row:
    whole, bare = len(_proof(session, size)), len(_proof(session, size, hashes=False))
    return Row(
        f"tlog-proof at {size:,} entries, checkpoint included",
        whole,
        "bytes",
        f"the same with no hashes: {bare}",
        whole / bare,
    )


def _proof(session: Session, size: int, *, hashes: bool = True) -> str:
    signer = NoteSigner("bench.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    text = Checkpoint(signer.key.name, size, tree.root(session, size)).text()
    note = f"{text}\n{signer.sign(text).line()}"
    proven = tuple(tree.inclusion(session, size - 2, size)) if hashes else ()
    return TlogProof(size - 2, proven, note).encode()


def _fill(db: Database) -> None:
    """A million leaves, the tree's kept hashes and its head, straight into the tables."""
    count = SIZES[-1]
    leaves = [leaf_hash(number.to_bytes(8, "big")) for number in range(count)]
    names = ("seq", "kind", "subject", "subject_id", "envelope", "salt", "leaf_hash")
    _copied(
        db,
        ENTRY.name,
        names,
        ((number, "bench", "bench", number, "", "", leaf.hex()) for number, leaf in enumerate(leaves)),
    )
    frontier: list[bytes] = []
    level, hashes = 0, leaves
    while hashes:
        if level and level % HEIGHT == 0:
            kept = ((level // HEIGHT, number, value.hex()) for number, value in enumerate(hashes))
            _copied(db, NODE.name, ("level", "number", "hash"), kept)
        if len(hashes) & 1:
            frontier.insert(0, hashes[-1])
        hashes = list(_joined(hashes))
        level += 1
    edge = Frontier(count, tuple(frontier))
    with db.engine.begin() as link:
        link.execute(update(HEAD).values(size=edge.size, frontier=b"".join(edge.hashes).hex()))
        if link.dialect.name == "postgresql":
            link.exec_driver_sql("ANALYZE")


def _copied(db: Database, table: str, names: tuple[str, ...], lines: Iterable[tuple[object, ...]]) -> None:
    """Many rows, as fast as the database takes them."""
    raw = db.engine.raw_connection()
    try:
        driver = raw.driver_connection
        if isinstance(driver, psycopg.Connection):
            with driver.cursor().copy(f"COPY {table} ({', '.join(names)}) FROM STDIN") as copy:
                for line in lines:
                    copy.write_row(line)
            driver.commit()
            return
    finally:
        raw.close()
    target = {ENTRY.name: ENTRY, NODE.name: NODE}[table]
    everything = iter(lines)
    with db.engine.begin() as link:
        while part := list(islice(everything, _LINES)):
            link.execute(insert(target), [dict(zip(names, line, strict=True)) for line in part])


def _joined(hashes: list[bytes]) -> Iterator[bytes]:
    pairs = zip(islice(hashes, 0, None, 2), islice(hashes, 1, None, 2), strict=False)
    return (node_hash(left, right) for left, right in pairs)

"""The log (日志): signs the tree's head after every write unit, and never below or beside what it signed before.

A write unit commits, then its checkpoint is signed and put outside the database; writers that come together share
one. Whatever fails after the commit is made up for by the next unit, or by whoever asks for the newest checkpoint.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from sqlalchemy import Table, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from trace.core import clock, text
from trace.core.errors import Conflict, NotFound, TraceError, Unavailable
from trace.db import Database
from trace.ledger import merkle
from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.merkle import Frontier
from trace.ledger.note import Note, NoteSigner
from trace.ledger.spelling import FormatError
from trace.logs import logger
from trace.services import ledger, log_identity, steady_file, tree
from trace.services.keyring import Keyring
from trace.services.log_identity import LogKey
from trace.services.outside import Kept, Outside
from trace.tables import Cosignature, LedgerCheckpoint, RootTimestamp
from trace.tables.base import NAME_LENGTH

CHECKPOINT: Table = LedgerCheckpoint.__table__  # type: ignore[attr-defined]
COSIGNATURE: Table = Cosignature.__table__  # type: ignore[attr-defined]
STAMP: Table = RootTimestamp.__table__  # type: ignore[attr-defined]

# Made for every unit, so built once: a second writer of the same checkpoint is no error.
_RECORD = {
    "sqlite": sqlite.insert(CHECKPOINT).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(CHECKPOINT).on_conflict_do_nothing(),
}
_BEGAN = "log.began"  # where a unit's session carries the size of the ledger it began with

KEPT_CHECKPOINTS = 1000
_PRUNE_EVERY = 256
_LOOK_EVERY = 1.0  # s
_CHECKED = 64
_log = logger("trace.log")


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that the log signed: its note carries the log's signature only."""

    key: LogKey
    checkpoint: Checkpoint
    note: str

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size


class Log:
    """The log of one database; a `LedgerWatch`. `folder` lies outside the database, best on another disk."""

    def __init__(self, db: Database, keyring: Keyring, base_url: str, folder: Path) -> None:
        self._db = db
        self._keyring = keyring
        self._base_url = base_url
        self._outside = Outside(folder)
        self._turn = Lock()
        self._waiting = Lock()
        self._committed = Frontier()
        # Notes that this process has seen the tree continue, or has put outside itself.
        self._checked: deque[str] = deque(maxlen=_CHECKED)
        self._key: LogKey | None = None
        self._verified = ""
        self._published = ""
        self._sound_until = 0.0
        self._signer: tuple[LogKey, NoteSigner] | None = None

    # The watch over write units

    def before(self, session: Session) -> None:
        """Refuse a unit on a tree that is behind or beside the outside checkpoint (Unavailable), and record that."""
        edge = ledger.frontier(session)
        session.info[_BEGAN] = edge.size
        kept = self._outside.read()
        if kept is None:
            # Nothing tells which log this is: it is looked up anew.
            self._key = None
            return
        key = self._check(session, kept, edge)
        self._checked.append(kept.note)
        if key is not None:
            record(session, Signed(key, kept.checkpoint, kept.note))

    def closing(self, session: Session) -> Frontier | None:
        """The tree's edge as the unit leaves it; None if it grew nothing."""
        edge = ledger.frontier(session)
        return edge if edge.size > session.info[_BEGAN] else None

    def after(self, unit: object) -> None:
        """Sign what has been committed; a failure is logged, for the records stand and can be signed later."""
        if not isinstance(unit, Frontier):
            raise TypeError("not what `closing` gave")
        with self._waiting:
            self._committed = max(self._committed, unit, key=lambda edge: edge.size)
        try:
            self._sign(unit.size)
        except (TraceError, OSError, SQLAlchemyError) as error:
            _log.error("checkpoint not signed", size=unit.size, reason=str(error))

    # The newest checkpoint

    def newest(self) -> Signed:
        """The checkpoint of the whole tree, signed now if nobody has; recorded in the database.

        NotFound ledger.empty; Unavailable ledger.behind, ledger.beside, ledger.outside-unreadable.
        """
        # Read before the tree is: a tree that is read later is never behind it unless something was lost.
        kept = self._outside.read()
        with self._db.read() as session:
            edge = ledger.frontier(session)
            if kept is not None:
                self._check(session, kept, edge)
        signed = self._sign(edge.size)
        self._publish(signed)
        return signed

    def also(self, under: Signed, text: str) -> str:
        """Another text in the log's name, as a signed note: `under` is what `newest` has just given.

        Its first line must not be the log's name, or it could pass for a checkpoint.
        """
        if text.startswith(f"{under.key.origin}\n"):
            raise ValueError("a text that could be taken for a checkpoint")
        with self._turn:
            key, signer = self._opened()
        if key != under.key:
            # The log was begun anew a moment ago.
            size = under.size
            raise Unavailable("ledger.beside", size=size, have=size, path=str(self._outside.path))
        return Note(text, (signer.sign(text),)).encode()

    def standing(self) -> None:
        """Raise what `newest` would refuse with, without signing: for whoever watches the service."""
        kept = self._outside.read()
        if kept is not None:
            with self._db.read() as session:
                self._check(session, kept, ledger.frontier(session))

    def covered(self, wanted: int) -> int:
        """How many entries a signed checkpoint covers, at least `wanted` if there are as many; refusals as `newest`.

        For tiles, which come by the thousand: whether the tree is still the one that was signed is looked at once
        a second.
        """
        kept = self._outside.read()
        now = time.monotonic()
        if kept is None or kept.checkpoint.size < wanted or now >= self._sound_until:
            signed = self.newest()
            self._sound_until = now + _LOOK_EVERY
            return signed.size
        return kept.checkpoint.size

    def _check(self, session: Session, kept: Kept, edge: Frontier) -> LogKey | None:
        """The epoch that `kept` belongs to; None if it is the one that the newest epoch was begun after."""
        known = kept.checkpoint
        fault = _fault(session, known, edge)
        key = self._key
        if fault or key is None or key.origin != known.origin:
            key = self._key = log_identity.newest(session)
        if key is not None and key.lost == (known.size, known.root.hex()):
            return None
        if fault or key is None or key.origin != known.origin:
            raise Unavailable(
                fault or "ledger.beside",
                size=known.size,
                have=edge.size,
                path=str(self._outside.path),
            )
        return key

    def _sign(self, least: int) -> Signed:
        """The signed checkpoint of at least `least` entries: another's where one was quicker."""
        with self._turn:
            found = self._signed(least)
            if found is not None:
                return found
            begun = self._begin()
            with steady_file.locked(self._outside.turn):
                found = self._signed(least)
                if found is not None:
                    return found
                kept = self._outside.read()
                edge = self._edge()
                if begun or edge.size < least or (kept is not None and kept.note not in self._checked):
                    edge = self._look(kept)
                key, signer = self._opened()
                made = Checkpoint(key.origin, edge.size, edge.root())
                note = Note(made.text(), (signer.sign(made.text()),)).encode()
                self._outside.write(note)
                self._checked.append(note)
            self._verified = note
            return Signed(key, made, note)

    def _edge(self) -> Frontier:
        """The largest tree that writers who wait for their turn have committed; each is taken once."""
        with self._waiting:
            edge, self._committed = self._committed, Frontier()
        return edge

    def _look(self, kept: Kept | None) -> Frontier:
        """The tree's edge as the database has it, once it is seen to continue what lies outside."""
        with self._db.read() as session:
            edge = ledger.frontier(session)
            if kept is not None:
                self._check(session, kept, edge)
            self._key = log_identity.in_force(session)
        return edge

    def _opened(self) -> tuple[LogKey, NoteSigner]:
        """The epoch in force with its private key, opened once."""
        key = self._key
        if self._signer is None or self._signer[0] != key:
            with self._db.read() as session:
                key = log_identity.in_force(session)
                self._signer = key, log_identity.signer(session, key, self._keyring.master)
        return self._signer

    def _signed(self, least: int) -> Signed | None:
        """What lies outside, if it is of this epoch, covers `least` entries and bears the log's signature."""
        kept = self._outside.read()
        key = self._key
        if (
            kept is None
            or key is None
            or kept.checkpoint.origin != key.origin
            or kept.checkpoint.size < least
        ):
            return None
        if kept.note != self._verified:
            try:
                open_checkpoint(kept.note, [key.verifier])
            except FormatError as error:
                raise Unavailable("ledger.outside-unreadable", path=str(self._outside.path)) from error
            self._verified = kept.note
        return Signed(key, kept.checkpoint, kept.note)

    def _begin(self) -> bool:
        """Give the log its name and key with the first checkpoint; whether that was now."""
        if self._key is not None:
            return False
        with self._db.read() as session:
            self._key = log_identity.newest(session)
            if self._key is not None:
                return False
            if not ledger.size(session):
                raise NotFound("ledger.empty")
        with self._db.write(watched=False) as session:
            kept = self._outside.read()
            if kept is not None:
                self._check(session, kept, ledger.frontier(session))
            made = log_identity.start(session, self._base_url)
        self._key = made
        return True

    def _publish(self, signed: Signed) -> None:
        """Record a checkpoint before anybody is shown it, so that every one that was shown is known."""
        if signed.note != self._published:
            with self._db.write(ledger=False) as session:
                record(session, signed)
            self._published = signed.note

    # After a loss

    def restart(self, reason: str) -> Signed:
        """Begin a new epoch because what the outside checkpoint covered is lost for good; its note is set aside.

        Conflict ledger.not-lost if nothing is.
        """
        why = text.clean(reason, "reason", max_length=NAME_LENGTH)
        with self._turn, steady_file.locked(self._outside.turn):
            kept = self._outside.read()
            if kept is None:
                raise Conflict("ledger.not-lost")
            with self._db.write(watched=False) as session:
                key = log_identity.newest(session)
                fault = _fault(session, kept.checkpoint, ledger.frontier(session))
                if not fault and key is not None and key.origin == kept.checkpoint.origin:
                    raise Conflict("ledger.not-lost")
                log_identity.restart(session, self._base_url, why, kept.checkpoint)
            self._outside.set_aside(kept)
        return self.newest()


def _fault(session: Session, known: Checkpoint, edge: Frontier) -> str:
    """How the tree fails to continue a checkpoint: "ledger.behind", "ledger.beside", or "" if it does not."""
    if known.size > edge.size:
        return "ledger.behind"
    root = edge.root() if known.size == edge.size else merkle.root_at(known.size, tree.subtree(session))
    return "" if root == known.root else "ledger.beside"


def record(session: Session, signed: Signed) -> None:
    """Note in the database that the log signed this; once is enough."""
    values = {
        "epoch": signed.key.epoch,
        "size": signed.size,
        "root": signed.checkpoint.root.hex(),
        "note": signed.note,
        "signed_at": clock.now(),
    }
    session.connection().execute(_RECORD[session.get_bind().dialect.name], values)
    if not signed.size % _PRUNE_EVERY:
        _prune(session, signed.key.epoch)


def _prune(session: Session, epoch: int) -> None:
    """Forget old checkpoints that nobody outside put a name to; the tree can prove their roots anew."""
    of_epoch = select(CHECKPOINT.c.size).where(CHECKPOINT.c.epoch == epoch)
    newest = of_epoch.order_by(CHECKPOINT.c.size.desc()).offset(KEPT_CHECKPOINTS).limit(1)
    oldest = session.execute(newest).scalar_one_or_none()
    if oldest is None:
        return
    held = [
        exists().where(table.c.epoch == CHECKPOINT.c.epoch, table.c.size == CHECKPOINT.c.size)
        for table in (COSIGNATURE, STAMP)
    ]
    session.execute(
        delete(CHECKPOINT).where(
            CHECKPOINT.c.epoch == epoch, CHECKPOINT.c.size <= oldest, *(~one for one in held)
        )
    )


def log_of(db: Database) -> Log:
    """The log that watches over a database opened by `open_database`."""
    if not isinstance(db.watch, Log):
        raise RuntimeError("this database was opened without its log")
    return db.watch

"""The log (日志): signs the tree's head after every write unit, and never below or beside what it signed before.

A write unit commits, then its checkpoint is signed and put outside the database; writers that come together share
one. Whatever fails after the commit is made up for by the next unit, or by whoever asks for the newest checkpoint.
"""

from __future__ import annotations

import time
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
from trace.ledger.checkpoint import Checkpoint, open_checkpoint
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

KEPT_CHECKPOINTS = 1000
_PRUNE_EVERY = 256
_LOOK_EVERY = 1.0  # s
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
        self._key: LogKey | None = None
        self._verified = ""
        self._published = ""
        self._sound_until = 0.0
        self._signer: tuple[LogKey, NoteSigner] | None = None

    # The watch over write units

    def before(self, session: Session) -> None:
        """Refuse a unit on a tree that is behind or beside the outside checkpoint (Unavailable), and record that."""
        kept = self._outside.read()
        if kept is not None:
            key = self._check(session, kept)
            if key is not None:
                record(session, Signed(key, kept.checkpoint, kept.note))

    def after(self, size: int) -> None:
        """Sign what has been committed; a failure is logged, for the records stand and can be signed later."""
        try:
            self._sign(size)
        except (TraceError, OSError, SQLAlchemyError) as error:
            _log.error("checkpoint not signed", size=size, reason=str(error))

    # The newest checkpoint

    def newest(self) -> Signed:
        """The checkpoint of the whole tree, signed now if nobody has; recorded in the database.

        NotFound ledger.empty; Unavailable ledger.behind, ledger.beside, ledger.outside-unreadable.
        """
        # Read before the tree is: a tree that is read later is never behind it unless something was lost.
        kept = self._outside.read()
        with self._db.read() as session:
            if kept is not None:
                self._check(session, kept)
            size = ledger.size(session)
        signed = self._sign(size)
        self._publish(signed)
        return signed

    def standing(self) -> None:
        """Raise what `newest` would refuse with, without signing: for whoever watches the service."""
        kept = self._outside.read()
        if kept is not None:
            with self._db.read() as session:
                self._check(session, kept)

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

    def _check(self, session: Session, kept: Kept) -> LogKey | None:
        """The epoch that `kept` belongs to; None if it is the one that the newest epoch was begun after."""
        known = kept.checkpoint
        fault = _fault(session, known)
        key = self._key
        if fault or key is None or key.origin != known.origin:
            key = self._key = log_identity.newest(session)
        if key is not None and key.lost == (known.size, known.root.hex()):
            return None
        if fault or key is None or key.origin != known.origin:
            raise Unavailable(
                fault or "ledger.beside",
                size=known.size,
                have=ledger.size(session),
                path=str(self._outside.path),
            )
        return key

    def _sign(self, least: int) -> Signed:
        """The signed checkpoint of at least `least` entries: another's where one was quicker."""
        with self._turn:
            found = self._signed(least)
            if found is not None:
                return found
            self._begin()
            with steady_file.locked(self._outside.turn):
                found = self._signed(least)
                if found is not None:
                    return found
                kept = self._outside.read()
                with self._db.read() as session:
                    if kept is not None:
                        self._check(session, kept)
                    key = self._key = log_identity.in_force(session)
                    edge = ledger.frontier(session)
                    signer = self._opened(session, key)
                made = Checkpoint(key.origin, edge.size, edge.root())
                note = Note(made.text(), (signer.sign(made.text()),)).encode()
                self._outside.write(note)
            return Signed(key, made, note)

    def _opened(self, session: Session, key: LogKey) -> NoteSigner:
        if self._signer is None or self._signer[0] != key:
            self._signer = key, log_identity.signer(session, key, self._keyring.master)
        return self._signer[1]

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

    def _begin(self) -> None:
        """Give the log its name and key with the first checkpoint."""
        with self._db.read() as session:
            self._key = log_identity.newest(session)
            if self._key is not None:
                return
            if not ledger.size(session):
                raise NotFound("ledger.empty")
        with self._db.write(watched=False) as session:
            kept = self._outside.read()
            if kept is not None:
                self._check(session, kept)
            self._key = log_identity.start(session, self._base_url)

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
                sound = not _fault(session, kept.checkpoint) and key is not None
                if sound and key is not None and key.origin == kept.checkpoint.origin:
                    raise Conflict("ledger.not-lost")
                log_identity.restart(session, self._base_url, why, kept.checkpoint)
            self._outside.set_aside(kept)
        return self.newest()


def _fault(session: Session, known: Checkpoint) -> str:
    """How the tree fails to continue a checkpoint: "ledger.behind", "ledger.beside", or "" if it does not."""
    if known.size > ledger.size(session):
        return "ledger.behind"
    return "" if tree.root(session, known.size) == known.root else "ledger.beside"


def record(session: Session, signed: Signed) -> None:
    """Note in the database that the log signed this; once is enough."""
    values = {
        "epoch": signed.key.epoch,
        "size": signed.size,
        "root": signed.checkpoint.root.hex(),
        "note": signed.note,
        "signed_at": clock.now(),
    }
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(CHECKPOINT).values(**values).on_conflict_do_nothing())
    else:
        session.execute(postgresql.insert(CHECKPOINT).values(**values).on_conflict_do_nothing())
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

"""Witnesses (见证方): who outside puts their name to the log's checkpoints, and up to which entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

from sqlalchemy import Table, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col
from sqlmodel import select as select_model

from trace.core import clock, text
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.cosignature import timestamp_of, witnessed
from trace.ledger.note import COSIGNATURE, Signature, VerifierKey, known_signatures
from trace.ledger.spelling import FormatError
from trace.services import ledger, log_identity, tree
from trace.services.audit import AuditAction, note
from trace.services.log import COSIGNATURE as COSIGNED
from trace.services.log import Signed, record
from trace.services.log_identity import LogKey
from trace.tables import Witness as WitnessRow
from trace.tables import WitnessEnd
from trace.tables.base import NAME_LENGTH, key_of

ENDED: Table = WitnessEnd.__table__  # type: ignore[attr-defined]
WITNESS: Table = WitnessRow.__table__  # type: ignore[attr-defined]
MAX_NOTE = 64 * 1024  # bytes of a note that a witness may send
EARLY = timedelta(minutes=10)  # that a witness's clock may be ahead of ours


@dataclass(frozen=True, slots=True)
class Holder:
    """A witness and the newest checkpoint it cosigned: its size (0 for none) and the time by the witness's clock."""

    name: str
    operator: str
    vkey: str
    size: int = 0
    stamped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Witnessed:
    """How far outside witnesses vouch: `ledger` entries there are, those in force, largest checkpoint first."""

    ledger: int
    holders: tuple[Holder, ...] = ()

    @property
    def size(self) -> int:
        """How many entries the largest cosigned checkpoint covers; 0 if nobody outside holds any."""
        return max((one.size for one in self.holders), default=0)

    @property
    def newest(self) -> int:
        """How many witnesses hold a checkpoint of the whole ledger as it is now."""
        return self.covering(self.ledger)

    def covering(self, size: int) -> int:
        """How many witnesses hold a checkpoint of at least `size` entries (> 0)."""
        return sum(one.size >= size > 0 for one in self.holders)


def add(session: Session, vkey: str, operator: str) -> Holder:
    """Register a witness by its verifier key (type 0x04) and who runs it; entered as `witness.added`.

    InvalidInput witness.key, witness.is-log; Conflict witness.taken.
    """
    try:
        key = VerifierKey.parse(vkey.strip())
    except FormatError as error:
        raise InvalidInput("witness.key", "vkey") from error
    if key.kind != COSIGNATURE or len(key.name) > NAME_LENGTH:
        raise InvalidInput("witness.key", "vkey")
    for epoch in log_identity.epochs(session):
        if epoch.origin == key.name or epoch.verifier.public == key.public:
            raise InvalidInput("witness.is-log", "vkey")
    # One key under two names would count as two witnesses.
    for row in session.exec(select_model(WitnessRow)).all():
        if row.name == key.name or VerifierKey.parse(row.vkey).public == key.public:
            raise Conflict("witness.taken", "vkey")
    made = WitnessRow(
        name=key.name,
        vkey=key.text(),
        operator=text.clean(operator, "operator", max_length=NAME_LENGTH),
        recorded_at=clock.now(),
    )
    session.add(made)
    session.flush()
    ledger.append(session, "witness.added", made, organisation=log_identity.organisation(session))
    note(session, None, AuditAction.WITNESS_ADD, key.name)
    return Holder(made.name, made.operator, made.vkey)


def end(session: Session, name: str, reason: str) -> None:
    """Count a witness no longer; entered as `witness.ended`. NotFound witness.unknown, Conflict witness.ended."""
    row = session.exec(select_model(WitnessRow).where(WitnessRow.name == name)).first()
    if row is None:
        raise NotFound("witness.unknown", "name", name=name[:NAME_LENGTH])
    before = session.exec(select_model(WitnessEnd).where(WitnessEnd.witness_id == row.id)).first()
    if before is not None:
        raise Conflict("witness.ended", "name", name=name)
    why = text.clean(reason, "reason", max_length=NAME_LENGTH)
    made = WitnessEnd(witness_id=key_of(row), reason=why, recorded_at=clock.now())
    session.add(made)
    session.flush()
    ledger.append(session, "witness.ended", made, organisation=log_identity.organisation(session))
    note(session, None, AuditAction.WITNESS_END, name)


def in_force(session: Session) -> list[WitnessRow]:
    """The witnesses that count, in the order of their registration."""
    ended = select(ENDED.c.witness_id)
    query = select_model(WitnessRow).where(col(WitnessRow.id).not_in(ended)).order_by(col(WitnessRow.id))
    return list(session.exec(query).all())


def accept(session: Session, sent: bytes) -> list[Holder]:
    """Keep the cosignatures that registered witnesses put under a checkpoint that this log signed.

    InvalidInput witness.note, witness.early; Forbidden witness.not-ours, witness.not-registered; Conflict
    witness.older, witness.beside. The caller's unit needs no ledger lock.
    """
    key = log_identity.in_force(session)
    rows = {VerifierKey.parse(row.vkey): row for row in in_force(session)}
    try:
        checkpoint, signed = open_checkpoint(sent, [key.verifier])
        found = witnessed(signed, list(rows))
        lines = dict(known_signatures(signed, list(rows)))
    except FormatError as error:
        if error.code in ("ledger.unsigned", "ledger.checkpoint-unsigned"):
            raise Forbidden("witness.not-ours") from error
        raise InvalidInput("witness.note", why=str(error)) from error
    if checkpoint.size > ledger.size(session) or tree.root(session, checkpoint.size) != checkpoint.root:
        raise Conflict("witness.beside")
    if not found:
        raise Forbidden("witness.not-registered")
    kept = []
    for verifier, seconds in found:
        if seconds > (clock.now() + EARLY).timestamp():
            raise InvalidInput("witness.early", minutes=int(EARLY.total_seconds()) // 60)
        kept.append((rows[verifier], lines[verifier]))
    own = [one for one in signed.signatures if one.by(key.verifier)]
    record(session, Signed(key, checkpoint, signed.text + "\n" + "".join(one.line() for one in own)))
    return [_keep(session, key, row, line, checkpoint.size, checkpoint.root) for row, line in kept]


def _keep(session: Session, key: LogKey, row: WitnessRow, line: Signature, size: int, root: bytes) -> Holder:
    stamped = datetime.fromtimestamp(timestamp_of(line), UTC)
    here = (COSIGNED.c.witness_id == row.id, COSIGNED.c.epoch == key.epoch)
    newest = session.execute(select(func.max(COSIGNED.c.stamped_at)).where(*here)).scalar_one()
    if newest is not None and newest > stamped:
        raise Conflict("witness.older")
    values = {
        "witness_id": row.id,
        "epoch": key.epoch,
        "size": size,
        "root": root.hex(),
        "line": line.line(),
        "stamped_at": stamped,
        "received_at": clock.now(),
    }
    # One statement, so that a witness that sends twice at once is no error.
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(
        dialect.insert(COSIGNED)
        .values(**values)
        .on_conflict_do_update(index_elements=["epoch", "size", "witness_id"], set_=values)
    )
    return Holder(row.name, row.operator, row.vkey, size, stamped)


def lines_under(session: Session, epoch: int, size: int) -> list[str]:
    """The cosignature lines of witnesses in force under one checkpoint, in the order of their registration."""
    names = [key_of(row) for row in in_force(session)]
    query = select(COSIGNED.c.witness_id, COSIGNED.c.line).where(
        COSIGNED.c.epoch == epoch, COSIGNED.c.size == size, COSIGNED.c.witness_id.in_(names)
    )
    return [row.line for row in session.execute(query.order_by(COSIGNED.c.witness_id))]


def newest_cosigned(session: Session) -> tuple[int, int] | None:
    """Epoch and size of this epoch's largest checkpoint that a witness in force cosigned; None if there is none."""
    key = log_identity.newest(session)
    size = max((one.size for one in holders(session)), default=0)
    return (key.epoch, size) if key and size else None


def holders(session: Session) -> tuple[Holder, ...]:
    """The witnesses in force, each with the largest checkpoint of this epoch it cosigned; the farthest first."""
    key = log_identity.newest(session)
    epoch = key.epoch if key else 0
    found = []
    for row in in_force(session):
        query = select(COSIGNED.c.size, COSIGNED.c.stamped_at).where(
            COSIGNED.c.witness_id == row.id, COSIGNED.c.epoch == epoch
        )
        last = session.execute(query.order_by(COSIGNED.c.size.desc()).limit(1)).one_or_none()
        size, stamped = (last.size, last.stamped_at) if last else (0, None)
        found.append(Holder(row.name, row.operator, row.vkey, size, stamped))
    return tuple(sorted(found, key=lambda one: -one.size))


@dataclass(frozen=True, slots=True)
class Covered:
    """What outside witnesses hold of one batch: its newest entry, and how many witnesses hold a tree with it.

    `newest` hold the whole ledger of `ledger` entries, the farthest witness holds the first `size` (0: nobody any).
    """

    entry: int | None
    witnesses: int
    newest: int
    size: int
    ledger: int


class Summary:
    """Remembers who holds what, for as long as no cosignature arrives and no witness comes or goes.

    Public pages ask for it each time: newest ids are read in place of the rows. A witness that puts its name to the
    same checkpoint once more is not noticed, for only its time is newer. Safe to share between threads.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: tuple[tuple[int | None, ...], tuple[Holder, ...]] | None = None

    def witnessed(self, session: Session) -> Witnessed:
        """How far witnesses vouch for the ledger now."""
        marks = tuple(session.execute(_MARKS).one())
        with self._lock:
            known = self._known
        if known is None or known[0] != marks[1:]:
            known = (marks[1:], holders(session))
            with self._lock:
                self._known = known
        return Witnessed(int(marks[0]), known[1])

    def covered(self, session: Session, number: str) -> Covered:
        """How far witnesses vouch for what the ledger says about a batch."""
        entry = newest_entry(session, number)
        found = self.witnessed(session)
        return Covered(
            entry, 0 if entry is None else found.covering(entry + 1), found.newest, found.size, found.ledger
        )


_MARKS = select(
    select(ledger.HEAD.c.size).scalar_subquery(),
    select(func.max(COSIGNED.c.id)).scalar_subquery(),
    select(func.max(ENDED.c.id)).scalar_subquery(),
    select(func.max(WITNESS.c.id)).scalar_subquery(),
    select(func.max(log_identity.IDENTITY.c.id)).scalar_subquery(),
)


def witnessed_now(session: Session) -> Witnessed:
    """How far witnesses vouch for the ledger now, asked afresh."""
    return Witnessed(ledger.size(session), holders(session))


def newest_entry(session: Session, number: str) -> int | None:
    """The newest entry that is about a batch; None if there is none."""
    found = session.execute(select(func.max(ledger.BATCH.c.seq)).where(ledger.BATCH.c.number == number))
    seq = found.scalar_one()
    return None if seq is None else int(seq)

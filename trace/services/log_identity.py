"""The log's name and key (账本身份): made with the first checkpoint, and anew only after a loss."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Table
from sqlmodel import Session, col, select

from trace.core import clock
from trace.core.errors import Conflict, NotFound, Unavailable
from trace.core.organisation import OrganisationKind
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.note import ED25519, NoteSigner, VerifierKey
from trace.services import keyring, ledger
from trace.services.audit import AuditAction, note
from trace.services.keyring import Keyring
from trace.tables import LogIdentity, Organisation
from trace.tables.base import key_of

IDENTITY: Table = LogIdentity.__table__  # type: ignore[attr-defined]
_EPOCH = re.compile(r"(.*/log)-([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class LogKey:
    """An epoch (纪元) of the log: its number, its verifier key, and the lost checkpoint it was begun after."""

    epoch: int
    verifier: VerifierKey
    lost: tuple[int, str] | None = None

    @property
    def origin(self) -> str:
        """The name of the log in checkpoints."""
        return self.verifier.name


def newest(session: Session) -> LogKey | None:
    """The epoch in force; None before the first checkpoint."""
    row = _row(session)
    return None if row is None else _told(row)


def in_force(session: Session) -> LogKey:
    """The epoch in force; NotFound ledger.empty before the first."""
    found = newest(session)
    if found is None:
        raise NotFound("ledger.empty")
    return found


def epochs(session: Session) -> list[LogKey]:
    """Every epoch there was, oldest first."""
    rows = session.exec(select(LogIdentity).order_by(col(LogIdentity.id))).all()
    return [_told(row) for row in rows]


def _row(session: Session) -> LogIdentity | None:
    return session.exec(select(LogIdentity).order_by(col(LogIdentity.id).desc()).limit(1)).first()


def _told(row: LogIdentity) -> LogKey:
    lost = None if row.lost_size is None else (row.lost_size, row.lost_root or "")
    return LogKey(key_of(row), VerifierKey(row.origin, ED25519, bytes.fromhex(row.public_key)), lost)


def start(session: Session, base_url: str) -> LogKey:
    """Give the log its name and key, entered as `log.started`; what is there already stays.

    The log is the operator's, so the operator's organisation signs; where none is registered, the one that was
    registered first. NotFound ledger.empty if there is no organisation yet: an empty log has nothing to sign.
    """
    return newest(session) or _make(session, _origin(base_url), "log.started")


def restart(session: Session, base_url: str, reason: str, lost: Checkpoint) -> LogKey:
    """Begin a new epoch after `lost` could not be continued: another name, another key, `log.restarted`."""
    before = newest(session)
    if before is not None and before.lost == (lost.size, lost.root.hex()):
        raise Conflict("ledger.restarted-already", origin=before.origin)
    base = _origin(base_url)
    used = [lost.origin, *(one.origin for one in epochs(session))]
    numbers = [int(match[2]) for name in used if (match := _EPOCH.fullmatch(name))]
    origin = f"{base}-{max([1, *numbers]) + 1}"
    return _make(session, origin, "log.restarted", reason, (lost.size, lost.root.hex()))


def _origin(base_url: str) -> str:
    """tlog-tiles, "Parameters": the address of the log without its scheme."""
    return base_url.partition("://")[2] + "/log"


def _make(
    session: Session, origin: str, kind: str, reason: str = "", lost: tuple[int, str] | None = None
) -> LogKey:
    speaker = organisation(session)
    ring: Keyring = session.info[ledger.KEYRING]
    private = Ed25519PrivateKey.generate()
    row = LogIdentity(
        origin=origin,
        public_key=private.public_key().public_bytes_raw().hex(),
        started_at=clock.now(),
        reason=reason,
        lost_size=lost[0] if lost else None,
        lost_root=lost[1] if lost else None,
        sealed=keyring.seal(private.private_bytes_raw(), ring.master, _bound(origin)),
    )
    session.add(row)
    session.flush()
    ledger.append(session, kind, row, organisation=speaker, occurred=row.started_at)
    note(session, None, AuditAction.LOG_START, origin)
    return _told(row)


def organisation(session: Session) -> int:
    """Who speaks for the log: the operator's organisation, else the one registered first."""
    operators = select(Organisation.id).where(Organisation.kind == OrganisationKind.OPERATOR.value)
    anybody = select(Organisation.id)
    for query in (operators, anybody):
        found = session.exec(query.order_by(col(Organisation.id)).limit(1)).first()
        if found is not None:
            return found
    raise NotFound("ledger.empty")


def _bound(origin: str) -> bytes:
    return b"trace-log-v1:" + origin.encode("utf-8")


def signer(session: Session, key: LogKey, master: bytes) -> NoteSigner:
    """Open an epoch's private key; Unavailable ledger.key-sealed if the master key is another."""
    row = session.get_one(LogIdentity, key.epoch)
    try:
        seed = keyring.unseal(row.sealed, master, _bound(row.origin))
    except ValueError as error:
        raise Unavailable("ledger.key-sealed") from error
    made = NoteSigner(row.origin, Ed25519PrivateKey.from_private_bytes(seed))
    if made.key != key.verifier:
        raise Unavailable("ledger.key-sealed")
    return made

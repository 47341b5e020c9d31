"""Signing keys (签名密钥): make, open, end; the private part lies sealed under the master key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from labels.keys import PublicKey
from trace.core import clock, text
from trace.core.errors import Conflict, InvalidInput, NotFound
from trace.core.policy import Action, Actor, require
from trace.services import find, keyring, ledger
from trace.services.audit import AuditAction, note
from trace.services.keyring import Keyring, current, open_key
from trace.tables import SigningKey as KeyRow
from trace.tables import SigningKeyStatus
from trace.tables.base import key_of

__all__ = ["current", "open_key"]


def create(session: Session, actor: Actor | None, organisation_id: int, master: bytes) -> KeyRow:
    """Make the organisation's next key: enter the public part in the ledger, seal the private part."""
    if actor is not None:
        require(actor, Action.KEY_CREATE, organisation_id)
    return _make(session, actor, organisation_id, master)


def _make(session: Session, actor: Actor | None, organisation_id: int, master: bytes) -> KeyRow:
    find.organisation(session, organisation_id)
    row, made = keyring.make(session, organisation_id, master)
    # The key signs its own entry: whoever enters it has the private part.
    ledger.append(session, "key.created", row, organisation=organisation_id, signer=made)
    note(session, actor, AuditAction.KEY_CREATE, f"{made.key_id:05d}")
    return row


def current_or_new(session: Session, actor: Actor, organisation_id: int, master: bytes) -> KeyRow:
    """The current key; a first run makes one, so that a new cooperative can print on its first day."""
    return current(session, organisation_id) or _make(session, actor, organisation_id, master)


def end(
    session: Session,
    actor: Actor | None,
    key_id: int,
    status: str,
    reason: str,
    since: datetime | None = None,
) -> None:
    """Retire a key (signs no more) or revoke it (labels of runs made from `since` on are not ours)."""
    row = session.get(KeyRow, key_id)
    if row is None:
        raise NotFound("key.unknown", key=key_id)
    if actor is not None:
        require(actor, Action.KEY_RETIRE, row.organisation_id)
    if status not in ("retired", "revoked"):
        raise InvalidInput("key.status", "status")
    if any(line.status == status for line in statuses(session, key_id)):
        raise Conflict("key.ended-already", key=key_id)
    # A retired key signs its own end. A revoked one may be in other hands: another key speaks, new if need be.
    ring: Keyring = session.info[ledger.KEYRING]
    signer = ring.key(session, key_id) if status == "retired" and not statuses(session, key_id) else None
    entry = SigningKeyStatus(
        key_id=key_id,
        status=status,
        effective_at=since or clock.now(),
        reason=text.clean(reason, "reason", max_length=200),
        recorded_at=clock.now(),
    )
    session.add(entry)
    session.flush()
    ledger.append(
        session,
        f"key.{status}",
        entry,
        organisation=row.organisation_id,
        occurred=entry.effective_at,
        signer=signer,
    )
    note(session, actor, AuditAction.KEY_STATUS, f"{key_id:05d}:{status}")


def statuses(session: Session, key_id: int) -> list[SigningKeyStatus]:
    """How a key ended, if it did."""
    return list(session.exec(select(SigningKeyStatus).where(SigningKeyStatus.key_id == key_id)).all())


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key with whose it is and, if it was revoked, from when on it counts for nothing."""

    public: PublicKey
    organisation_id: int
    held_by: str
    revoked_from: datetime | None
    retired: bool


def known(session: Session, key_id: int) -> KnownKey | None:
    """The public key with this id."""
    row = session.get(KeyRow, key_id)
    return None if row is None else _known(session, row)


def _known(session: Session, row: KeyRow) -> KnownKey:
    found = statuses(session, key_of(row))
    revoked = [line.effective_at for line in found if line.status == "revoked"]
    return KnownKey(
        PublicKey(key_of(row), bytes.fromhex(row.public_key)),
        row.organisation_id,
        row.held_by,
        min(revoked, default=None),
        bool(found),
    )


def all_known(session: Session) -> list[KnownKey]:
    """Every public key ever registered, oldest first: old labels must stay checkable."""
    return [_known(session, row) for row in session.exec(select(KeyRow).order_by(col(KeyRow.id))).all()]

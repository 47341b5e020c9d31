"""Signing keys (签名密钥): make, open, end; the private part lies sealed under the master key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select as alchemy_select
from sqlmodel import Session, col, select

from labels.errors import BadKey
from labels.keys import PublicKey
from trace.core import clock, text
from trace.core.errors import Conflict, InvalidInput, NotFound
from trace.core.policy import Action, Actor, require
from trace.ledger.envelope import Envelope
from trace.services import find, keyring, ledger
from trace.services.audit import AuditAction, note
from trace.services.keyring import Keyring, current, open_key
from trace.services.ledger import ENTRY
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
    """The current key; the first entry or run makes one, so that a new cooperative can work on its first day."""
    return current(session, organisation_id) or _make(session, actor, organisation_id, master)


@dataclass(frozen=True, slots=True)
class Rotated:
    """The new key, and those that were retired for it."""

    key_id: int
    retired: tuple[int, ...]


def rotate(
    session: Session, actor: Actor | None, organisation_id: int, master: bytes, reason: str
) -> Rotated:
    """A new key in place of all that the organisation signs with, in one unit; old labels and entries stay good."""
    old = [one for one in _of(session, organisation_id) if not statuses(session, one)]
    made = create(session, actor, organisation_id, master)
    for key_id in old:
        end(session, actor, key_id, "retired", reason)
    return Rotated(key_of(made), tuple(old))


def _of(session: Session, organisation_id: int) -> list[int]:
    query = select(KeyRow.id).where(KeyRow.organisation_id == organisation_id).order_by(col(KeyRow.id))
    return [one for one in session.exec(query).all() if one is not None]


def end(
    session: Session,
    actor: Actor | None,
    key_id: int,
    status: str,
    reason: str,
    since: datetime | None = None,
) -> None:
    """Retire a key (signs no more) or revoke it: labels of runs made from `since` on are not ours.

    A key leaks before anybody notices, so `since` may lie in the past; what it signed before holds. Raises
    NotFound key.unknown, InvalidInput key.status or key.since-future, Conflict key.ended-already.
    """
    row = session.get(KeyRow, key_id)
    if row is None:
        raise NotFound("key.unknown", key=key_id)
    if actor is not None:
        require(actor, Action.KEY_RETIRE, row.organisation_id)
    if status not in ("retired", "revoked"):
        raise InvalidInput("key.status", "status")
    ends = {line.status for line in statuses(session, key_id)}
    if status in ends or "revoked" in ends:
        raise Conflict("key.ended-already", key=key_id)
    now = clock.now()
    if since is not None and since > now:
        raise InvalidInput("key.since-future", "since")
    # A retired key signs its own end. A revoked one may be in other hands: another key speaks, new if need be.
    ring: Keyring = session.info[ledger.KEYRING]
    signer = ring.key(session, key_id) if status == "retired" else None
    entry = SigningKeyStatus(
        key_id=key_id,
        status=status,
        effective_at=since or now,
        reason=text.clean(reason, "reason", max_length=200),
        recorded_at=now,
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

    def counts(self, moment: datetime) -> bool:
        """Whether what was signed at `moment` is the organisation's: it was not revoked from before then."""
        return self.revoked_from is None or moment < self.revoked_from


def known(session: Session, key_id: int) -> KnownKey | None:
    """The public key with this id; None too where what stands in the table is no key that can be trusted."""
    row = session.get(KeyRow, key_id)
    return None if row is None else _known(session, row)


def _known(session: Session, row: KeyRow) -> KnownKey | None:
    try:
        public = PublicKey(key_of(row), bytes.fromhex(row.public_key))
    except (BadKey, ValueError):
        # Somebody put a key of small order there, under which anyone can "sign": it counts for nothing.
        return None
    found = statuses(session, key_of(row))
    revoked = [line.effective_at for line in found if line.status == "revoked"]
    return KnownKey(
        public,
        row.organisation_id,
        row.held_by,
        min(revoked, default=None),
        bool(found),
    )


def all_known(session: Session) -> list[KnownKey]:
    """Every public key ever registered, oldest first: old labels must stay checkable."""
    rows = session.exec(select(KeyRow).order_by(col(KeyRow.id))).all()
    return [found for row in rows if (found := _known(session, row)) is not None]


@dataclass(frozen=True, slots=True)
class LeakedUse:
    """An entry signed with a key after it was reported leaked: it may be the organisation's, or the thief's."""

    seq: int
    kind: str
    key_id: int
    leaked_from: datetime


def leaked_since(session: Session) -> list[LeakedUse]:
    """Entries that a revoked key signed from the moment on that it was revoked from, in ledger order.

    No faults: nobody knew then. Whoever audits looks at each, and compares it with paper and people.
    """
    leaked = {
        f"{line.key_id:05d}": line.effective_at
        for line in session.exec(select(SigningKeyStatus).where(SigningKeyStatus.status == "revoked")).all()
    }
    found = []
    for key_id, since in leaked.items():
        # The envelope's member as it is written there; entries that cannot be read are left to the audit.
        query = alchemy_select(ENTRY.c.seq, ENTRY.c.kind, ENTRY.c.envelope).where(
            ENTRY.c.envelope.contains(f'"key":"{key_id}"', autoescape=True)
        )
        for seq, kind, envelope in session.execute(query):
            try:
                said = Envelope.parse(envelope)
                recorded = datetime.fromisoformat(said.recorded)
            except ValueError:
                continue
            if said.key == key_id and recorded >= since:
                found.append(LeakedUse(int(seq), str(kind), int(key_id), since))
    return sorted(found, key=lambda use: use.seq)

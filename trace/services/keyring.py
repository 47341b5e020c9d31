"""The keyring (钥匙串): opens the organisations' private keys to sign ledger entries with, and keeps them open.

A private key lies sealed under the master key (AES-256-GCM); only this process's memory ever holds it in the open.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session, col, func, select

from labels.keys import SigningKey
from trace.core import clock
from trace.core.errors import NotFound, Unavailable
from trace.tables import SigningKey as KeyRow
from trace.tables import SigningKeySecret, SigningKeyStatus
from trace.tables.base import key_of

_NONCE = 12
FIRST_ID = 10_001


class Keyring:
    """Keys by their id, opened once; `master` is 32 bytes, or what gives them when first needed."""

    def __init__(self, master: bytes | Callable[[], bytes]) -> None:
        self._master = master
        self._open: dict[int, SigningKey] = {}

    @property
    def master(self) -> bytes:
        """The 32 bytes that keys are sealed under."""
        if not isinstance(self._master, bytes):
            self._master = self._master()
        return self._master

    def key(self, session: Session, key_id: int) -> SigningKey:
        """An organisation's key; NotFound key.unknown, Unavailable key.sealed."""
        found = self._open.get(key_id)
        if found is None or not _is_stored(session, found):
            found = self._open[key_id] = open_key(session, key_id, self.master)
        return found

    def current(self, session: Session, organisation_id: int) -> SigningKey | None:
        """The organisation's key in force, opened; None if it has none yet."""
        row = current(session, organisation_id)
        return None if row is None else self.key(session, key_of(row))


def _is_stored(session: Session, key: SigningKey) -> bool:
    # A write unit that was rolled back may have made another key with the same id.
    row = session.get(KeyRow, key.key_id)
    return row is not None and row.public_key == key.public.raw.hex()


def make(session: Session, organisation_id: int, master: bytes) -> tuple[KeyRow, SigningKey]:
    """A new key for the organisation: the public part in its row, the private part sealed. Not yet entered."""
    newest = session.exec(select(func.max(KeyRow.id))).one()
    made = SigningKey.generate((newest or FIRST_ID - 1) + 1)
    row = KeyRow(
        id=made.key_id,
        organisation_id=organisation_id,
        public_key=made.public.raw.hex(),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    session.add(SigningKeySecret(key_id=made.key_id, sealed=seal(made.seed, master, bound(made.key_id))))
    session.flush()
    return row, made


def seal(secret: bytes, master: bytes, binding: bytes) -> bytes:
    """AES-256-GCM under the master key; what the secret belongs to is bound in, so none can be swapped."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(master).encrypt(nonce, secret, binding)


def unseal(sealed: bytes, master: bytes, binding: bytes) -> bytes:
    """The secret; ValueError if it was sealed under another key, for another purpose, or damaged."""
    try:
        return AESGCM(master).decrypt(sealed[:_NONCE], sealed[_NONCE:], binding)
    except InvalidTag as error:
        raise ValueError("not sealed under this key") from error


def bound(key_id: int) -> bytes:
    """What a sealed signing key is bound to."""
    return f"trace-key-v1:{key_id:05d}".encode("ascii")


def open_key(session: Session, key_id: int, master: bytes) -> SigningKey:
    """Unseal a private key; Unavailable key.sealed if the master key is not the one it was sealed under."""
    stored = session.get(SigningKeySecret, key_id)
    if stored is None:
        raise NotFound("key.unknown", key=key_id)
    try:
        return SigningKey.from_seed(key_id, unseal(stored.sealed, master, bound(key_id)))
    except ValueError as error:
        raise Unavailable("key.sealed", key=key_id) from error


def current(session: Session, organisation_id: int) -> KeyRow | None:
    """The organisation's newest key that was neither retired nor revoked."""
    query = (
        select(KeyRow)
        .join(SigningKeyStatus, col(SigningKeyStatus.key_id) == col(KeyRow.id), isouter=True)
        .where(KeyRow.organisation_id == organisation_id, col(SigningKeyStatus.id).is_(None))
        .order_by(col(KeyRow.id).desc())
        .limit(1)
    )
    return session.exec(query).first()

"""The keyring (钥匙串): opens the organisations' private keys to sign ledger entries with, and keeps them open.

A private key lies sealed under the master key (AES-256-GCM); only this process's memory ever holds it in the open.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import bindparam, exists
from sqlmodel import Session, func, select

from labels.keys import MAX_KEY_ID, SigningKey
from trace.core import clock
from trace.core.errors import Conflict, NotFound, Unavailable
from trace.tables import SigningKey as KeyRow
from trace.tables import SigningKeySecret, SigningKeyStatus

_NONCE = 12
FIRST_ID = 10_001

_KEYS, _ENDS = KeyRow.__table__, SigningKeyStatus.__table__  # type: ignore[attr-defined]
# Asked for every entry, so made once; a key that ended has a status, whichever.
_CURRENT = (
    select(_KEYS.c.id, _KEYS.c.public_key)
    .where(
        _KEYS.c.organisation_id == bindparam("organisation"),
        ~exists().where(_ENDS.c.key_id == _KEYS.c.id),
    )
    .order_by(_KEYS.c.id.desc())
    .limit(1)
)


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
        row = session.get(KeyRow, key_id)
        if row is None:
            raise NotFound("key.unknown", key=key_id)
        return self._opened(session, key_id, row.public_key)

    def current(self, session: Session, organisation_id: int) -> SigningKey | None:
        """The organisation's key in force, opened; None if it has none yet."""
        row = session.connection().execute(_CURRENT, {"organisation": organisation_id}).one_or_none()
        return None if row is None else self._opened(session, row.id, row.public_key)

    def _opened(self, session: Session, key_id: int, public: str) -> SigningKey:
        found = self._open.get(key_id)
        # A write unit that was rolled back may have made another key with the same id.
        if found is None or found.public.raw.hex() != public:
            found = self._open[key_id] = open_key(session, key_id, self.master)
        return found


def make(session: Session, organisation_id: int, master: bytes) -> tuple[KeyRow, SigningKey]:
    """A new key for the organisation: the public part in its row, the private part sealed. Not yet entered.

    Conflict key.ids-used-up once all that labels have digits for are taken.
    """
    newest = session.exec(select(func.max(KeyRow.id))).one() or FIRST_ID - 1
    if newest >= MAX_KEY_ID:
        raise Conflict("key.ids-used-up", most=MAX_KEY_ID)
    made = SigningKey.generate(newest + 1)
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
    """Unseal a private key; Unavailable key.sealed if the master key is not the one it was sealed under.

    The same if it does not fit the public key: what it signed would hold nowhere.
    """
    stored = session.get(SigningKeySecret, key_id)
    if stored is None:
        raise NotFound("key.unknown", key=key_id)
    try:
        found = SigningKey.from_seed(key_id, unseal(stored.sealed, master, bound(key_id)))
    except ValueError as error:
        raise Unavailable("key.sealed", key=key_id) from error
    if found.public.raw.hex() != session.get_one(KeyRow, key_id).public_key:
        raise Unavailable("key.sealed", key=key_id)
    return found


def current(session: Session, organisation_id: int) -> KeyRow | None:
    """The organisation's newest key that was neither retired nor revoked."""
    row = session.connection().execute(_CURRENT, {"organisation": organisation_id}).one_or_none()
    return None if row is None else session.get_one(KeyRow, row.id)

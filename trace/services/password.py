"""Passwords (密码): Argon2id hashes, and the counted attempt that makes guessing wait."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import or_, update
from sqlmodel import Session, col, select

from trace.core import account, clock
from trace.core.errors import SignedOut, TraceError
from trace.db import Database
from trace.services import audit
from trace.services.audit import AuditAction
from trace.tables import User
from trace.tables.base import key_of

# OWASP's smallest recommended Argon2id setting: a county's small server has little memory for many
# sign-ins at once.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hashed(password: str) -> str:
    """The Argon2id hash (RFC 9106) of a password that `core.account.password` has let through."""
    return _HASHER.hash(password)


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    """Checked for unknown names, so that they answer no sooner than known ones."""
    return _HASHER.hash("nobody has this password")


def matches(password_hash: str, password: str) -> bool:
    """Whether the password is the one that was hashed."""
    try:
        return _HASHER.verify(password_hash, account.plain_password(password))
    except VerifyMismatchError:
        return False


def attempt(db: Database, username: str, password: str) -> int:
    """Return the id of the active user with this name and password.

    Refuses with SignedOut: account.wrong, account.locked, account.disabled. Each try is counted in a
    transaction of its own before the password is looked at: a refusal cannot roll the count back, and
    guesses sent side by side cannot slip past it. Hashing holds no lock.
    """
    name = account.plain_username(username)
    with db.write(ledger=False) as session:
        user = _counted(session, name)
    right = matches(user.password_hash if user else _nobodys_hash(), password[: account.PASSWORD_MAX + 1])
    if user is None or not right:
        if user is not None:
            with db.write(ledger=False) as session:
                audit.note(session, None, AuditAction.USER_SIGN_IN_FAIL, f"user:{user.id}")
        raise SignedOut("account.wrong", "password")
    if not user.active:
        raise SignedOut("account.disabled")
    stale = _HASHER.check_needs_rehash(user.password_hash)
    fresh = hashed(account.plain_password(password)) if stale else None
    with db.write(ledger=False) as session:
        found = session.get_one(User, user.id)
        found.failures = 0
        found.locked_until = None
        if fresh and found.password_hash == user.password_hash:
            found.password_hash = fresh
        session.add(found)
    return key_of(user)


def _counted(session: Session, name: str) -> User | None:
    """The user, this try counted as wrong until it proves right; SignedOut account.locked while locked."""
    now = clock.now()
    counted = session.execute(
        update(User)
        .where(
            col(User.username) == name, or_(col(User.locked_until).is_(None), col(User.locked_until) <= now)
        )
        .values(failures=col(User.failures) + 1)
        .returning(col(User.id))
    ).scalar_one_or_none()
    user = session.exec(select(User).where(User.username == name)).one_or_none()
    if user is None:
        return None
    if counted is None:
        raise locked(user)
    wait = account.lock_seconds(user.failures)
    if wait:
        user.locked_until = now + timedelta(seconds=wait)
        session.add(user)
    return user


def locked(user: User) -> TraceError:
    """The refusal that says how long the user must wait, in whole minutes rounded up."""
    left = (user.locked_until - clock.now()).total_seconds() if user.locked_until else 0
    return SignedOut("account.locked", "password", minutes=max(1, -int(-left // 60)))

"""Sign-ins (登录): opened, looked up on each request, moved between organisations, ended."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from trace.core import account, clock
from trace.core.errors import Forbidden, InvalidInput, NotFound, SignedOut
from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Actor
from trace.db import Database
from trace.services import audit
from trace.services.audit import AuditAction
from trace.services.password import attempt, hashed
from trace.tables import LoginSession, Membership, Organisation, User

SEEN_EVERY = timedelta(minutes=10)
# Ended sign-ins are kept so long for their owner to look at.
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh sign-in; the token is told once, only its hash is stored."""

    token: str
    actor: Actor
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """What a token stands for on one request."""

    actor: Actor
    username: str
    organisation: str
    sign_in: str
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of a person's list of sign-ins; `id` is the hash of its token."""

    id: str
    device: str
    organisation: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


def token_hash(token: str) -> str:
    """The SHA-256 under which a token is stored; tokens are 256 random bits, so no salt is needed."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def sign_in(db: Database, username: str, password: str, *, device: str = "", hours: int = 12) -> SignedIn:
    """Check the password and open a sign-in for `hours`.

    Refuses with SignedOut (account.wrong, account.locked, account.disabled) and Forbidden
    account.no-organisation. Takes the database rather than a session because counting the try must
    outlive the refusal.
    """
    user_id = attempt(db, username, password)
    with db.write(ledger=False) as session:
        return open_session(session, user_id, device=device, hours=hours)


def open_session(session: Session, user_id: int, *, device: str = "", hours: int = 12) -> SignedIn:
    """Open a sign-in for a user who has proved who they are, in the organisation they last acted for.

    Forbidden account.no-organisation if they belong to none.
    """
    now = clock.now()
    last = session.exec(
        select(LoginSession.organisation_id)
        .where(LoginSession.user_id == user_id)
        .order_by(col(LoginSession.seen_at).desc())
        .limit(1)
    ).first()
    actors = {int(actor.org_id): actor for actor, _name in _actors(session, user_id)}
    if not actors:
        raise Forbidden("account.no-organisation")
    actor = actors[last] if last in actors else next(iter(actors.values()))
    session.execute(
        delete(LoginSession).where(
            col(LoginSession.user_id) == user_id, col(LoginSession.expires_at) < now - KEPT
        )
    )
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=token_hash(token),
        user_id=user_id,
        organisation_id=int(actor.org_id),
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=hours),
        device=device[:200],
    )
    session.add(row)
    audit.note(session, actor, AuditAction.USER_SIGN_IN, f"user:{user_id}")
    return SignedIn(token, actor, row.expires_at)


def _actors(session: Session, user_id: int) -> list[tuple[Actor, str]]:
    """Everything a user may act as, by the organisations' names."""
    rows = session.exec(
        select(User, Membership, Organisation)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(User.id) == user_id)
        .order_by(col(Organisation.name))
    )
    return [(_actor(*row), row[2].name) for row in rows]


def _actor(user: User, membership: Membership, organisation: Organisation) -> Actor:
    return Actor(
        user_id=membership.user_id,
        org_id=membership.organisation_id,
        org_kind=OrganisationKind(organisation.kind),
        role=Role(membership.role),
        name=user.display_name,
    )


def visit_of(session: Session, token: str) -> Visit | None:
    """Who is behind a token; None if it is unknown, expired, revoked, or its user or membership is gone."""
    row = session.exec(
        select(LoginSession, User, Membership, Organisation)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .join(Organisation, col(Organisation.id) == col(LoginSession.organisation_id))
        .join(
            Membership,
            (col(Membership.user_id) == col(LoginSession.user_id))
            & (col(Membership.organisation_id) == col(LoginSession.organisation_id)),
        )
        .where(LoginSession.token_hash == token_hash(token))
        .where(col(LoginSession.revoked_at).is_(None))
        .where(col(LoginSession.expires_at) > clock.now())
        .where(col(User.active))
    ).one_or_none()
    if row is None:
        return None
    login, user, membership, organisation = row
    return Visit(
        _actor(user, membership, organisation),
        user.username,
        organisation.name,
        login.token_hash,
        login.seen_at,
        login.expires_at,
    )


def actor_of(session: Session, token: str) -> Actor | None:
    """The actor behind a token, or None; see `visit_of`."""
    visit = visit_of(session, token)
    return visit.actor if visit else None


def owner_of(session: Session, token: str) -> int | None:
    """Whose sign-in it is, or was, even if it has ended."""
    row = session.get(LoginSession, token_hash(token))
    return row.user_id if row else None


def seen(session: Session, visit: Visit) -> None:
    """Note that a sign-in is in use; coarse, so that reading pages does not mean writing."""
    session.execute(
        update(LoginSession).where(col(LoginSession.token_hash) == visit.sign_in).values(seen_at=clock.now())
    )


def switch(session: Session, token: str, organisation_id: int) -> Actor:
    """Act for another of one's organisations from now on; Forbidden account.not-member."""
    visit = visit_of(session, token)
    if visit is None:
        raise SignedOut("account.signed-out")
    for actor, _name in _actors(session, int(visit.actor.user_id)):
        if actor.org_id == organisation_id:
            session.execute(
                update(LoginSession)
                .where(col(LoginSession.token_hash) == visit.sign_in)
                .values(organisation_id=organisation_id)
            )
            return actor
    raise Forbidden("account.not-member", "organisation")


def organisations(session: Session, actor: Actor) -> list[tuple[Actor, str]]:
    """Everything the person may act as: (actor, the organisation's name)."""
    return _actors(session, int(actor.user_id))


def sign_ins(session: Session, actor: Actor) -> list[SignIn]:
    """The person's own live sign-ins, the latest used first."""
    rows = session.exec(
        select(LoginSession, Organisation.name)
        .join(Organisation, col(Organisation.id) == col(LoginSession.organisation_id))
        .where(LoginSession.user_id == int(actor.user_id))
        .where(col(LoginSession.revoked_at).is_(None))
        .where(col(LoginSession.expires_at) > clock.now())
        .order_by(col(LoginSession.seen_at).desc())
    )
    return [
        SignIn(row.token_hash, row.device, name, row.created_at, row.seen_at, row.expires_at)
        for row, name in rows
    ]


def sign_out(session: Session, token: str) -> None:
    """End the sign-in of this token; a token that is no longer good is no mistake."""
    visit = visit_of(session, token)
    if visit is not None:
        revoke(session, visit.actor, visit.sign_in)


def revoke(session: Session, actor: Actor, sign_in_id: str) -> None:
    """End one of one's own sign-ins (a lost phone); NotFound account.no-sign-in."""
    ended = session.execute(
        update(LoginSession)
        .where(col(LoginSession.token_hash) == sign_in_id, col(LoginSession.user_id) == int(actor.user_id))
        .where(col(LoginSession.revoked_at).is_(None))
        .values(revoked_at=clock.now())
        .returning(col(LoginSession.token_hash))
    ).scalar_one_or_none()
    if ended is None:
        raise NotFound("account.no-sign-in")
    audit.note(session, actor, AuditAction.USER_SIGN_OUT, f"user:{actor.user_id}")


def revoke_all(session: Session, user_id: int, *, keep: str = "") -> None:
    """End every sign-in of a user but the one with the hash `keep`."""
    session.execute(
        update(LoginSession)
        .where(col(LoginSession.user_id) == user_id, col(LoginSession.token_hash) != keep)
        .where(col(LoginSession.revoked_at).is_(None))
        .values(revoked_at=clock.now())
    )


def change_password(db: Database, visit: Visit, *, old: str, new: str) -> None:
    """Change one's own password and end one's other sign-ins; a wrong `old` counts as a wrong sign-in.

    Refuses with InvalidInput account.password-… and SignedOut account.locked.
    """
    user_id = int(visit.actor.user_id)
    fresh = account.password(new, visit.username)
    if account.plain_password(old) == fresh:
        raise InvalidInput("account.password-same", "password")
    try:
        attempt(db, visit.username, old)
    except SignedOut as refusal:
        if refusal.code == "account.wrong":
            raise InvalidInput("account.password-wrong", "old_password") from None
        raise
    new_hash = hashed(fresh)
    with db.write(ledger=False) as session:
        user = session.get_one(User, user_id)
        user.password_hash = new_hash
        session.add(user)
        revoke_all(session, user_id, keep=visit.sign_in)
        audit.note(session, visit.actor, AuditAction.USER_PASSWORD, f"user:{user_id}")

"""People (用户) and their roles in organisations: create, add, remove, new password, disable."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from trace.core import account, clock, text
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Action, Actor, may, require
from trace.services import audit, find
from trace.services.audit import AuditAction
from trace.services.password import hashed
from trace.services.session import revoke_all
from trace.tables import Membership, Organisation, User
from trace.tables.base import key_of

# Without the letters that are read for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Place:
    """A role in an organisation."""

    organisation_id: int
    organisation: str
    kind: OrganisationKind
    role: Role


@dataclass(frozen=True, slots=True)
class Person:
    """A user, with the places that the reader of this may see."""

    id: int
    username: str
    display_name: str
    active: bool
    places: tuple[Place, ...]


def new_password() -> str:
    """A fresh password to hand over: three groups of five, about 74 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(3))


def create_user(
    session: Session,
    actor: Actor | None,
    *,
    username: str,
    display_name: str,
    password: str,
    organisation_id: int | None = None,
    role: str = Role.CLERK,
) -> Person:
    """Create a user, in an organisation unless the operator's command line (`actor` None) leaves it out.

    Refuses with InvalidInput (name, password, role), Conflict account.username-taken, Forbidden.
    """
    if organisation_id is not None:
        _require_may_give(actor, find.organisation(session, organisation_id), _role(role))
    elif actor is not None:
        raise InvalidInput("account.organisation", "organisation")
    name = account.username(username)
    secret = account.password(password, name)
    shown = text.clean(display_name, "display_name", max_length=60, name=True)
    if session.exec(select(User.id).where(User.username == name)).first() is not None:
        raise Conflict("account.username-taken", "username")
    user = User(username=name, display_name=shown, password_hash=hashed(secret), created_at=clock.now())
    session.add(user)
    session.flush()
    audit.note(session, actor, AuditAction.USER_CREATE, f"user:{user.id}")
    if organisation_id is not None:
        add_membership(session, actor, key_of(user), organisation_id, role)
    return person(session, key_of(user))


def add_membership(
    session: Session, actor: Actor | None, user_id: int, organisation_id: int, role: str
) -> Place:
    """Give a user a role in an organisation; Conflict account.already-member."""
    organisation = find.organisation(session, organisation_id)
    given = _role(role)
    _require_may_give(actor, organisation, given)
    _user(session, user_id)
    if session.get(Membership, (user_id, organisation_id)) is not None:
        raise Conflict("account.already-member", "username")
    session.add(Membership(user_id=user_id, organisation_id=organisation_id, role=given.value))
    session.flush()
    audit.note(
        session,
        actor,
        AuditAction.MEMBERSHIP_ADD,
        f"user:{user_id} organisation:{organisation_id} {given.value}",
    )
    return Place(organisation_id, organisation.name, OrganisationKind(organisation.kind), given)


def remove_membership(session: Session, actor: Actor | None, user_id: int, organisation_id: int) -> None:
    """Take a user out of an organisation and end their sign-ins; what they recorded stays."""
    _require_reach(session, actor, [_place_or_404(session, user_id, organisation_id)])
    _keep_an_operator(session, user_id, only=organisation_id)
    session.execute(
        delete(Membership).where(
            col(Membership.user_id) == user_id, col(Membership.organisation_id) == organisation_id
        )
    )
    revoke_all(session, user_id)
    audit.note(
        session, actor, AuditAction.MEMBERSHIP_REMOVE, f"user:{user_id} organisation:{organisation_id}"
    )


def set_password(session: Session, actor: Actor | None, user_id: int, password: str) -> None:
    """Give a user a new password (forgotten, or leaked), lift any lock, end every sign-in."""
    user = _reachable(session, actor, user_id)
    user.password_hash = hashed(account.password(password, user.username))
    user.failures = 0
    user.locked_until = None
    session.add(user)
    revoke_all(session, user_id)
    audit.note(session, actor, AuditAction.USER_PASSWORD, f"user:{user_id}")


def disable(session: Session, actor: Actor | None, user_id: int) -> None:
    """Stop a user from signing in, and end every sign-in; Conflict account.last-operator."""
    user = _reachable(session, actor, user_id)
    _keep_an_operator(session, user_id)
    user.active = False
    session.add(user)
    revoke_all(session, user_id)
    audit.note(session, actor, AuditAction.USER_DISABLE, f"user:{user_id}")


def person(session: Session, user_id: int) -> Person:
    """One user with every place; NotFound account.not-found."""
    return _persons(session, [_user(session, user_id)], places_of(session, [user_id]))[0]


def named(session: Session, username: str) -> Person:
    """The user of this name; NotFound account.not-found."""
    name = account.plain_username(username)
    user = session.exec(select(User).where(User.username == name)).one_or_none()
    if user is None:
        raise NotFound("account.not-found", "username")
    return person(session, key_of(user))


def people(session: Session, actor: Actor | None) -> list[Person]:
    """The users that the actor may manage, by name: everybody for the operator, else one's own colleagues."""
    wanted = select(User).order_by(col(User.username))
    everybody = actor is None or actor.org_kind is OrganisationKind.OPERATOR
    if actor is not None:
        require(actor, Action.USER_CREATE, actor.org_id)
        if not everybody:
            mine = select(Membership.user_id).where(Membership.organisation_id == int(actor.org_id))
            wanted = wanted.where(col(User.id).in_(mine))
    users = list(session.exec(wanted))
    places = places_of(session, [key_of(user) for user in users])
    if actor is not None and not everybody:
        # Where else a colleague works is not one's business.
        places = {
            user: [place for place in held if place.organisation_id == actor.org_id]
            for user, held in places.items()
        }
    return _persons(session, users, places)


def places_of(session: Session, user_ids: Iterable[int]) -> dict[int, list[Place]]:
    """The places of each of these users, by the organisations' names."""
    rows = session.exec(
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(col(Membership.user_id).in_(list(user_ids)))
        .order_by(col(Organisation.name))
    )
    found: dict[int, list[Place]] = {}
    for membership, organisation in rows:
        place = Place(
            membership.organisation_id,
            organisation.name,
            OrganisationKind(organisation.kind),
            Role(membership.role),
        )
        found.setdefault(membership.user_id, []).append(place)
    return found


def _persons(session: Session, users: list[User], places: dict[int, list[Place]]) -> list[Person]:
    return [
        Person(
            key_of(user), user.username, user.display_name, user.active, tuple(places.get(key_of(user), ()))
        )
        for user in users
    ]


def _user(session: Session, user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("account.not-found")
    return user


def _role(raw: str) -> Role:
    try:
        return Role(raw)
    except ValueError:
        raise InvalidInput("account.role", "role") from None


def _place_or_404(session: Session, user_id: int, organisation_id: int) -> Place:
    for place in places_of(session, [user_id]).get(user_id, []):
        if place.organisation_id == organisation_id:
            return place
    raise NotFound("account.not-found")


def _require_may_give(actor: Actor | None, organisation: Organisation, role: Role) -> None:
    """Only a manager of the platform makes people of the platform; anyone else within their reach."""
    if actor is None:
        return
    require(actor, Action.USER_CREATE, organisation.id)
    if organisation.kind == OrganisationKind.OPERATOR and actor.role is not Role.MANAGER:
        raise Forbidden("organisation.may-not")


def _require_reach(session: Session, actor: Actor | None, places: Iterable[Place]) -> None:
    """The actor must be allowed to manage people in every one of these places."""
    if actor is None:
        return
    for place in places:
        require(actor, Action.USER_DISABLE, place.organisation_id)


def _reachable(session: Session, actor: Actor | None, user_id: int) -> User:
    """The user, if all their places are within the actor's reach; a stranger is not found."""
    user = _user(session, user_id)
    if actor is None:
        return user
    places = places_of(session, [user_id]).get(user_id, [])
    if not any(may(actor, Action.USER_DISABLE, place.organisation_id) for place in places):
        require(actor, Action.USER_DISABLE, actor.org_id)
        if actor.org_kind is not OrganisationKind.OPERATOR:
            raise NotFound("account.not-found")
    _require_reach(session, actor, places)
    return user


def _keep_an_operator(session: Session, user_id: int, only: int | None = None) -> None:
    """Refuse to take away the last active manager of the platform."""
    managers = session.exec(
        select(Membership.user_id, Membership.organisation_id)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .join(User, col(User.id) == col(Membership.user_id))
        .where(Organisation.kind == OrganisationKind.OPERATOR.value)
        .where(Membership.role == Role.MANAGER.value)
        .where(col(User.active))
    ).all()
    left = [found for found in managers if found[0] != user_id or (only is not None and found[1] != only)]
    if managers and not left:
        raise Conflict("account.last-operator")

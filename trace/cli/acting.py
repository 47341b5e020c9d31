"""In whose name a command acts: the person named by `--as`, or the only one who may do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click
from sqlmodel import Session, select

from trace.core.errors import Forbidden, NotFound
from trace.core.policy import Action, Actor, may
from trace.services import account, find
from trace.services.account import Person
from trace.tables import Organisation
from trace.tables.base import key_of

Fits = Callable[[Actor], bool]

as_user = click.option(
    "--as",
    "user",
    metavar="USER",
    help="以谁的名义（用户名） Who acts, by user name; may be left out if only one person can.",
)


def acting(session: Session, user: str | None, fits: Fits) -> Actor:
    """The person of that name if one of their roles `fits`, or else the only person whose role does.

    Forbidden for a named person who may not, click.UsageError where nobody or more than one could be meant.
    """
    if user is not None:
        person = account.named(session, user)
        if not person.active:
            raise Forbidden("account.disabled")
        found = [actor for actor in _actors(person) if fits(actor)]
        if not found:
            raise Forbidden("organisation.may-not")
        return found[0]
    able = [
        (person, actor)
        for person in account.people(session, None)
        if person.active
        for actor in _actors(person)
        if fits(actor)
    ]
    if len(able) != 1:
        names = ", ".join(sorted({person.username for person, _ in able})[:20])
        said = f"能办的有 these could: {names}" if able else "没有人能办 nobody could"
        raise click.UsageError(f"请用 --as 说明是谁 Say who acts with --as USER; {said}")
    person, actor = able[0]
    click.echo(f"以 {person.username}（{actor.name}）的名义 Acting as {person.username}", err=True)
    return actor


def _actors(person: Person) -> Iterator[Actor]:
    for place in person.places:
        yield Actor(person.id, place.organisation_id, place.kind, place.role, person.display_name)


def for_batch(session: Session, number: str, action: Action) -> Fits:
    """Who may do this to the batch with this number; NotFound batch.unknown."""
    owner = find.public_batch(session, number).organisation_id
    return lambda actor: may(actor, action, owner)


def for_own(action: Action) -> Fits:
    """Who may do this for their own organisation."""
    return lambda actor: may(actor, action, actor.org_id)


def organisation_id(session: Session, wanted: str) -> int:
    """An organisation by its number or its exact name; NotFound organisation.unknown."""
    numbered = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    found = session.get(Organisation, int(wanted)) if numbered else None
    found = found or session.exec(select(Organisation).where(Organisation.name == wanted)).one_or_none()
    if found is None:
        raise NotFound("organisation.unknown", "org")
    return key_of(found)

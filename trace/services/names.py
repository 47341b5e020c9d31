"""Names of organisations and people by id, many at once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session, col, select

from trace.tables import Organisation, User


def organisation_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names of organisations by id."""
    query = select(Organisation.id, Organisation.name).where(col(Organisation.id).in_(list(ids)))
    return {identity: name for identity, name in session.exec(query).all() if identity is not None}


def people_names(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Names of people by id, as records show them."""
    query = select(User.id, User.display_name).where(col(User.id).in_(list(ids)))
    return {identity: name for identity, name in session.exec(query).all() if identity is not None}

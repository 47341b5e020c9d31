"""Organisations (主体) taking part: created by the operator, entered in the ledger, listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from trace.core import clock, region, text
from trace.core.errors import Conflict, InvalidInput, InvalidInputs, TraceError
from trace.core.organisation import OrganisationKind
from trace.core.policy import Action, Actor, require
from trace.services import ledger
from trace.services.audit import AuditAction, note
from trace.tables import Membership, Organisation
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation as typed; only kind and name must be there."""

    kind: str
    name: str
    name_en: str = ""
    credit_code: str = ""
    region_code: str = ""
    township: str = ""
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list of organisations."""

    id: int
    kind: OrganisationKind
    name: str
    credit_code: str
    region_code: str
    township: str
    people: int


def create_organisation(session: Session, actor: Actor | None, given: NewOrganisation) -> Listed:
    """Register an organisation and enter it in the ledger; `actor` None is the operator's command line.

    Refuses with InvalidInputs for what is typed wrong, Conflict organisation.name-taken or
    organisation.credit-code-taken, Forbidden.
    """
    if actor is not None:
        require(actor, Action.ORGANISATION_CREATE, None)
    row = _checked(given)
    if session.exec(select(Organisation.id).where(Organisation.name == row.name)).first() is not None:
        raise Conflict("organisation.name-taken", "name")
    if row.credit_code is not None:
        same = select(Organisation.id).where(Organisation.credit_code == row.credit_code)
        if session.exec(same).first() is not None:
            raise Conflict("organisation.credit-code-taken", "credit_code")
    session.add(row)
    session.flush()
    ledger.append(session, "organisation.created", row, organisation=key_of(row))
    note(session, actor, AuditAction.ORGANISATION_CREATE, f"organisation:{row.id}")
    return _listed(row, 0)


def organisations(session: Session, actor: Actor | None) -> list[Listed]:
    """Every organisation by name, with how many people act for it: for the operator."""
    if actor is not None:
        require(actor, Action.ORGANISATION_CREATE, None)
    rows = session.exec(
        select(Organisation, func.count(col(Membership.user_id)))
        .outerjoin(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .group_by(*Organisation.__table__.c)  # type: ignore[attr-defined]  # SQLModel does not declare it
        .order_by(col(Organisation.name))
    )
    return [_listed(row, people) for row, people in rows]


def credit_code(raw: str) -> str | None:
    """The 18 characters of a 统一社会信用代码 (GB 32100), check character and all; None for nothing typed.

    InvalidInput organisation.credit-code otherwise.
    """
    typed = text.clean(raw, "credit_code", max_length=40, required=False)
    if not typed:
        return None
    try:
        return str(uscc.validate(typed.upper()))
    except ValidationError:
        raise InvalidInput("organisation.credit-code", "credit_code") from None


def _kind(raw: str) -> str:
    try:
        return OrganisationKind(raw).value
    except ValueError:
        raise InvalidInput("organisation.kind", "kind") from None


def _checked(given: NewOrganisation) -> Organisation:
    """The row, or every refusal at once."""
    errors: list[TraceError] = []
    values: dict[str, str | None] = {}
    checks: dict[str, Callable[[], str | None]] = {
        "kind": lambda: _kind(given.kind),
        "name": lambda: text.clean(given.name, "name", max_length=100, name=True),
        "name_en": lambda: text.clean(given.name_en, "name_en", max_length=200, required=False, name=True),
        "credit_code": lambda: credit_code(given.credit_code),
        "region_code": lambda: (
            region.check(given.region_code, "region_code") if given.region_code.strip() else ""
        ),
        "township": lambda: text.clean(given.township, "township", max_length=60, required=False, name=True),
        "address": lambda: text.clean(given.address, "address", max_length=200, required=False),
        "phone": lambda: text.clean(given.phone, "phone", max_length=40, required=False),
    }
    for field, check in checks.items():
        try:
            values[field] = check()
        except InvalidInput as refusal:
            errors.append(refusal)
    if errors:
        raise InvalidInputs(errors)
    return Organisation.model_validate({**values, "created_at": clock.now()})


def _listed(row: Organisation, people: int) -> Listed:
    return Listed(
        key_of(row),
        OrganisationKind(row.kind),
        row.name,
        row.credit_code or "",
        row.region_code,
        row.township,
        people,
    )

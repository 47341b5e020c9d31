"""Organisations are registered once, with a right credit code, and entered in the ledger."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from tests.support.accounts import make_user
from tests.support.makers import credit_code
from trace.core.errors import Conflict, Forbidden, InvalidInput, InvalidInputs
from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Actor
from trace.db import Database
from trace.services import organisation
from trace.services.organisation import Listed, NewOrganisation
from trace.tables import LedgerEntry, Organisation

COOP = {
    "kind": "cooperative",
    "name": "示例琴江合作社",
    "credit_code": credit_code(1),
    "region_code": "360735",
}


def create(db: Database, actor: Actor | None = None, **given: str) -> Listed:
    with db.write() as unit:
        return organisation.create_organisation(unit, actor, NewOrganisation(**{**COOP, **given}))


def test_an_organisation_is_entered_in_the_ledger_without_its_telephone(db: Database) -> None:
    made = create(db, phone="13800000000")
    with db.read() as unit:
        key, entry = unit.exec(select(LedgerEntry).order_by(col(LedgerEntry.seq))).all()
        assert (key.kind, key.subject) == ("key.created", "signing_key")
        assert (entry.kind, entry.subject, entry.subject_id) == (
            "organisation.created",
            "organisation",
            made.id,
        )
        assert unit.get_one(Organisation, made.id).phone == "13800000000"
        assert "13800000000" not in entry.envelope
        assert organisation.organisations(unit, None) == [made]


@pytest.mark.parametrize("typed", [credit_code(7).lower(), f" {credit_code(7)[:8]} {credit_code(7)[8:]} "])
def test_a_credit_code_is_kept_in_one_form(typed: str) -> None:
    assert organisation.credit_code(typed) == credit_code(7)


@pytest.mark.parametrize("typed", ["1", credit_code(7)[:-1], credit_code(7) + "0", "I" + credit_code(7)[1:]])
def test_a_wrong_credit_code_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"organisation.credit-code"):
        organisation.credit_code(typed)


def test_one_wrong_character_is_found() -> None:
    right = credit_code(7)
    for place, letter in enumerate(right):
        wrong = right[:place] + ("2" if letter != "2" else "3") + right[place + 1 :]
        with pytest.raises(InvalidInput):
            organisation.credit_code(wrong)


def test_without_a_code_there_may_be_many(db: Database) -> None:
    create(db, credit_code="")
    assert create(db, credit_code="", name="示例另一家").credit_code == ""


def test_names_and_codes_are_taken_once(db: Database) -> None:
    create(db)
    with pytest.raises(Conflict, match=r"organisation.name-taken"):
        create(db, credit_code="")
    with pytest.raises(Conflict, match=r"organisation.credit-code-taken"):
        create(db, name="示例另一家")
    with db.read() as unit:
        assert len(organisation.organisations(unit, None)) == 1


def test_everything_wrong_is_told_at_once(db: Database) -> None:
    with pytest.raises(InvalidInputs) as refusal:
        create(db, kind="king", name=" ", credit_code="1", region_code="99", address="\x00")
    assert [error.field for error in refusal.value.errors] == [
        "kind",
        "name",
        "credit_code",
        "region_code",
        "address",
    ]


@pytest.mark.parametrize(
    ("kind", "role", "allowed"),
    [
        (OrganisationKind.OPERATOR, Role.MANAGER, True),
        (OrganisationKind.OPERATOR, Role.CLERK, True),
        (OrganisationKind.OPERATOR, Role.READER, False),
        (OrganisationKind.COOPERATIVE, Role.MANAGER, False),
        (OrganisationKind.REGULATOR, Role.MANAGER, False),
    ],
)
def test_who_may_register(db: Database, kind: OrganisationKind, role: Role, allowed: bool) -> None:
    platform = create(db, kind=kind.value, name="示例单位", credit_code="")
    actor = Actor(make_user(db, "somebody", (platform.id, role)), platform.id, kind, role, "示例")
    if allowed:
        assert create(db, actor)
        return
    with pytest.raises(Forbidden):
        create(db, actor)
    with db.read() as unit, pytest.raises(Forbidden):
        organisation.organisations(unit, actor)

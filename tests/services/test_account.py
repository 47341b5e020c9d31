"""People and their places: who may make, change and end accounts, and whose."""

from __future__ import annotations

import pytest
from sqlmodel import select

from tests.support.accounts import PASSWORD, Village, make_user, make_village
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.core.organisation import OrganisationKind, Role
from trace.core.policy import Actor
from trace.db import Database
from trace.services import account, session
from trace.tables import Audit, User

KINDS = OrganisationKind
GOOD = "塘边 种莲 三亩 good"


@pytest.fixture
def village(db: Database) -> Village:
    return make_village(db)


def actor(db: Database, user_id: int) -> Actor:
    with db.write(ledger=False) as unit:
        return session.open_session(unit, user_id).actor


def create(
    db: Database, by: int | None, organisation: int | None, role: str = "clerk", **given: str
) -> account.Person:
    who = actor(db, by) if by else None
    values = {"username": "new-one", "display_name": "示例新人", "password": GOOD, **given}
    with db.write(ledger=False) as unit:
        return account.create_user(unit, who, organisation_id=organisation, role=role, **values)


def test_a_manager_adds_a_colleague(db: Database, village: Village) -> None:
    made = create(db, village.manager, village.coop)
    assert [(place.organisation_id, place.role) for place in made.places] == [(village.coop, Role.CLERK)]
    assert session.sign_in(db, "new-one", GOOD).actor.org_id == village.coop


def test_a_user_name_has_one_form(db: Database, village: Village) -> None:
    assert create(db, None, village.coop, username=" Ｗang.Fang ").username == "wang.fang"
    with pytest.raises(Conflict, match=r"account.username-taken"):
        create(db, None, village.coop, username="WANG.fang")
    assert session.sign_in(db, "ｗａｎｇ.ＦＡＮＧ", GOOD)


def test_an_account_is_made_whole_or_not_at_all(db: Database, village: Village) -> None:
    with pytest.raises(NotFound, match=r"organisation.unknown"):
        create(db, None, 4711)
    with db.read() as unit:
        assert unit.exec(select(User).where(User.username == "new-one")).all() == []


@pytest.mark.parametrize("name", ["a", "-ab", "with space", "a" * 31, "a/b", "", "a\u202eb"])
def test_names_that_are_refused(db: Database, village: Village, name: str) -> None:
    with pytest.raises(InvalidInput, match=r"account.username"):
        create(db, None, village.coop, username=name)


def test_who_may_not_add_people(db: Database, village: Village) -> None:
    for by, organisation in (
        (village.clerk, village.coop),
        (village.reader, village.coop),
        (village.outsider, village.coop),
        (village.inspector, village.coop),
        (village.operator_clerk, village.platform),
    ):
        with pytest.raises(Forbidden, match=r"organisation.may-not"):
            create(db, by, organisation)


def test_nobody_but_the_command_line_leaves_the_organisation_out(db: Database, village: Village) -> None:
    with pytest.raises(InvalidInput, match=r"account.organisation"):
        create(db, village.operator, None)
    assert create(db, None, None).places == ()


def test_an_unknown_role_is_refused(db: Database, village: Village) -> None:
    with pytest.raises(InvalidInput, match=r"account.role"):
        create(db, None, village.coop, role="king")


def test_a_new_password_ends_sign_ins_and_lifts_a_lock(db: Database, village: Village) -> None:
    entered = session.sign_in(db, "clerk", PASSWORD)
    with db.write(ledger=False) as unit:
        unit.get_one(User, village.clerk).failures = 9
        account.set_password(unit, None, village.clerk, GOOD)
        assert session.actor_of(unit, entered.token) is None
    assert session.sign_in(db, "clerk", GOOD)


def test_passwords_are_made_that_the_rules_let_through(db: Database, village: Village) -> None:
    made = account.new_password()
    assert create(db, None, village.coop, password=made)
    assert made != account.new_password()


@pytest.mark.parametrize("act", ["set_password", "disable"])
def test_whose_account_one_may_change(db: Database, village: Village, act: str) -> None:
    def change(by: int, whom: int) -> None:
        who = actor(db, by)
        with db.write(ledger=False) as unit:
            if act == "disable":
                account.disable(unit, who, whom)
            else:
                account.set_password(unit, who, whom, GOOD)

    with pytest.raises(Forbidden):
        change(village.clerk, village.reader)
    with pytest.raises(Forbidden):
        change(village.operator_clerk, village.clerk)
    with pytest.raises(NotFound, match=r"account.not-found"):
        change(village.manager, village.outsider)
    with pytest.raises(NotFound, match=r"account.not-found"):
        change(village.manager, 4711)
    # Their account reaches into another organisation, where this manager has no say.
    with pytest.raises(Forbidden):
        change(village.manager, village.both)
    change(village.manager, village.clerk)
    change(village.operator, village.both)


def test_a_disabled_account_is_shut_out_at_once(db: Database, village: Village) -> None:
    entered = session.sign_in(db, "clerk", PASSWORD)
    with db.write(ledger=False) as unit:
        account.disable(unit, None, village.clerk)
    with db.read() as unit:
        assert session.actor_of(unit, entered.token) is None
        assert unit.exec(select(Audit.subject).where(Audit.action == "operator:user:disable")).all() == [
            f"user:{village.clerk}"
        ]


def test_the_platform_keeps_a_manager(db: Database, village: Village) -> None:
    for change in (
        lambda unit: account.disable(unit, None, village.operator),
        lambda unit: account.remove_membership(unit, None, village.operator, village.platform),
    ):
        with pytest.raises(Conflict, match=r"account.last-operator"), db.write(ledger=False) as unit:
            change(unit)
    make_user(db, "second", (village.platform, Role.MANAGER))
    with db.write(ledger=False) as unit:
        account.disable(unit, None, village.operator)


def test_leaving_an_organisation(db: Database, village: Village) -> None:
    entered = session.sign_in(db, "both", PASSWORD)
    who = actor(db, village.manager)
    with db.write(ledger=False) as unit:
        account.remove_membership(unit, who, village.both, village.coop)
        assert session.actor_of(unit, entered.token) is None
        assert [place.organisation_id for place in account.person(unit, village.both).places] == [
            village.other_coop
        ]
        with pytest.raises(NotFound):
            account.remove_membership(unit, who, village.both, village.coop)
        with pytest.raises(Forbidden):
            account.remove_membership(unit, who, village.both, village.other_coop)
    assert session.sign_in(db, "both", PASSWORD).actor.org_id == village.other_coop


def test_a_place_is_given_once(db: Database, village: Village) -> None:
    with db.write(ledger=False) as unit, pytest.raises(Conflict, match=r"account.already-member"):
        account.add_membership(unit, None, village.clerk, village.coop, "manager")


def test_managers_see_their_own_people_only(db: Database, village: Village) -> None:
    who = actor(db, village.manager)
    with db.read() as unit:
        found = account.people(unit, who)
        assert {one.username for one in found} == {"manager", "clerk", "reader", "both"}
        # Not even where else a colleague works.
        assert {place.organisation_id for one in found for place in one.places} == {village.coop}
    with db.read() as unit, pytest.raises(Forbidden):
        account.people(unit, Actor(village.clerk, village.coop, KINDS.COOPERATIVE, Role.CLERK, "x"))

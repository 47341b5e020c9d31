"""Who may do what, over whose records."""

from __future__ import annotations

import pytest

from trace.core.errors import Forbidden
from trace.core.organisation import (
    KIND_NAMES,
    ROLE_NAMES,
    TRADERS,
    OrganisationKind,
    Role,
    kind_name,
    role_name,
)
from trace.core.policy import Action, Actor, may, may_record, require, require_record
from trace.core.stages import STAGES

OWN, OTHER = 1, 2


def actor(kind: str, role: str = "manager") -> Actor:
    return Actor(user_id=7, org_id=OWN, org_kind=OrganisationKind(kind), role=Role(role), name="示例")


@pytest.mark.parametrize("kind", sorted(TRADERS))
@pytest.mark.parametrize("action", Action)
def test_owners_of_batches_reach_only_their_own(kind: str, action: Action) -> None:
    assert not may(actor(kind), action, OTHER)
    assert not may(actor(kind), action, None)


def test_a_cooperative_does_its_own_work() -> None:
    manager, clerk, reader = (actor("cooperative", role) for role in ("manager", "clerk", "reader"))
    for action in ("event:record", "batch:create", "run:print", "run:activate", "certificate:issue"):
        assert may(manager, action, OWN)
        assert may(clerk, action, OWN)
        assert not may(reader, action, OWN)
    for action in ("run:void", "recall:open", "user:create"):
        assert may(manager, action, OWN)
        assert not may(clerk, action, OWN)
    for action in ("batch:freeze", "recall:close", "authorisation:grant", "batch:read-all", "key:create"):
        assert not may(manager, action, OWN)
    assert may(reader, "batch:read", OWN)


def test_a_regulator_reads_all_and_rewrites_nothing() -> None:
    manager, clerk, reader = (actor("regulator", role) for role in ("manager", "clerk", "reader"))
    for person in (manager, clerk, reader):
        assert may(person, "batch:read", OTHER)
        assert may(person, "batch:read-all", None)
        for action in ("event:record", "event:correct", "batch:create", "run:print", "certificate:issue"):
            assert not may(person, action, OTHER)
    assert may(clerk, "batch:freeze", OTHER)
    assert may(clerk, "recall:open", OTHER)
    assert not may(clerk, "recall:close", OTHER)
    assert not may(reader, "batch:freeze", OTHER)
    assert may(manager, "recall:close", OTHER)
    assert may(manager, "finding:override", OTHER)


def test_a_brand_owner_sees_batches_of_its_brand_only() -> None:
    office = actor("brand_owner")
    assert may(office, "batch:read", OTHER, brand_org_id=OWN)
    assert not may(office, "batch:read", OTHER, brand_org_id=3)
    assert not may(office, "batch:read", OTHER)
    assert not may(office, "event:record", OTHER, brand_org_id=OWN)
    assert may(office, "authorisation:grant", OWN)
    assert not may(office, "authorisation:grant", OTHER)
    assert not may(actor("brand_owner", "clerk"), "authorisation:grant", OWN)


def test_copies_are_confirmed_by_brand_office_and_regulator_only() -> None:
    assert may(actor("brand_owner"), "item:confirm-copy", OTHER, brand_org_id=OWN)
    assert not may(actor("brand_owner"), "item:confirm-copy", OTHER, brand_org_id=3)
    assert not may(actor("brand_owner", "clerk"), "item:confirm-copy", OTHER, brand_org_id=OWN)
    assert may(actor("regulator"), "item:confirm-copy", OTHER)
    assert not may(actor("regulator", "clerk"), "item:confirm-copy", OTHER)
    for kind in (*TRADERS, "operator"):
        assert not may(actor(kind), "item:confirm-copy", OWN)
    for kind in ("regulator", "operator"):
        assert may(actor(kind), "code-alarm:handle", None)
    assert not may(actor("brand_owner"), "code-alarm:handle", None)


def test_an_operator_keeps_accounts_and_keys_and_no_records() -> None:
    operator = actor("operator")
    for action in ("organisation:create", "user:create", "user:disable", "key:create", "brand:create"):
        assert may(operator, action, OTHER)
        assert may(operator, action, None)
    for action in ("event:record", "batch:create", "batch:read", "run:print", "recall:open", "batch:freeze"):
        assert not may(operator, action, OTHER)


@pytest.mark.parametrize("kind", OrganisationKind)
def test_a_reader_changes_nothing(kind: OrganisationKind) -> None:
    reading = {Action.BATCH_READ, Action.BATCH_READ_ALL, Action.BATCH_EXPORT, Action.AUDIT_READ}
    for action in set(Action) - reading:
        for org in (OWN, OTHER, None):
            assert not may(actor(kind, "reader"), action, org)


@pytest.mark.parametrize("kind", OrganisationKind)
def test_a_manager_may_all_that_a_clerk_may_and_a_clerk_all_that_a_reader(kind: OrganisationKind) -> None:
    for action in Action:
        for org in (OWN, OTHER):
            reader, clerk, manager = (
                may(actor(kind, role), action, org) for role in ("reader", "clerk", "manager")
            )
            assert reader <= clerk <= manager


def test_every_action_is_somebody_s() -> None:
    for action in Action:
        assert any(may(actor(kind), action, OWN) for kind in OrganisationKind)


def test_laboratories_carriers_and_regulators_record_their_stages_on_anyone_s_batch() -> None:
    inspection, transport, harvest = (STAGES[key].org_kinds for key in ("inspection", "transport", "harvest"))
    assert may_record(actor("laboratory", "clerk"), inspection, OTHER)
    assert not may_record(actor("laboratory", "clerk"), transport, OTHER)
    assert not may_record(actor("laboratory", "reader"), inspection, OTHER)
    assert may_record(actor("logistics", "clerk"), transport, OTHER)
    assert may_record(actor("cooperative", "clerk"), harvest, OWN)
    assert not may_record(actor("cooperative", "clerk"), harvest, OTHER)
    assert not may_record(actor("dealer", "clerk"), harvest, OWN)
    assert may_record(actor("regulator", "clerk"), inspection, OTHER)
    assert not may_record(actor("regulator", "reader"), inspection, OTHER)
    assert not may_record(actor("regulator"), transport, OTHER)


def test_refusals_are_said_plainly() -> None:
    require(actor("cooperative"), Action.RUN_PRINT, OWN)
    require_record(actor("cooperative"), STAGES["harvest"].org_kinds, OWN)
    with pytest.raises(Forbidden) as caught:
        require(actor("cooperative"), Action.RUN_PRINT, OTHER)
    assert "权限" in caught.value.message()
    with pytest.raises(Forbidden) as record:
        require_record(actor("cooperative"), STAGES["harvest"].org_kinds, OTHER)
    assert record.value.code == "organisation.may-not-record"


def test_kinds_and_roles_have_names() -> None:
    assert set(KIND_NAMES) == set(OrganisationKind)
    assert set(ROLE_NAMES) == set(Role)
    assert (kind_name("cooperative"), kind_name("cooperative", "en")) == ("合作社", "Cooperative")
    assert (role_name("clerk"), role_name("clerk", "en")) == ("录入员", "Clerk")

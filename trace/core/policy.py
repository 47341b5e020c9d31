"""Who may do what: one table from kind of organisation and role to actions, and whose records they reach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from trace.core.errors import Forbidden
from trace.core.organisation import TRADERS, OrganisationKind, Role

OrgId = int | str


class Action(StrEnum):
    """Everything a signed-in person can ask the service to do."""

    EVENT_RECORD = "event:record"
    EVENT_CORRECT = "event:correct"
    BATCH_CREATE = "batch:create"
    BATCH_OPERATE = "batch:operate"
    BATCH_READ = "batch:read"
    BATCH_READ_ALL = "batch:read-all"
    BATCH_FREEZE = "batch:freeze"
    BATCH_EXPORT = "batch:export"
    PLOT_EDIT = "plot:edit"
    PRODUCT_EDIT = "product:edit"
    RUN_PRINT = "run:print"
    RUN_ACTIVATE = "run:activate"
    RUN_VOID = "run:void"
    ITEM_CONFIRM_COPY = "item:confirm-copy"
    CODE_ALARM_HANDLE = "code-alarm:handle"
    CERTIFICATE_ISSUE = "certificate:issue"
    FINDING_OVERRIDE = "finding:override"
    BRAND_CREATE = "brand:create"
    BRAND_EDIT = "brand:edit"
    AUTHORISATION_GRANT = "authorisation:grant"
    AUTHORISATION_REVOKE = "authorisation:revoke"
    RECALL_OPEN = "recall:open"
    RECALL_CLOSE = "recall:close"
    ORGANISATION_CREATE = "organisation:create"
    ORGANISATION_EDIT = "organisation:edit"
    USER_CREATE = "user:create"
    USER_DISABLE = "user:disable"
    KEY_CREATE = "key:create"
    KEY_RETIRE = "key:retire"
    AUDIT_READ = "audit:read"
    RECORD_ERASE = "record:erase"
    COMPLAINT_ANSWER = "complaint:answer"


@dataclass(frozen=True)
class Actor:
    """A signed-in person acting for one organisation."""

    user_id: OrgId
    org_id: OrgId
    org_kind: OrganisationKind
    role: Role
    name: str


_READ = frozenset({Action.BATCH_READ, Action.BATCH_EXPORT})
_CLERK = _READ | {
    Action.EVENT_RECORD, Action.EVENT_CORRECT, Action.BATCH_CREATE, Action.BATCH_OPERATE,
    Action.PLOT_EDIT, Action.RUN_PRINT, Action.RUN_ACTIVATE, Action.CERTIFICATE_ISSUE,
}  # fmt: skip
_MANAGER = _CLERK | {
    Action.PRODUCT_EDIT, Action.RUN_VOID, Action.RECALL_OPEN, Action.ORGANISATION_EDIT,
    Action.USER_CREATE, Action.USER_DISABLE, Action.AUDIT_READ,
}  # fmt: skip
_OWN_PEOPLE = frozenset(
    {Action.ORGANISATION_EDIT, Action.USER_CREATE, Action.USER_DISABLE, Action.AUDIT_READ}
)
_SERVICE_CLERK = frozenset({Action.BATCH_READ, Action.EVENT_RECORD, Action.EVENT_CORRECT})
_BRAND_CLERK = frozenset({Action.BATCH_READ, Action.BATCH_EXPORT, Action.COMPLAINT_ANSWER})
_BRAND_MANAGER = _BRAND_CLERK | _OWN_PEOPLE | {
    Action.BRAND_EDIT, Action.PRODUCT_EDIT, Action.AUTHORISATION_GRANT, Action.AUTHORISATION_REVOKE,
    Action.ITEM_CONFIRM_COPY,
}  # fmt: skip
_REGULATOR_READ = frozenset(
    {Action.BATCH_READ, Action.BATCH_READ_ALL, Action.BATCH_EXPORT, Action.AUDIT_READ}
)
_REGULATOR_CLERK = _REGULATOR_READ | {
    Action.BATCH_FREEZE, Action.RECALL_OPEN, Action.CODE_ALARM_HANDLE, Action.COMPLAINT_ANSWER,
}  # fmt: skip
_REGULATOR_MANAGER = _REGULATOR_CLERK | {
    Action.RECALL_CLOSE, Action.FINDING_OVERRIDE, Action.ITEM_CONFIRM_COPY, Action.RUN_VOID,
    Action.RECORD_ERASE,
}  # fmt: skip
_OPERATOR_CLERK = frozenset({Action.ORGANISATION_CREATE, Action.USER_CREATE, Action.AUDIT_READ})
_OPERATOR_MANAGER = _OPERATOR_CLERK | {
    Action.ORGANISATION_EDIT, Action.USER_DISABLE, Action.KEY_CREATE, Action.KEY_RETIRE,
    Action.BRAND_CREATE, Action.BRAND_EDIT, Action.RECORD_ERASE, Action.CODE_ALARM_HANDLE,
}  # fmt: skip

# Reach "own": only records of one's own organisation. Reach "all": those of any organisation.
_OWN: dict[OrganisationKind, dict[Role, frozenset[Action]]] = {
    **{kind: {Role.READER: _READ, Role.CLERK: _CLERK, Role.MANAGER: _MANAGER} for kind in TRADERS},
    **{
        kind: {
            Role.READER: frozenset({Action.BATCH_READ}),
            Role.CLERK: _SERVICE_CLERK,
            Role.MANAGER: _SERVICE_CLERK | _OWN_PEOPLE,
        }
        for kind in (OrganisationKind.LOGISTICS, OrganisationKind.LABORATORY)
    },
    OrganisationKind.BRAND_OWNER: {
        Role.READER: frozenset({Action.BATCH_READ}),
        Role.CLERK: _BRAND_CLERK,
        Role.MANAGER: _BRAND_MANAGER,
    },
    # A regulator's own records are its inspections (监督抽检); see may_record.
    OrganisationKind.REGULATOR: {
        Role.READER: frozenset(),
        Role.CLERK: frozenset({Action.EVENT_RECORD, Action.EVENT_CORRECT}),
        Role.MANAGER: _OWN_PEOPLE | {Action.EVENT_RECORD, Action.EVENT_CORRECT},
    },
    OrganisationKind.OPERATOR: {Role.READER: frozenset(), Role.CLERK: frozenset(), Role.MANAGER: frozenset()},
}
_ALL: dict[OrganisationKind, dict[Role, frozenset[Action]]] = {
    OrganisationKind.REGULATOR: {
        Role.READER: _REGULATOR_READ,
        Role.CLERK: _REGULATOR_CLERK,
        Role.MANAGER: _REGULATOR_MANAGER,
    },
    OrganisationKind.OPERATOR: {
        Role.READER: frozenset({Action.AUDIT_READ}),
        Role.CLERK: _OPERATOR_CLERK,
        Role.MANAGER: _OPERATOR_MANAGER,
    },
}
SERVES_OTHERS = (OrganisationKind.LABORATORY, OrganisationKind.LOGISTICS, OrganisationKind.REGULATOR)
# What a brand owner reads and decides of other organisations' batches, if they carry its brand.
_BRAND_REACH = frozenset({Action.BATCH_READ, Action.BATCH_EXPORT, Action.ITEM_CONFIRM_COPY})


def may(
    actor: Actor, action: Action | str, resource_org_id: OrgId | None, *, brand_org_id: OrgId | None = None
) -> bool:
    """Whether the actor may do `action` to a record of organisation `resource_org_id` (None: of nobody yet).

    `brand_org_id` is the owner of the brand that the record's batch carries, where it carries one.
    """
    wanted = Action(action)
    if wanted in _ALL.get(actor.org_kind, {}).get(actor.role, frozenset()):
        return True
    if wanted not in _OWN.get(actor.org_kind, {}).get(actor.role, frozenset()):
        return False
    if resource_org_id == actor.org_id:
        return True
    return wanted in _BRAND_REACH and brand_org_id is not None and brand_org_id == actor.org_id


def require(
    actor: Actor, action: Action | str, resource_org_id: OrgId | None, *, brand_org_id: OrgId | None = None
) -> None:
    """Raise Forbidden organisation.may-not unless `may` says yes."""
    if not may(actor, action, resource_org_id, brand_org_id=brand_org_id):
        raise Forbidden("organisation.may-not")


def may_record(actor: Actor, stage_kinds: Collection[str], batch_org_id: OrgId) -> bool:
    """Whether the actor may record an event of a stage (`stage_kinds`: its org_kinds) on that owner's batch.

    Owners record on their own batches; laboratories, carriers, regulators on anyone's, within their stages.
    """
    if actor.org_kind not in stage_kinds or not may(actor, Action.EVENT_RECORD, actor.org_id):
        return False
    return actor.org_kind in SERVES_OTHERS or batch_org_id == actor.org_id


def require_record(actor: Actor, stage_kinds: Collection[str], batch_org_id: OrgId) -> None:
    """Raise Forbidden organisation.may-not-record unless `may_record` says yes."""
    if not may_record(actor, stage_kinds, batch_org_id):
        raise Forbidden("organisation.may-not-record")

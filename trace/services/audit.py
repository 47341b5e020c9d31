"""The audit trail (操作日志): who did what and when, beside the ledger."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import text
from sqlmodel import Session

from trace.core import clock
from trace.core.policy import Actor
from trace.tables import Audit


class AuditAction(StrEnum):
    """Names are subject:object:action and are never reused for anything else."""

    USER_CREATE = "operator:user:create"
    USER_DISABLE = "operator:user:disable"
    MEMBERSHIP_ADD = "organisation:membership:create"
    MEMBERSHIP_REMOVE = "organisation:membership:remove"
    USER_SIGN_IN = "user:session:create"
    USER_SIGN_IN_FAIL = "user:session:refuse"
    USER_SIGN_OUT = "user:session:revoke"
    USER_PASSWORD = "user:password:change"  # noqa: S105  # the name of an act, not a password
    ORGANISATION_CREATE = "operator:organisation:create"
    BRAND_CREATE = "operator:brand:create"
    BRAND_RULES = "brand:rules:change"
    BRAND_SET = "brand:brand:set"
    PRODUCT_CREATE = "brand:product:create"
    PRODUCT_SET = "brand:product:set"
    ITEM_REVIEW = "authority:item:review"
    CODE_ALARM = "authority:code:handle"
    COMPLAINT_ANSWER = "authority:complaint:answer"
    COMPLAINT_PHONE = "authority:complaint:phone"
    COMPLAINT_ERASE = "authority:complaint:erase"
    AUTHORISATION_GRANT = "brand:authorisation:grant"
    AUTHORISATION_REVOKE = "brand:authorisation:revoke"
    PLOT_CREATE = "organisation:plot:create"
    BATCH_CREATE = "organisation:batch:create"
    BATCH_OPERATE = "organisation:batch:operate"
    BATCH_EXPORT = "regulator:batch:export"
    EVENT_RECORD = "organisation:event:record"
    EVENT_CORRECT = "organisation:event:correct"
    CERTIFICATE_ISSUE = "organisation:certificate:issue"
    ATTACHMENT_STORE = "organisation:attachment:store"
    KEY_CREATE = "operator:key:create"
    KEY_STATUS = "operator:key:end"
    LOG_START = "operator:log:start"
    WITNESS_ADD = "operator:witness:create"
    WITNESS_END = "operator:witness:end"
    RUN_PRINT = "organisation:run:print"
    RUN_DOWNLOAD = "organisation:run:download"
    RANGE_ACTIVATE = "organisation:range:activate"
    RANGE_VOID = "organisation:range:void"
    RUN_CHECK = "organisation:run:check"
    STOCK_SAVE = "organisation:stock:save"
    STOCK_RETIRE = "organisation:stock:retire"
    PRINTER_ADJUST = "organisation:printer:adjust"
    SHEET_CLOSE = "organisation:sheet:close"
    SHEET_SPOIL = "organisation:sheet:spoil"
    DESIGN_SAVE = "organisation:design:save"
    DESIGN_RETIRE = "organisation:design:retire"
    PICTURE_SAVE = "brand:picture:save"
    PICTURE_RETIRE = "brand:picture:retire"
    CARTON_PACK = "organisation:carton:pack"
    CARTON_SPLIT = "organisation:carton:split"
    RECALL_OPEN = "authority:recall:open"
    RECALL_CLOSE = "authority:recall:close"
    FREEZE = "regulator:batch:freeze"
    FREEZE_LIFT = "regulator:batch:lift"
    RECORD_ERASE = "authority:record:erase"


# Acts that change how a record is shown and leave no entry in the ledger: pages kept in memory are made anew.
PRESENTATION = frozenset({AuditAction.BRAND_SET, AuditAction.PRODUCT_SET})
_ALONE = text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE")


def note(session: Session, actor: Actor | None, action: AuditAction, subject: str = "") -> None:
    """Add one line to the trail, in the caller's transaction."""
    if action in PRESENTATION and session.get_bind().dialect.name == "postgresql":
        # Lines get their numbers before they are committed. Whoever reads up to a number must not miss this one:
        # earlier numbers are waited for, later ones wait. (On SQLite a write unit is alone.)
        session.execute(_ALONE)
    session.add(
        Audit(
            at=clock.now(),
            user_id=int(actor.user_id) if actor else None,
            organisation_id=int(actor.org_id) if actor else None,
            action=action.value,
            subject=subject[:200],
        )
    )

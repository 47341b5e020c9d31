"""Review (疑码核查): a person decides on a code that scans made suspicious; what they see is in review_view.

Only brand office and regulator decide, and only for the label in question: amber is automatic, red is a person's.
"""

from __future__ import annotations

from sqlalchemy import update
from sqlmodel import Session

from trace.core import clock, text
from trace.core.errors import Conflict, InvalidInput, InvalidInputs, NotFound, TraceError
from trace.core.policy import Action, Actor, may, require
from trace.services import balance, part_sheet, ranges, scan_count
from trace.services.audit import AuditAction, note
from trace.services.find import brand_owner_of
from trace.tables import Batch, ItemReview, Run
from trace.tables.base import key_of

COPIED, CLEARED = "copied", "cleared"
DECISIONS = (COPIED, CLEARED)


def get(session: Session, actor: Actor, review_id: int) -> ItemReview:
    """A review that the actor may see; NotFound review.unknown."""
    row = session.get(ItemReview, review_id, populate_existing=True)
    if row is None or not sees(session, actor, row):
        raise NotFound("review.unknown")
    return row


def sees(session: Session, actor: Actor, row: ItemReview) -> bool:
    """Whether a review is for the actor: all for a regulator, those of its own brands for a brand's office."""
    if may(actor, Action.BATCH_READ_ALL, None):
        return True
    run = session.get_one(Run, row.run_id)
    return _brand_owner(session, run) == actor.org_id and may(actor, Action.BATCH_READ, actor.org_id)


def decide(session: Session, actor: Actor, review_id: int, decision: str, reason: str) -> ItemReview:
    """Say that a label was copied, which voids it, or that nothing is wrong, and why; in a write unit of the ledger.

    InvalidInputs review.decision, text.…; Forbidden; Conflict review.decided for whoever comes second. The reason
    for a copied label is public; a label that is void already is not voided again.
    """
    row = get(session, actor, review_id)
    run = session.get_one(Run, row.run_id)
    require(actor, Action.ITEM_CONFIRM_COPY, run.organisation_id, brand_org_id=_brand_owner(session, run))
    why = _checked(decision, reason)
    seen = scan_count.locked(session, row.run_id, row.item)
    session.refresh(row)
    if row.decided_at is not None:
        raise Conflict("review.decided")
    row.decision, row.reason = decision, why
    row.decided_at, row.decided_by = clock.now(), int(actor.user_id)
    session.add(row)
    session.flush()
    if decision == COPIED:
        _void(session, actor, run, row.item, why)
    else:
        session.execute(
            update(scan_count.SEEN)
            .where(scan_count.SEEN.c.run_id == row.run_id, scan_count.SEEN.c.item == row.item)
            .values(cleared=seen.devices)
        )
    note(session, actor, AuditAction.ITEM_REVIEW, f"{row.run_id}:{row.item}:{decision}")
    return row


def _checked(decision: str, reason: str) -> str:
    """The reason, cleaned; all that is wrong with either told at once."""
    wrong: list[TraceError] = []
    if decision not in DECISIONS:
        wrong.append(InvalidInput("review.decision", "decision"))
    try:
        why = text.clean(reason, "reason", max_length=200, name=True)
    except InvalidInput as error:
        wrong.append(error)
    if wrong:
        raise InvalidInputs(wrong)
    return why


def _void(session: Session, actor: Actor, run: Run, item: int, why: str) -> None:
    """Void one label as `ranges.void` does, on the strength of the review instead of a right to the whole run."""
    if ranges.state_of(session, key_of(run), item)[0] == "void":
        return
    ranges.enter(session, actor, run, (item, item), "void", why)
    balance.label(session, run, -1)
    part_sheet.release(session, run)


def _brand_owner(session: Session, run: Run) -> int:
    return brand_owner_of(session, session.get_one(Batch, run.batch_id))

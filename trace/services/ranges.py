"""Ranges of a run (号段): activate (启用) and void (作废) labels; void is final."""

from __future__ import annotations

from sqlmodel import Session, col, select

from trace.core import clock, text
from trace.core.errors import Conflict, InvalidInput
from trace.core.policy import Action, Actor, require
from trace.core.ranges import Range, count, union, without
from trace.services import balance, find, ledger, part_sheet
from trace.services.audit import AuditAction, note
from trace.tables import Batch, RangeState, Run
from trace.tables.base import key_of


def enter(session: Session, actor: Actor, row: Run, span: Range, state: str, reason: str) -> None:
    """Store one range state with its ledger entry."""
    line = RangeState(
        run_id=key_of(row),
        first=span[0],
        last=span[1],
        state=state,
        reason=reason,
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
    )
    session.add(line)
    session.flush()
    batch = session.get_one(Batch, row.batch_id)
    kind = "range.activated" if state == "active" else "range.voided"
    ledger.append(session, kind, line, organisation=row.organisation_id, batches=[batch.number])
    action = AuditAction.RANGE_ACTIVATE if state == "active" else AuditAction.RANGE_VOID
    note(session, actor, action, f"{key_of(row)}:{span[0]}-{span[1]}")


def activate(session: Session, actor: Actor, run_id: int, first: int, last: int) -> int:
    """Activate labels [first, last]; returns how many became active now (void ones never do)."""
    row = find.run(session, actor, run_id)
    require(actor, Action.RUN_ACTIVATE, row.organisation_id)
    check_span(row, first, last)
    done = spans(session, row)
    fresh = without((first, last), done["active"] + done["void"])
    for span in fresh:
        enter(session, actor, row, span, "active", "")
    return count(fresh)


def void(
    session: Session,
    actor: Actor,
    run_id: int,
    first: int,
    last: int,
    reason: str,
    *,
    for_reprint: bool = False,
) -> int:
    """Void labels [first, last] for a reason that the public sees; their weight may be labelled again.

    A clerk may void what it reprints in the same act; otherwise it takes a manager. Conflict if all were void.
    """
    row = find.run(session, actor, run_id)
    require(actor, Action.RUN_PRINT if for_reprint else Action.RUN_VOID, row.organisation_id)
    check_span(row, first, last)
    why = text.clean(reason, "reason", max_length=200, name=True)
    fresh = without((first, last), spans(session, row)["void"])
    if not fresh:
        raise Conflict("run.void-already", "first")
    for span in fresh:
        enter(session, actor, row, span, "void", why)
    balance.label(session, row, -count(fresh))
    part_sheet.release(session, row)
    return count(fresh)


def check_span(row: Run, first: int, last: int) -> None:
    """InvalidInput run.range unless the run has all these labels."""
    if not 1 <= first <= last <= row.count:
        raise InvalidInput("run.range", "first", last=row.count)


def spans(session: Session, row: Run) -> dict[str, list[Range]]:
    """The run's active and void ranges as entered."""
    found: dict[str, list[Range]] = {"active": [], "void": []}
    for line in session.exec(select(RangeState).where(RangeState.run_id == key_of(row))).all():
        found[line.state].append((line.first, line.last))
    return found


def history(session: Session, row: Run) -> list[RangeState]:
    """What was activated and voided, in order."""
    query = select(RangeState).where(RangeState.run_id == key_of(row)).order_by(col(RangeState.id))
    return list(session.exec(query).all())


def counts(session: Session, row: Run) -> dict[str, int]:
    """How many labels of the run are printed only, active, and void."""
    done = spans(session, row)
    void_count = row.count - count(without((1, row.count), done["void"]))
    printed = count(without((1, row.count), done["void"] + done["active"]))
    return {"printed": printed, "active": row.count - void_count - printed, "void": void_count}


def segments(session: Session, row: Run) -> list[tuple[int, int, str]]:
    """The run cut into pieces of one state (first, last, "printed" | "active" | "void"), in order."""
    done = spans(session, row)
    whole = (1, row.count)
    gone = union(done["void"])
    live = union(part for span in done["active"] for part in without(span, gone))
    rest = without(whole, gone + live)
    pieces = [(spans, state) for spans, state in ((rest, "printed"), (live, "active"), (gone, "void"))]
    return sorted((first, last, state) for spans, state in pieces for first, last in spans)


def state_of(session: Session, run_id: int, item: int) -> tuple[str, RangeState | None]:
    """One item's state ("void" outranks "active" outranks "printed") and the range that says so."""
    query = (
        select(RangeState)
        .where(RangeState.run_id == run_id, col(RangeState.first) <= item, col(RangeState.last) >= item)
        .order_by(col(RangeState.id))
    )
    state: tuple[str, RangeState | None] = ("printed", None)
    for line in session.exec(query).all():
        if line.state == "void":
            return "void", line
        state = ("active", line)
    return state

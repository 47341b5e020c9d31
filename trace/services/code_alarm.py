"""Alarm (告警): somebody holds a well-signed code of a label that was never printed, so its key may have leaked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Table, func, select
from sqlmodel import Session, col

from labels import digits as printed_digits
from labels.code import ED25519, ItemCode
from trace.core import clock, text
from trace.core.errors import Conflict, NotFound
from trace.core.policy import Action, Actor, require
from trace.services.audit import AuditAction, note
from trace.services.upsert import insert_into
from trace.tables import CodeAlarm, Organisation, SigningKey, User

ALARM: Table = CodeAlarm.__table__  # type: ignore[attr-defined]
MOST = 1_000  # alarms that are kept of one key: whoever has it can make any number


@dataclass(frozen=True, slots=True)
class AlarmView:
    """A code that nobody printed, how often it was asked for, whose key signed it, and what was done about it."""

    key_id: int
    run: int
    item: int
    printed: str
    holder: str
    first_at: datetime
    last_at: datetime
    times: int
    note: str
    handled_at: datetime | None
    handled_by: str


def raise_for(session: Session, code: ItemCode) -> None:
    """Note that a code with a good signature, but without a label, was asked for; `code` is verified already."""
    now = clock.now()
    of_key = select(func.count()).select_from(ALARM).where(ALARM.c.key_id == code.key_id)
    known = session.get(CodeAlarm, (code.key_id, code.run, code.item)) is not None
    if not known and session.execute(of_key).scalar_one() >= MOST:
        return
    made = insert_into(session, ALARM).values(
        key_id=code.key_id, run=code.run, item=code.item, first_at=now, last_at=now, times=1, note=""
    )
    session.execute(
        made.on_conflict_do_update(
            index_elements=["key_id", "run", "item"], set_={"times": ALARM.c.times + 1, "last_at": now}
        )
    )


def alarms(
    session: Session, actor: Actor, *, handled: bool = False, limit: int = 30, skip: int = 0
) -> list[AlarmView]:
    """Alarms that wait, oldest first, or those that were `handled`, newest first; for regulator and operator."""
    require(actor, Action.AUDIT_READ, None)
    query = _alarms()
    if handled:
        query = query.where(col(CodeAlarm.handled_at).is_not(None)).order_by(col(CodeAlarm.handled_at).desc())
    else:
        query = query.where(col(CodeAlarm.handled_at).is_(None)).order_by(col(CodeAlarm.first_at))
    query = query.order_by(col(CodeAlarm.key_id), col(CodeAlarm.run), col(CodeAlarm.item))
    return [_view(*row) for row in session.execute(query.limit(limit).offset(skip)).all()]


def alarm(session: Session, actor: Actor, key_id: int, run: int, item: int) -> AlarmView:
    """One alarm; NotFound review.alarm-unknown."""
    require(actor, Action.AUDIT_READ, None)
    of = (col(CodeAlarm.key_id) == key_id, col(CodeAlarm.run) == run, col(CodeAlarm.item) == item)
    row = session.execute(_alarms().where(*of)).one_or_none()
    if row is None:
        raise NotFound("review.alarm-unknown")
    return _view(*row)


def _alarms() -> Select[CodeAlarm, str, str]:
    return (
        select(CodeAlarm, col(Organisation.name), col(User.display_name))
        .join(SigningKey, col(SigningKey.id) == col(CodeAlarm.key_id), isouter=True)
        .join(Organisation, col(Organisation.id) == col(SigningKey.organisation_id), isouter=True)
        .join(User, col(User.id) == col(CodeAlarm.handled_by), isouter=True)
    )


def _view(row: CodeAlarm, holder: str | None, who: str | None) -> AlarmView:
    return AlarmView(
        key_id=row.key_id,
        run=row.run,
        item=row.item,
        printed=printed_digits.printed(ItemCode(ED25519, row.key_id, row.run, row.item)),
        holder=holder or "",
        first_at=row.first_at,
        last_at=row.last_at,
        times=row.times,
        note=row.note,
        handled_at=row.handled_at,
        handled_by=who or "",
    )


def waiting(session: Session, actor: Actor) -> int:
    """How many alarms wait."""
    require(actor, Action.AUDIT_READ, None)
    query = select(func.count()).select_from(ALARM).where(ALARM.c.handled_at.is_(None))
    return int(session.execute(query).scalar_one())


def handle(session: Session, actor: Actor, key_id: int, run: int, item: int, words: str) -> None:
    """Mark an alarm as handled, with a note of what was found and done.

    NotFound review.alarm-unknown, Conflict review.alarm-handled, InvalidInput text.….
    """
    require(actor, Action.CODE_ALARM_HANDLE, None)
    what = text.clean(words, "note", max_length=200, name=True)
    row = session.get(CodeAlarm, (key_id, run, item), with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("review.alarm-unknown")
    if row.handled_at is not None:
        raise Conflict("review.alarm-handled")
    row.note, row.handled_at, row.handled_by = what, clock.now(), int(actor.user_id)
    session.add(row)
    session.flush()
    note(session, actor, AuditAction.CODE_ALARM, f"{key_id}:{run}:{item}")

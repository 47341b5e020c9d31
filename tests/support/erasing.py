"""A person in records, and requests to have them erased."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlmodel import Session

from tests.support.makers import World
from trace.services import erasure, erasure_find, event, ledger_audit
from trace.services.erasure import Done, Request
from trace.tables import Event

NAME = "示例欧阳小明"
PHONE = "139 0000 1234"
DAY = date(2026, 10, 2)
NOW = datetime(2026, 10, 5, 4, tzinfo=UTC)
EVENT = Event.__table__  # type: ignore[attr-defined]
WHY = "示例：当事人申请"


def asked(text: str = NAME, *chosen: tuple[int, str], reason: str = WHY) -> Request:
    """A request by text, or for chosen fields only."""
    return Request(reason, DAY, "" if chosen else text, chosen)


def erased(world: World, wanted: Request) -> Done:
    """What the operator erases."""
    with world.write() as session:
        return erasure.erase(session, world.operator, wanted)


def sound(world: World) -> bool:
    """Whether the ledger verifies."""
    with world.db.read() as session:
        return ledger_audit.verify(session).fault is None


def places(world: World, text: str) -> list[tuple[int | None, str, str]]:
    """Where the text stands: entry, table, field."""
    with world.db.read() as session:
        return [(place.seq, place.table, place.field) for place in erasure_find.find(session, text)]


def worked(world: World, number: str, **facts: object) -> event.Recorded:
    """A planting that a person did."""
    given = {"activity": "weeding", "worker": NAME, "note": f"{NAME}，电话 {PHONE}", **facts}
    return world.record(number, "planting", date(2026, 4, 1), facts=given, place=f"{NAME}的田")


def facts_of(session: Session, event_id: int) -> str:
    """An event's facts as they are stored now."""
    return str(session.get_one(Event, event_id, populate_existing=True).facts)

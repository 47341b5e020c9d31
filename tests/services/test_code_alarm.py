"""Alarms: somebody holds a well-signed code that nobody printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlmodel import func, select

from labels.code import ED25519, ItemCode
from tests.support.makers import World
from trace.core import clock
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.core.organisation import Role
from trace.services import code_alarm
from trace.tables import Audit, CodeAlarm, Run

EARLY, LATE = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 9, tzinfo=UTC)


def a_code(world: World, run: int = 99, item: int = 1) -> ItemCode:
    with world.db.read() as session:
        return ItemCode(ED25519, session.exec(select(Run.key_id)).one(), run, item)


def alarm(world: World, code: ItemCode, at: datetime = EARLY) -> None:
    with clock.at(at), world.db.write(ledger=False) as session:
        code_alarm.raise_for(session, code)


@pytest.fixture(autouse=True)
def _printed(world: World) -> None:
    world.printed(world.ready(), 1)


def test_one_row_a_code_however_often_it_is_asked_for(world: World) -> None:
    for at in (EARLY, EARLY, LATE):
        alarm(world, a_code(world), at)
    alarm(world, a_code(world, item=2))
    for actor in (world.regulator, world.operator, replace(world.operator, role=Role.READER)):
        with world.db.read() as session:
            first, second = code_alarm.alarms(session, actor)
            assert code_alarm.waiting(session, actor) == 2
            assert [one.item for one in code_alarm.alarms(session, actor, limit=1, skip=1)] == [2]
        assert (first.times, first.first_at, first.last_at) == (3, EARLY, LATE)
        assert (second.times, first.holder) == (1, "示例琴江白莲专业合作社")


def test_it_is_handled_once_with_a_note(world: World) -> None:
    code = a_code(world)
    alarm(world, code)
    with pytest.raises(InvalidInput), world.db.write(ledger=False) as session:
        code_alarm.handle(session, world.operator, code.key_id, 99, 1, "  ")
    with world.db.write(ledger=False) as session:
        code_alarm.handle(session, world.operator, code.key_id, 99, 1, "示例：密钥已吊销")
    with pytest.raises(Conflict), world.db.write(ledger=False) as session:
        code_alarm.handle(session, world.regulator, code.key_id, 99, 1, "示例：又一次")
    alarm(world, code, LATE)
    with world.db.read() as session:
        assert code_alarm.alarms(session, world.regulator) == []
        [done] = code_alarm.alarms(session, world.regulator, handled=True)
        assert (done.note, done.handled_by, done.times) == ("示例：密钥已吊销", "示例operator", 2)
        said = session.exec(select(Audit.subject).where(Audit.action == "authority:code:handle")).all()
        assert list(said) == [f"{code.key_id}:99:1"]


def test_others_neither_see_nor_handle(world: World) -> None:
    code = a_code(world)
    alarm(world, code)
    for actor in (world.coop, world.office, world.laboratory):
        with world.db.read() as session, pytest.raises(Forbidden):
            code_alarm.alarms(session, actor)
        with pytest.raises(Forbidden), world.db.write(ledger=False) as session:
            code_alarm.handle(session, actor, code.key_id, 99, 1, "示例")
    with pytest.raises(Forbidden), world.db.write(ledger=False) as session:
        code_alarm.handle(session, replace(world.regulator, role=Role.READER), code.key_id, 99, 1, "示例")
    with pytest.raises(NotFound), world.db.write(ledger=False) as session:
        code_alarm.handle(session, world.regulator, code.key_id, 98, 1, "示例")


def test_whoever_has_the_key_cannot_fill_the_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_alarm, "MOST", 3)
    for item in range(1, 9):
        alarm(world, a_code(world, item=item))
    alarm(world, a_code(world, item=2))
    with world.db.read() as session:
        assert session.exec(select(func.count()).select_from(CodeAlarm)).one() == 3
        assert [one.times for one in code_alarm.alarms(session, world.regulator)] == [1, 2, 1]

"""Sixteen readers who type a PIN at once: exactly five wrong tries, exactly one first right one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from labels.pin import pins
from tests.support.at_once import MANY, at_once, made
from tests.support.makers import MASTER, World, make_world
from tests.support.opened import opened
from trace.core.pin import MOST_WRONG, Result
from trace.db import Database
from trace.services import pin
from trace.services.pin import PinAnswer
from trace.services.public_view import PinView
from trace.tables import Run

pytestmark = pytest.mark.race


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    database.dispose()


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


@pytest.fixture
def run_id(world: World) -> int:
    return world.printed(world.ready(), 2, pin=True)


def right_pin(db: Database, run_id: int) -> str:
    with db.read() as session:
        secret = pin.secret(session, session.get_one(Run, run_id), MASTER)
    return pins(secret, run_id, range(1, 2))[0]


def ask(db: Database, run_id: int, typed: str) -> PinAnswer:
    with db.write(ledger=False) as session:
        return pin.ask(session, run_id, 1, typed, master=MASTER)


def standing(db: Database, run_id: int) -> tuple[PinView | None, Counter[str]]:
    with db.read() as session:
        row = session.get_one(Run, run_id)
        return pin.view(session, row, 1), Counter(one.result for one in pin.tries(session, run_id, 1))


def test_wrong_tries_at_once_are_five_and_then_none(db: Database, run_id: int) -> None:
    wrong = f"{(int(right_pin(db, run_id)) + 1) % 1_000_000:06d}"
    left = made(at_once(lambda _: ask(db, run_id, wrong).pin.tries_left))
    assert sorted(left) == [0] * (MANY - MOST_WRONG + 1) + [1, 2, 3, 4]
    now, logged = standing(db, run_id)
    assert now == PinView(0, None, 0, True)
    assert logged == {"wrong": MOST_WRONG, "locked": MANY - MOST_WRONG}
    assert ask(db, run_id, right_pin(db, run_id)).result is Result.LOCKED


def test_of_right_tries_at_once_one_is_the_first(db: Database, run_id: int) -> None:
    right = right_pin(db, run_id)

    def work(_one: int) -> int:
        answer = ask(db, run_id, right)
        assert (answer.result is Result.FIRST) is (answer.pin.times == 1)
        return answer.pin.times

    assert sorted(made(at_once(work))) == list(range(1, MANY + 1))
    now, logged = standing(db, run_id)
    assert (now.times if now else 0, logged) == (MANY, {"right": MANY})


def test_right_and_wrong_tries_at_once(db: Database, run_id: int) -> None:
    right = right_pin(db, run_id)

    def work(one: int) -> int:
        # Four wrong ones lock nothing, whoever comes first.
        typed = right if one >= MOST_WRONG - 1 else f"{(int(right) + 1 + one) % 1_000_000:06d}"
        return ask(db, run_id, typed).pin.times

    at_once(work)
    now, logged = standing(db, run_id)
    assert now is not None
    assert (now.tries_left, now.times, now.locked) == (1, MANY - 4, False)
    assert logged == {"right": MANY - 4, "wrong": 4}

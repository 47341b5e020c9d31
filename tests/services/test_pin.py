"""PINs of a run: sealed, committed to in the ledger, tried at most five times wrong, first told from later."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pypdfium2
import pytest
from sqlmodel import Session, select

from labels.pin import pins
from tests.support.makers import BASE, MASTER, World, new_run
from trace.core.errors import InvalidInput, NotFound, Unavailable
from trace.core.pin import MOST_WRONG, Result, read, words
from trace.ledger.canonical import canonical
from trace.services import ledger_audit, pin, run, sheet
from trace.services.public_view import PinView
from trace.tables import LedgerEntry, PinTry, Run, RunPin

WHEN = datetime(2026, 11, 20, 7, 32, tzinfo=UTC)


@dataclass
class Scratched:
    """A run with PINs, and its PINs as they stand under the layer."""

    world: World
    run_id: int
    pins: list[str]

    def ask(self, item: int, typed: object, when: datetime = WHEN) -> pin.PinAnswer:
        with self.world.db.write(ledger=False) as session:
            return pin.ask(session, self.run_id, item, typed, master=MASTER, when=when)

    def wrong(self, item: int) -> str:
        """A PIN that is not the item's."""
        return f"{(int(self.pins[item - 1]) + 1) % 1_000_000:06d}"

    def view(self, item: int) -> PinView | None:
        with self.world.db.read() as session:
            return pin.view(session, session.get_one(Run, self.run_id), item)

    def results(self, item: int) -> list[str]:
        with self.world.db.read() as session:
            return [one.result for one in pin.tries(session, self.run_id, item)]


@pytest.fixture
def scratched(world: World) -> Scratched:
    run_id = world.printed(world.ready(), 9, pin=True)
    with world.db.read() as session:
        found = pin.secret(session, session.get_one(Run, run_id), MASTER)
    return Scratched(world, run_id, pins(found, run_id, range(1, 10)))


def test_the_first_right_pin_is_told_from_later_ones(scratched: Scratched) -> None:
    assert scratched.view(3) == PinView(5, None, 0, False)
    first = scratched.ask(3, scratched.pins[2])
    assert first == pin.PinAnswer(Result.FIRST, PinView(5, date(2026, 11, 20), 1, False))
    later = scratched.ask(3, scratched.pins[2], datetime(2027, 1, 5, tzinfo=UTC))
    assert later == pin.PinAnswer(Result.AGAIN, PinView(5, date(2026, 11, 20), 2, False))
    assert scratched.view(3) == later.pin
    assert scratched.view(4) == PinView(5, None, 0, False), "every item has a PIN of its own"


def test_the_day_is_chinas(scratched: Scratched) -> None:
    late = datetime(2026, 11, 20, 17, tzinfo=UTC)
    assert scratched.ask(1, scratched.pins[0], late).pin.first_on == date(2026, 11, 21)


def test_five_wrong_tries_lock_a_pin_for_good(scratched: Scratched) -> None:
    answers = [scratched.ask(1, scratched.wrong(1)) for _ in range(MOST_WRONG)]
    assert [one.result for one in answers] == [Result.WRONG] * 4 + [Result.LOCKED]
    assert [one.pin.tries_left for one in answers] == [4, 3, 2, 1, 0]
    for when in (WHEN, datetime(2030, 1, 1, tzinfo=UTC)):
        assert scratched.ask(1, scratched.pins[0], when).result is Result.LOCKED, "right comes too late"
    assert scratched.view(1) == PinView(0, None, 0, True)
    assert scratched.ask(2, scratched.pins[1]).result is Result.FIRST


def test_a_right_try_gives_no_wrong_ones_back(scratched: Scratched) -> None:
    for _ in range(2):
        scratched.ask(1, scratched.wrong(1))
        scratched.ask(1, scratched.wrong(1))
        scratched.ask(1, scratched.pins[0])
    assert scratched.view(1) == PinView(1, date(2026, 11, 20), 2, False)
    assert scratched.ask(1, scratched.wrong(1)) == pin.PinAnswer(
        Result.LOCKED, PinView(0, date(2026, 11, 20), 2, True)
    ), "a lock does not hide that the PIN was verified"


def test_tries_are_on_record_up_to_a_bound(scratched: Scratched) -> None:
    scratched.ask(1, scratched.wrong(1))
    scratched.ask(1, scratched.pins[0])
    assert scratched.results(1) == ["wrong", "right"]
    for _ in range(pin.MOST_LOGGED):
        scratched.ask(1, scratched.pins[0])
    assert len(scratched.results(1)) == pin.MOST_LOGGED
    assert scratched.view(1) == PinView(4, date(2026, 11, 20), pin.MOST_LOGGED + 1, False)


@pytest.mark.parametrize(
    "typed", [None, "", "12345", "1234567", "12345a", "１２３", "٠١٢٣٤٥", 123456, "0" * 41]
)
def test_what_is_no_pin_is_no_try(scratched: Scratched, typed: object) -> None:
    for _ in range(MOST_WRONG + 1):
        with pytest.raises(InvalidInput) as refusal:
            scratched.ask(1, typed)
        assert refusal.value.code == "pin.malformed"
    assert (scratched.results(1), scratched.view(1)) == ([], PinView(5, None, 0, False))


@pytest.mark.parametrize(
    "typed", ["012345", " 012 345 ", "０１２３４５", "012-345", "０１２　３４５", "01.23.45"]
)
def test_a_pin_is_read_kindly(typed: str) -> None:
    assert read(typed) == "012345"


def test_labels_without_a_pin_have_none_to_ask_for(world: World) -> None:
    run_id = world.printed(world.ready(), 2)
    for asked, item in ((run_id, 1), (run_id, 3), (run_id + 1, 1)):
        with pytest.raises(NotFound), world.db.write(ledger=False) as session:
            pin.ask(session, asked, item, "123456", master=MASTER)
    with world.db.read() as session:
        assert pin.view(session, session.get_one(Run, run_id), 1) is None


def test_an_item_beyond_the_run_has_no_pin(scratched: Scratched) -> None:
    for item in (0, 10):
        with pytest.raises(NotFound):
            scratched.ask(item, "123456")


def test_the_secret_is_sealed_and_the_ledger_holds_its_hash(scratched: Scratched) -> None:
    with scratched.world.db.read() as session:
        row = session.get_one(Run, scratched.run_id)
        found = pin.secret(session, row, MASTER)
        stored = session.get_one(RunPin, scratched.run_id).sealed
        assert found not in stored
        assert row.pin_hash == hashlib.sha256(found).hexdigest()
        assert ledger_audit.verify(session).fault is None
        with pytest.raises(Unavailable):
            pin.secret(session, row, bytes(32))


def test_a_secret_cannot_stand_in_for_another_runs(scratched: Scratched) -> None:
    other = scratched.world.printed(scratched.world.ready(), 2, pin=True)
    with scratched.world.db.write() as session:
        mine, theirs = session.get_one(RunPin, scratched.run_id), session.get_one(RunPin, other)
        mine.sealed = theirs.sealed
        session.add(mine)
    with pytest.raises(Unavailable) as refusal:
        scratched.ask(1, scratched.pins[0])
    assert refusal.value.code == "pin.sealed"


def test_no_pin_stands_in_the_database(scratched: Scratched) -> None:
    for item in range(1, 10):
        scratched.ask(item, scratched.pins[item - 1])
    with scratched.world.db.read() as session:
        texts = [canonical(row.model_dump(mode="json")) for row in session.exec(select(PinTry)).all()]
        texts += [row.envelope for row in session.exec(select(LedgerEntry)).all()]
        texts.append(session.get_one(Run, scratched.run_id).texts)
    assert len(texts) > 9
    assert not any(one in text for one in scratched.pins for text in texts)


def test_the_same_request_again_keeps_the_same_pins(world: World) -> None:
    number = world.ready()

    def printed(session: Session) -> int:
        given = new_run(3, request_id="one-form", pin=True)
        return run.create(session, world.coop, number, given, base_url=BASE, master=MASTER).run_id

    with world.write() as session:
        first = printed(session)
        before = pin.secret(session, session.get_one(Run, first), MASTER)
    with world.write() as session:
        assert printed(session) == first
        assert pin.secret(session, session.get_one(Run, first), MASTER) == before


def test_the_pins_on_the_paper_are_those_that_the_page_takes(scratched: Scratched, tmp_path: Path) -> None:
    with scratched.world.db.read() as session:
        row = session.get_one(Run, scratched.run_id)
        drawn = [sheet.draw(session, row, tmp_path / one, MASTER).read_bytes() for one in ("once", "again")]
    assert drawn[0] == drawn[1]
    with pypdfium2.PdfDocument(io.BytesIO(drawn[0])) as document:
        words = document[0].get_textpage().get_text_bounded()
    printed = re.findall(r"(?<![0-9])[0-9]{3} ?[0-9]{3}(?![0-9])", words)
    assert {one.replace(" ", "") for one in printed} >= set(scratched.pins)
    assert scratched.ask(9, scratched.pins[8]).result is Result.FIRST


def test_used_and_locked_pins_of_a_run_are_counted(scratched: Scratched) -> None:
    for item in (1, 2, 2):
        scratched.ask(item, scratched.pins[item - 1])
    for _ in range(MOST_WRONG):
        scratched.ask(3, scratched.wrong(3))
    with scratched.world.db.read() as session:
        assert pin.counts(session, session.get_one(Run, scratched.run_id)) == (2, 1)


@pytest.mark.parametrize("result", list(Result))
def test_no_answer_promises_what_a_pin_cannot(result: Result) -> None:
    for lang in ("zh", "en"):
        said = words(result, lang, day="2026年11月20日", times=2, left=3)
        assert all(said)
        assert not any(word in "".join(said) for word in ("正品", "genuine", "authentic", "{", "}"))
    assert ("2026年11月20日" in words(result, day="2026年11月20日").meaning) is (result is Result.AGAIN)

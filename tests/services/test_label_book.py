"""A kept page is used while the ledger stands still, and never after."""

from __future__ import annotations

from datetime import date

from sqlalchemy import event
from sqlmodel import Session

from tests.support.makers import MASTER, World
from trace.services import recall, run, scan
from trace.services.label_book import LabelBook
from trace.tables import Run


def _statements(world: World, session: Session, digits: str, book: LabelBook) -> tuple[str, int]:
    """The verdict, and how many statements it took."""
    seen: list[str] = []

    def note(_link: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", note)
    verdict = scan.look(session, digits, book=book).verdict
    event.remove(world.db.engine, "before_cursor_execute", note)
    return verdict, len(seen)


def test_a_second_label_of_the_batch_costs_few_reads_and_a_recall_shows_at_once(world: World) -> None:
    number = world.ready()
    run_id = world.printed(number, 3)
    book = LabelBook()
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        codes = [url.rpartition("/c/")[2] for url in run.urls(session, row, MASTER)]
    with world.db.read() as session:
        verdict, first = _statements(world, session, codes[0], book)
    with world.db.read() as session:
        again, second = _statements(world, session, codes[1], book)
    assert (verdict, again) == ("first", "first")
    assert second <= 13 < first
    with world.write() as session:
        recall.open_recall(session, world.regulator, number, "示例：超标", "示例：停止食用")
    with world.db.read() as session:
        assert scan.look(session, codes[2], book=book).verdict == "recalled"


def test_a_new_record_is_on_the_page_at_once(world: World) -> None:
    number = world.ready()
    [code] = _codes(world, world.printed(number, 1))
    book = LabelBook()
    with world.db.read() as session:
        before = scan.look(session, code, book=book).chain
    world.record(number, "storage", date(2026, 9, 3))
    with world.db.read() as session:
        after = scan.look(session, code, book=book).chain
    assert [step.stage for step in after] == [*(step.stage for step in before), "storage"]


def test_only_so_many_pages_are_kept(world: World) -> None:
    numbers = [world.ready(), world.ready()]
    codes = [_codes(world, world.printed(number, 1))[0] for number in numbers]
    book = LabelBook(limit=1)
    with world.db.read() as session:
        batches = [scan.look(session, code, book=book).batch for code in (*codes, *codes)]
    assert [batch.number for batch in batches if batch is not None] == [*numbers, *numbers]


def _codes(world: World, run_id: int) -> list[str]:
    with world.db.read() as session:
        return [url.rpartition("/c/")[2] for url in run.urls(session, session.get_one(Run, run_id), MASTER)]

"""What the desk says while labels are drawn and checked, and when a label does not read back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from labels import pdf, qr
from labels.marks import Mark, marks
from tests.support.desk import Desk, make_desk
from trace.core import clock
from trace.jobs import queue
from trace.jobs.handlers import RUN_DRAW, folder
from trace.tables import Download, RunCheck
from trace.web.context import App
from trace.web.desk import run_check

RUN, FILE, DRAW = "/desk/runs/1", "/desk/runs/1/labels.pdf", "/desk/runs/1/draw"
REFRESH = '<meta http-equiv="refresh"'


@pytest.fixture
def desk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setattr(run_check, "_PATIENCE", 0.0)
    made = make_desk(app)
    made.world.ready(number="LOTUS-1", grams=50_000)
    return made


@pytest.fixture
def white_third(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An engine that leaves the third label white, until undone."""

    def wrong(*arguments: object, **named: object) -> Iterator[Mark]:
        for number, mark in enumerate(marks(*arguments, **named), start=1):
            yield mark if number != 3 else Mark(mark.number, bytes(qr.PACKED_BYTES))

    with monkeypatch.context() as patch:
        patch.setattr(pdf, "marks", wrong)
        yield patch


def print_one(desk: Desk, count: int = 3) -> None:
    assert desk.world.printed("LOTUS-1", count) == 1


def at_work(desk: Desk, progress: int) -> None:
    """Another worker has the run in hand."""
    with desk.world.db.write(ledger=False) as session:
        queue.enqueue(session, RUN_DRAW, 1, clock.now())
        held = queue.claim(session, "another", clock.now())
        assert held is not None
        queue.renew(session, held, clock.now(), progress)


def test_a_run_that_passed_says_how_many_labels_were_read_back(desk: Desk) -> None:
    print_one(desk)
    assert "自检通过" not in desk.page(RUN)
    assert desk.browser().submit(DRAW, {}).status_code == 303
    html = desk.page(RUN)
    assert "自检通过：3 枚里读回 3 枚" in html
    assert FILE in html
    assert REFRESH not in html
    with desk.browser().get(FILE) as answer:
        assert (answer.status_code, answer.mimetype) == (200, "application/pdf")


def test_while_another_draws_the_page_says_how_far_and_looks_again(desk: Desk) -> None:
    print_one(desk)
    at_work(desk, 370)
    html = desk.page(RUN)
    assert "正在画标签、自检" in html
    assert "37\u00a0%" in html
    assert REFRESH in html
    assert FILE not in html
    answer = desk.browser().get(FILE)
    assert (answer.status_code, answer.location) == (303, RUN)
    assert desk.count(Download) == 0


def test_a_label_that_does_not_read_back_is_named_and_nothing_is_handed_out(
    desk: Desk, white_third: pytest.MonkeyPatch
) -> None:
    print_one(desk)
    answer = desk.browser().get(FILE)
    assert (answer.status_code, answer.location) == (303, RUN)
    html = desk.page(RUN)
    assert "标签没有放行" in html
    assert "自检没通过：第 3 枚（第 1 页第 3 格）读不出二维码。" in html
    assert FILE not in html
    assert REFRESH not in html
    assert desk.count(Download) == 0
    white_third.undo()
    assert desk.browser().submit(DRAW, {}).status_code == 303
    assert "自检通过：3 枚里读回 3 枚" in desk.page(RUN)
    assert desk.count(RunCheck) == 2


def test_a_run_that_could_not_be_written_waits_and_says_why(desk: Desk, app: Flask) -> None:
    print_one(desk)
    parts: App = app.extensions["trace"]
    place = folder(parts.settings)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("no folder")
    desk.browser().submit(DRAW, {})
    html = desk.page(RUN)
    assert "标签在排队，等着画" in html
    assert "上一次没有画成：标签文件写不下" in html
    assert REFRESH in html
    place.unlink()
    with desk.browser().get(FILE) as answer:
        assert answer.status_code == 200


def test_a_page_that_waits_takes_up_what_nobody_is_at(desk: Desk) -> None:
    print_one(desk)
    with desk.world.db.write(ledger=False) as session:
        queue.enqueue(session, RUN_DRAW, 1, clock.now())
    assert "正在画标签、自检" in desk.page(RUN)
    with desk.world.db.read() as session:
        job = queue.find(session, RUN_DRAW, 1)
        assert job is not None and job.attempts == 1


def test_printing_begins_to_draw(desk: Desk) -> None:
    answer = desk.send("/desk/batches/LOTUS-1/print", count="3")
    assert answer.status_code == 303
    assert "自检通过：3 枚里读回 3 枚" in desk.page(answer.location)


def test_readers_see_it_and_may_not_draw(desk: Desk, white_third: pytest.MonkeyPatch) -> None:
    print_one(desk)
    desk.browser().submit(DRAW, {})
    html = desk.page(RUN, "reader")
    assert "标签没有放行" in html
    assert DRAW not in html
    assert desk.browser("reader").submit(DRAW, {}).status_code == 403
    assert desk.browser("rival").submit(DRAW, {}).status_code == 404
    assert desk.count(RunCheck) == 1

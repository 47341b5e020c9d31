"""What every page says of a record: recorded late, by an odd clock, partly erased; and the root that paper carries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.support.desk import Desk, make_desk
from trace.core import clock, printed_root
from trace.services import attachment, erasure, event, ledger
from trace.services.attachment import Checked
from trace.services.erasure import Request
from trace.tables import Certificate, Run
from trace.web.context import App

NAME = "示例公孙小草"
GROUND = "示例：当事人申请"
DAY = date(2027, 3, 10)
NOON = datetime(2027, 3, 10, 4, tzinfo=UTC)


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


def pages(desk: Desk, number: str) -> list[str]:
    """The batch as the public, its owner and a regulator see it, in Chinese."""
    return [
        desk.app.test_client().get(f"/batch/{number}?lang=zh").text,
        desk.page(f"/desk/batches/{number}?lang=zh", "coop"),
        desk.page(f"/gov/batches/{number}?lang=zh", "regulator"),
    ]


def erase(desk: Desk, *chosen: tuple[int, str]) -> None:
    with desk.world.write() as session:
        done = erasure.erase(session, desk.world.operator, Request(GROUND, date(2026, 10, 2), "", chosen))
    parts: App = desk.app.extensions["trace"]
    erasure.finish(parts.db, parts.settings, done)


def test_pages_say_by_how_many_days_a_record_is_late(desk: Desk) -> None:
    number = desk.world.batch()
    with clock.at(NOON + timedelta(days=19)):
        desk.world.record(number, "planting", DAY)
    for page in pages(desk, number):
        assert "这条在事情发生 19 天后才记录" in page
    english = desk.app.test_client().get(f"/batch/{number}?lang=en").text
    assert "Recorded 19 days after it happened" in english


def test_pages_say_when_each_record_was_entered(desk: Desk) -> None:
    number = desk.world.batch()
    with clock.at(NOON + timedelta(days=2)):
        made = desk.world.record(number, "planting", DAY)
    public = desk.app.test_client().get(f"/batch/{number}?lang=zh").text
    assert "2027年3月10日" in public
    assert f"2027年3月12日 记入账本第 {made.entry} 条" in public
    assert "天后才记录" not in public


def test_pages_say_that_a_clock_ran_backwards(desk: Desk) -> None:
    number = desk.world.batch()
    with clock.at(NOON):
        desk.world.record(number, "planting", DAY)
    with clock.at(NOON - timedelta(hours=1)):
        desk.world.record(number, "planting", DAY)
    for page in pages(desk, number):
        assert page.count("记录时间早于账本里的前一条，时钟可能不准") == 1


def test_pages_say_what_was_erased_when_and_why_and_never_what_it_was(desk: Desk) -> None:
    number = desk.world.batch()
    facts = {"activity": "weeding", "worker": NAME, "note": f"{NAME}除草"}
    made = desk.world.record(number, "planting", date(2026, 4, 1), facts=facts)
    assert NAME in desk.page(f"/gov/batches/{number}", "regulator")
    with clock.at(NOON):
        erase(desk, (made.entry, "facts.worker"), (made.entry, "facts.note"))
    for page in pages(desk, number):
        assert f"应当事人要求，2027年3月10日依法删除了：备注、操作人。依据：{GROUND}" in page
        assert NAME not in page
    assert "2026年10月2日 收到请求，2027年3月10日 删除" in pages(desk, number)[2]


def test_a_file_that_was_erased_is_said_to_be_gone(desk: Desk) -> None:
    parts: App = desk.app.extensions["trace"]
    with desk.world.write() as session:
        photo = Checked(b"a face", "image/jpeg", 4, 3, "示例照片")
        stored = attachment.store(session, desk.world.coop, parts.settings, photo)
    number = desk.world.batch()
    files = (event.Attached(stored.id, "示例照片"),)
    desk.world.record(number, "storage", date(2026, 8, 25), attachments=files)
    public = desk.app.test_client()
    with public.get(f"/file/{stored.sha256}") as there:
        assert there.status_code == 200
    with desk.world.db.read() as session:
        entry = ledger.entry_of(session, "attachment", stored.id)
    assert entry is not None
    with clock.at(NOON):
        erase(desk, (entry, "file"))
    gone = public.get(f"/file/{stored.sha256}")
    assert gone.status_code == 404
    assert "依法删除" in gone.text
    for page in pages(desk, number):
        assert f"文件已依法删除（2027年3月10日）：{GROUND}" in page
        assert f'href="/file/{stored.sha256}"' not in page


def test_the_root_stands_on_the_runs_page_and_on_the_certificate(desk: Desk) -> None:
    number = desk.world.ready()
    run_id = desk.world.printed(number)
    with desk.world.db.read() as session:
        run, certificate = session.get_one(Run, run_id), session.get_one(Certificate, 1)
    for row, path in ((run, f"/desk/runs/{run_id}"), (certificate, "/desk/certificates/1")):
        assert printed_root.shown(row.ledger_size, row.ledger_root) in desk.page(f"{path}?lang=zh", "coop")
        assert printed_root.shown(row.ledger_size, row.ledger_root, "en") in desk.page(
            f"{path}?lang=en", "coop"
        )
    assert printed_root.shown(certificate.ledger_size, certificate.ledger_root) in pages(desk, number)[0]


def test_what_was_made_before_roots_were_printed_says_nothing_of_them(desk: Desk) -> None:
    number = desk.world.ready()
    run_id = desk.world.printed(number)
    with desk.world.write() as session:
        for row in (session.get_one(Run, run_id), session.get_one(Certificate, 1)):
            row.ledger_size = row.ledger_root = None
    assert "印在纸边上的账本" not in desk.page(f"/desk/runs/{run_id}?lang=zh", "coop")
    assert "账本 " not in desk.page("/desk/certificates/1?lang=zh", "coop")


def test_marks_are_one_file() -> None:
    """The same words everywhere: pages import them and say nothing of their own."""
    templates = Path(__file__).parents[2] / "templates"
    said = [path.name for path in templates.rglob("*.html") if "天后才记录" in path.read_text("utf-8")]
    assert said == ["marks.html"]

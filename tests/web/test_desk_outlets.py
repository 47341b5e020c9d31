"""The run page's other forms of labels, and what a second taker sees first."""

from __future__ import annotations

import csv
import io
import re
import threading
from urllib.parse import unquote

import pytest
import zxingcpp
from flask import Flask

from tests.support.desk import Desk, form_on, make_desk
from tests.support.printer_languages import Zpl, picture
from trace.core import clock
from trace.jobs import queue
from trace.jobs.handlers import OUTLET
from trace.services import ranges, recall
from trace.services.outlet import OUTLETS
from trace.tables import Download, Run
from trace.web.desk import downloads

RUN = "/desk/runs/1"
AGAIN = "我知道，再取一次"


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = make_desk(app)
    made.world.ready(number="LOTUS-1", grams=50_000)
    assert made.world.printed("LOTUS-1", 4, stock="roll-60x40", dpi=203) == 1
    return made


def file_path(form: str) -> str:
    return f"{RUN}/labels.{form}"


def taken(desk: Desk, form: str, name: str = "clerk") -> bytes:
    with desk.browser(name).get(file_path(form)) as answer:
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        return answer.get_data()


@pytest.mark.parametrize("form", OUTLETS)
def test_each_form_is_given_under_a_name_a_clerk_understands(desk: Desk, form: str) -> None:
    with desk.browser().get(file_path(form)) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == OUTLETS[form].mime.partition(";")[0]
        name = unquote(answer.headers["Content-Disposition"])
        assert f"通芯白莲 LOTUS-1 第1批 4枚{OUTLETS[form].suffix}" in name
        assert len(answer.get_data()) > 0
    assert desk.count(Download) == 1


def test_what_a_print_shop_gets_is_what_a_printer_prints(desk: Desk) -> None:
    rows = list(csv.DictReader(io.StringIO(taken(desk, "csv").decode("utf-8-sig"), newline="")))
    with desk.browser().submit(f"{RUN}/again/zpl") as answer:
        labels = Zpl().feed(answer.get_data())
    read = [zxingcpp.read_barcodes(picture(label))[0].text for label in labels]
    assert [row["网址 URL"] for row in rows] == read


def test_whoever_comes_second_is_told_who_was_first_before_anything_is_given(desk: Desk) -> None:
    taken(desk, "csv", "coop")
    for form in ("csv", "pdf"):
        page = desk.page(file_path(form))
        assert "示例coop" in page
        assert "CSV 表" in page
        assert AGAIN in page
    assert desk.count(Download) == 1
    sent = form_on(desk.page(file_path("pdf")), f"{RUN}/again/pdf")
    with desk.browser().submit(f"{RUN}/again/pdf", sent) as answer:
        assert answer.mimetype == "application/pdf"
    assert desk.count(Download) == 2
    page = desk.page(RUN)
    assert "已经下载过 2 次" in page
    assert page.count("示例coop · CSV 表") == 1


def test_a_second_taking_needs_the_forms_token(desk: Desk) -> None:
    taken(desk, "csv")
    assert desk.browser().post(f"{RUN}/again/csv").status_code == 400
    assert desk.browser().get(f"{RUN}/again/csv").status_code == 405
    assert desk.count(Download) == 1


@pytest.mark.parametrize("header", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}])
def test_a_browser_that_fetches_ahead_takes_nothing(desk: Desk, header: dict[str, str]) -> None:
    assert desk.browser().get(file_path("csv"), headers=header).status_code == 204
    head = desk.browser().head(file_path("xlsx"))
    assert (head.status_code, head.get_data()) == (200, b"")
    assert desk.count(Download) == 0
    assert "已经下载过" not in desk.page(RUN)


def test_two_clicks_at_once_are_both_on_record(desk: Desk) -> None:
    browsers = [desk.browser("clerk"), desk.browser("coop")]
    start, given = threading.Barrier(2), []

    def click(number: int) -> None:
        start.wait()
        with browsers[number].get(file_path("csv")) as answer:
            given.append(answer.mimetype)

    threads = [threading.Thread(target=click, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Who comes a moment later is told; who comes at the same time gets the file, and stands second on record.
    assert set(given) <= {"text/csv", "text/html"}
    assert desk.count(Download) == given.count("text/csv") >= 1


def test_the_page_offers_what_the_paper_can_carry_and_its_size(desk: Desk) -> None:
    page = desk.page(RUN)
    for form in OUTLETS:
        assert file_path(form) in page
    assert "约" in page
    desk.world.printed("LOTUS-1", 3)
    flat = desk.page("/desk/runs/2")
    assert "/desk/runs/2/labels.csv" in flat
    assert "/desk/runs/2/labels.tspl" not in flat
    refused = desk.browser().get("/desk/runs/2/labels.tspl")
    assert refused.status_code == 422
    assert "卷装标签" in refused.get_data(as_text=True)
    assert desk.count(Download) == 0


def test_a_form_that_is_no_form_is_not_there(desk: Desk) -> None:
    assert desk.browser().get(f"{RUN}/labels.docx").status_code == 404


def test_a_form_that_another_process_makes_is_told_and_not_given(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "_PATIENCE", 0.0)
    with desk.world.db.write(ledger=False) as session:
        queue.enqueue(session, f"{OUTLET}xlsx", 1, clock.now())
        held = queue.claim(session, "another", clock.now())
        assert held is not None
        queue.renew(session, held, clock.now(), 420)
    answer = desk.browser().get(file_path("xlsx"))
    assert (answer.status_code, answer.location) == (303, RUN)
    page = desk.page(RUN)
    assert "42 %" in page
    assert '<meta http-equiv="refresh"' in page
    assert desk.count(Download) == 0


def test_nothing_is_offered_while_the_batch_is_recalled_nor_to_those_who_only_read(desk: Desk) -> None:
    assert "labels.csv" not in desk.page(RUN, "reader")
    assert desk.browser("reader").get(file_path("csv")).status_code == 403
    with desk.world.write() as session:
        recall.open_recall(session, desk.world.regulator, "LOTUS-1", "示例抽检不合格", "请退货")
    assert "/labels." not in desk.page(RUN)
    assert desk.browser().get(file_path("csv")).status_code == 409
    assert desk.browser().submit(f"{RUN}/again/csv").status_code == 409


def test_how_labels_stand_is_a_bar_and_words(desk: Desk) -> None:
    with desk.world.write() as session:
        ranges.void(session, desk.world.coop, 1, 2, 2, "示例：撕破")
    with desk.world.db.read() as session:
        pieces = ranges.segments(session, session.get_one(Run, 1))
    assert pieces == [(1, 1, "active"), (2, 2, "void"), (3, 4, "active")]
    page = desk.page(RUN)
    bar = re.findall(r'<rect class="(\w+)" x="(\d+)" y="0" width="(\d+)"', page)
    assert bar == [("active", "0", "250"), ("active", "500", "500"), ("void", "250", "250")]
    assert "分段：3 段" in page
    assert " style=" not in page


def test_spoilt_labels_go_to_the_print_form_with_what_was_typed(desk: Desk) -> None:
    page = desk.page(RUN)
    sent = form_on(page, "/desk/batches/LOTUS-1/print") | {
        "old_first": "2",
        "old_last": "3",
        "old_reason": "卡纸",
    }
    query = "&".join(f"{key}={value}" for key, value in sent.items())
    form = desk.form(f"/desk/batches/LOTUS-1/print?{query}")
    asked = {name: form[name] for name in ("replaces", "old_first", "old_last", "old_reason", "stock", "dpi")}
    assert asked == {
        "replaces": "1",
        "old_first": "2",
        "old_last": "3",
        "old_reason": "卡纸",
        "stock": "roll-60x40",
        "dpi": "203",
    }

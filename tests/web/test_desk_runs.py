"""Labels on the desk: print, take the file, activate, void, reprint."""

from __future__ import annotations

import io
import re
from urllib.parse import unquote

import pypdfium2
import pytest
from flask import Flask

from tests.support.desk import Desk, form_on, make_desk
from trace.services import recall
from trace.tables import Download, Run

PRINT = "/desk/batches/LOTUS-1/print"


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = make_desk(app)
    made.world.ready(number="LOTUS-1", grams=50_000)
    return made


def run(desk: Desk, run_id: int) -> Run:
    with desk.world.db.read() as session:
        return session.get_one(Run, run_id)


def printed(desk: Desk, count: int = 10, path: str = PRINT, **given: object) -> int:
    answer = desk.send(path, count=str(count), **given)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return int(answer.location.rpartition("/")[2])


def taken(desk: Desk, run_id: int, name: str = "clerk") -> bytes:
    with desk.browser(name).get(f"/desk/runs/{run_id}/labels.pdf") as answer:
        assert answer.status_code == 200
        return answer.get_data()


def test_the_page_shows_how_many_and_what_they_will_look_like(desk: Desk) -> None:
    html = desk.page(PRINT)
    assert "最多还能打 100 枚" in html
    assert "样张" in html
    assert "<svg xmlns" in html
    assert " style=" not in html


def test_paper_too_small_for_the_words_is_marked_and_refused(desk: Desk) -> None:
    path = f"/desk/batches/{desk.world.ready(number='A-LONG-NUMBER-OF-A-BATCH-2026', grams=50_000)}/print"
    assert desk.page(path).count('class="unfit"') == 1
    assert "确定打印" in desk.page(path)
    assert "确定打印" not in desk.page(f"{path}?stock=a4-65")
    refused = desk.browser().submit(path, desk.form(path) | {"stock": "a4-65", "count": "1"})
    assert refused.status_code == 422
    assert desk.count(Run) == 0


def test_a_run_is_decided_by_the_form_and_two_taps_decide_one(desk: Desk) -> None:
    form = desk.form(f"{PRINT}?stock=a4-33") | {"count": "30", "start_cell": "4"}
    for _ in range(2):
        answer = desk.browser().submit(PRINT, form)
        assert answer.location == "/desk/runs/1"
    made = run(desk, 1)
    assert (made.count, made.stock, made.start_cell, made.dpi) == (30, "a4-33", 4, 600)
    assert desk.count(Run) == 1


def test_a_roll_asks_for_the_printer_and_the_choice_is_remembered(desk: Desk) -> None:
    printed(desk, 2, f"{PRINT}?stock=roll-60x40", dpi="300")
    assert (run(desk, 1).stock, run(desk, 1).dpi, run(desk, 1).start_cell) == ("roll-60x40", 300, 1)
    form = desk.form(PRINT)
    assert (form["stock"], form["dpi"]) == ("roll-60x40", "300")


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [
        ({"count": "101"}, 409, "count"),
        ({"count": "0"}, 422, "count"),
        ({"count": "许多"}, 422, "count"),
        ({"count": "5", "start_cell": "25"}, 422, "start_cell"),
    ],
)
def test_too_many_or_impossible_labels_are_refused_beside_the_input(
    desk: Desk, wrong: dict[str, str], status: int, said: str
) -> None:
    answer = desk.send(PRINT, **wrong)
    assert answer.status_code == status
    html = answer.get_data(as_text=True)
    assert f"#{said}" in html
    assert form_on(html, PRINT)["count"] == wrong["count"]
    assert desk.count(Run) == 0


def test_what_a_batch_still_needs_is_said_before_printing(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-2")
    html = desk.page("/desk/batches/LOTUS-2/print")
    assert "/desk/batches/LOTUS-2/record/harvest" in html
    assert "确定打印" not in html
    refused = desk.send("/desk/batches/LOTUS-2/print", count="1")
    assert refused.status_code == 409


def test_the_file_holds_the_labels_and_a_name_a_clerk_understands(desk: Desk) -> None:
    run_id = printed(desk, 30)
    with desk.browser().get(f"/desk/runs/{run_id}/labels.pdf") as answer:
        name = unquote(answer.headers["Content-Disposition"])
        body = answer.get_data()
    assert "通芯白莲 LOTUS-1 第1批 30枚.pdf" in name
    with pypdfium2.PdfDocument(io.BytesIO(body)) as document:
        assert len(document) == 2
    with desk.browser().submit(f"/desk/runs/{run_id}/again/pdf") as again:
        assert again.get_data() == body


def test_every_taking_of_the_file_is_on_record_and_the_next_is_warned(desk: Desk) -> None:
    run_id = printed(desk)
    assert desk.browser().head(f"/desk/runs/{run_id}/labels.pdf").status_code == 200
    assert desk.count(Download) == 0
    assert "已经下载过" not in desk.page(f"/desk/runs/{run_id}")
    taken(desk, run_id, "coop")
    assert desk.count(Download) == 1
    page = desk.page(f"/desk/runs/{run_id}")
    assert "已经下载过 1 次" in page
    assert "示例coop" in page


def test_labels_of_a_recalled_batch_stay_in_the_drawer(desk: Desk) -> None:
    run_id = printed(desk)
    with desk.world.write() as session:
        recall.open_recall(session, desk.world.regulator, "LOTUS-1", "示例抽检不合格", "请退货")
    assert desk.browser().get(f"/desk/runs/{run_id}/labels.pdf").status_code == 409
    assert "labels.pdf" not in desk.page(f"/desk/runs/{run_id}")
    assert desk.count(Download) == 0


def test_a_run_names_its_first_and_last_label(desk: Desk) -> None:
    run_id = printed(desk)
    numbers = re.findall(r"\d{4} \d{4} \d{4} \d{4} \d{4}-\d", desk.page(f"/desk/runs/{run_id}"))
    assert numbers[0][15:24].replace(" ", "")[-4:] == "0001"
    assert len(numbers) == 2
    assert "0010-" in numbers[1]
    assert f"/desk/runs/{run_id}" in desk.page("/desk/runs")


def test_void_labels_are_void_for_good_and_only_a_manager_voids(desk: Desk) -> None:
    run_id = printed(desk)
    path = f"/desk/runs/{run_id}"
    form = form_on(desk.page(path, "coop"), f"{path}/void")
    refused = desk.browser("coop").submit(f"{path}/void", form | {"first": "3", "last": "5"})
    assert refused.status_code == 422
    assert 'id="reason-said"' in refused.get_data(as_text=True)
    sent = form | {"first": "3", "last": "5", "reason": "受潮"}
    assert desk.browser("coop").submit(f"{path}/void", sent).status_code == 303
    assert desk.browser("coop").submit(f"{path}/void", sent).status_code == 409
    assert "受潮" in desk.page(path)
    assert "最多还能打 93 枚" in desk.page(PRINT)
    assert desk.browser("coop").submit(f"{path}/void", form | {"first": "9", "last": "11"}).status_code == 422


def test_spoilt_labels_are_replaced_by_new_codes(desk: Desk) -> None:
    run_id = printed(desk, 100)
    path = f"{PRINT}?replaces={run_id}"
    assert desk.form(path)["replaces"] == str(run_id)
    refused = desk.send(path, old_first="99", old_last="101")
    assert refused.status_code == 422
    assert 'id="old_first-said"' in refused.get_data(as_text=True)
    new = printed(desk, path=path, count="", old_first="99", old_last="100", old_reason="打印机卡纸")
    assert (run(desk, new).count, run(desk, new).replaces_id) == (2, run_id)
    assert "打印机卡纸" in desk.page(f"/desk/runs/{run_id}")


def test_labels_of_a_brand_that_activates_at_packing_are_activated_by_the_clerk(app: Flask) -> None:
    desk = make_desk(app, activation="pack")
    desk.world.ready(number="LOTUS-1", grams=50_000)
    path = f"/desk/runs/{printed(desk)}"
    form = form_on(desk.page(path), f"{path}/activate")
    assert (form["first"], form["last"]) == ("1", "10")
    assert desk.browser().submit(f"{path}/activate", form | {"first": "1", "last": "4"}).status_code == 303
    assert "启用了 4 枚标签" in desk.page(path)
    assert desk.browser().submit(f"{path}/activate", form | {"first": "1", "last": "11"}).status_code == 422

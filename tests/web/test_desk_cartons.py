"""Cartons on the desk: printed for a run, packed by codes and by numbers, looked into, opened."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.desk import Desk, form_on, make_desk
from tests.support.makers import MASTER
from trace.services import carton_record, recall, run
from trace.tables import CartonPack, CartonSplit, Run

PACK = "/desk/cartons/pack"


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = make_desk(app)
    made.world.ready(number="LOTUS-1", grams=50_000)
    made.world.printed("LOTUS-1", 30)
    return made


def boxed(desk: Desk, path: str = "/desk/runs/1/cartons", **given: object) -> int:
    answer = desk.send(path, **{"per_carton": "12", **given})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return int(answer.location.rpartition("/")[2])


def url(desk: Desk, run_id: int, item: int) -> str:
    with desk.world.db.read() as session:
        return list(run.urls(session, session.get_one(Run, run_id), MASTER))[item - 1]


def number(desk: Desk, run_id: int, item: int) -> str:
    with desk.world.db.read() as session:
        return carton_record.number_of(session.get_one(Run, run_id), item)


def test_a_runs_page_leads_to_its_cartons_and_two_taps_print_once(desk: Desk) -> None:
    page = desk.page("/desk/runs/1")
    assert "没装箱 30 枚" in page
    assert "/desk/runs/1/cartons" in page
    form = desk.form("/desk/runs/1/cartons") | {"per_carton": "12"}
    assert (form["content_first"], form["content_last"], form["level"]) == ("1", "30", "1")
    for _ in range(2):
        answer = desk.browser().submit("/desk/runs/1/cartons", form)
        assert answer.location == "/desk/runs/2"
    assert desk.count(Run) == 2
    assert desk.count(CartonPack) == 1
    after = desk.page("/desk/runs/1")
    assert "没装箱 0 枚" in after
    assert "/desk/runs/1/cartons" not in after
    boxes = desk.page("/desk/runs/2")
    assert "外箱标签" in boxes
    assert "装了第 1 批的 1–30" in boxes
    assert "replaces=2" not in boxes
    assert "第 2 批 · 外箱" in desk.page("/desk/runs")
    assert "第 2 批 · 外箱" in desk.page("/desk/cartons")


def test_the_sample_says_what_the_carton_holds_before_anything_is_printed(desk: Desk) -> None:
    form = desk.form("/desk/runs/1/cartons") | {"per_carton": "12", "look": "1"}
    html = desk.browser().submit("/desk/runs/1/cartons", form).get_data(as_text=True)
    assert "尾箱" in html
    assert "<svg xmlns" in html
    assert form_on(html, "/desk/runs/1/cartons")["per_carton"] == "12"
    assert desk.count(Run) == 1


def test_paper_without_room_for_the_words_is_not_offered_and_refused(desk: Desk) -> None:
    assert 'value="a4-65"' not in desk.page("/desk/runs/1/cartons")
    answer = desk.send("/desk/runs/1/cartons", per_carton="12", stock="a4-65")
    assert answer.status_code == 422
    assert desk.count(Run) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"per_carton": "0"}, "per_carton"),
        ({"per_carton": "许多"}, "per_carton"),
        ({"content_last": "31"}, "content_first"),
        ({"content_first": "0"}, "content_first"),
        ({"start_cell": "99"}, "start_cell"),
        ({"stock": "nothing"}, ""),
    ],
)
def test_what_cannot_be_printed_is_refused_beside_its_input(
    desk: Desk, wrong: dict[str, str], field: str
) -> None:
    answer = desk.send("/desk/runs/1/cartons", **({"per_carton": "12"} | wrong))
    assert answer.status_code in (409, 422)
    html = answer.get_data(as_text=True)
    assert f'id="{field}-said"' in html or not field
    for name, value in wrong.items():
        if name != "stock":
            assert form_on(html, "/desk/runs/1/cartons")[name] == value
    assert desk.count(Run) == 1


def test_empty_cartons_are_packed_by_scanning_one_after_another(desk: Desk) -> None:
    boxes = boxed(desk, "/desk/batches/LOTUS-1/cartons", count="3")
    codes = {"carton": url(desk, boxes, 2), "first_code": url(desk, 1, 12), "last_code": number(desk, 1, 1)}
    answer = desk.browser().submit(PACK, codes)
    assert answer.location == PACK
    assert "第 2 箱装好了：12 枚" in desk.page(PACK)
    again = desk.browser().submit(PACK, codes | {"carton": number(desk, boxes, 1)})
    assert again.status_code == 409
    html = again.get_data(as_text=True)
    assert 'id="first_code-said"' in html
    assert form_on(html, PACK)["last_code"] == codes["last_code"]
    assert desk.count(CartonPack) == 1


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("hello", "没读出标签的码"),
        ("1000 1000 0000 0000 0001", "没读出标签的码"),
        ("10001000010000000100", "没有找到这枚标签"),
    ],
)
def test_a_code_that_is_not_of_a_label_is_refused_kindly(desk: Desk, code: str, said: str) -> None:
    boxes = boxed(desk, "/desk/batches/LOTUS-1/cartons", count="1")
    sent = {"carton": code, "first_code": number(desk, 1, 1), "last_code": number(desk, 1, 2)}
    answer = desk.browser().submit(PACK, sent)
    assert answer.status_code in (404, 422)
    html = answer.get_data(as_text=True)
    assert said in html
    assert 'id="carton-said"' in html
    other = {
        "carton": number(desk, boxes, 1),
        "first_code": number(desk, 1, 1),
        "last_code": number(desk, boxes, 1),
    }
    assert "不是同一批标签" in desk.browser().submit(PACK, other).get_data(as_text=True)


def test_many_cartons_are_packed_by_numbers(desk: Desk) -> None:
    boxes = boxed(desk, "/desk/batches/LOTUS-1/cartons", count="3")
    sent = {
        "carton_run": str(boxes), "first": "1", "last": "2", "content_run": "1",
        "content_first": "1", "content_last": "24", "per_carton": "12",
    }  # fmt: skip
    refused = desk.browser().submit(f"{PACK}/numbers", sent | {"last": "3"})
    assert refused.status_code == 422
    html = refused.get_data(as_text=True)
    assert 'id="last-said"' in html
    assert form_on(html, f"{PACK}/numbers")["carton_run"] == str(boxes)
    assert desk.browser().submit(f"{PACK}/numbers", sent).status_code == 303
    assert "共 24 枚" in desk.page(PACK)


def test_a_carton_is_looked_into_and_opened_for_good(desk: Desk) -> None:
    boxes = boxed(desk)
    assert desk.browser().get(f"/desk/runs/{boxes}/carton?item=3").location == f"/desk/cartons/{boxes}/3"
    page = desk.page(f"/desk/cartons/{boxes}/3")
    assert "第 25–30 枚" in page
    assert "3 kg" in page
    path = f"/desk/cartons/{boxes}/3/split"
    assert desk.browser().submit(path, {"reason": " "}).status_code == 422
    assert desk.browser().submit(path, {"reason": "门店零售"}).status_code == 303
    opened = desk.page(f"/desk/cartons/{boxes}/3")
    assert "门店零售" in opened
    assert "/split" not in opened
    assert desk.browser().submit(path, {"reason": "再拆"}).status_code == 409
    assert desk.count(CartonSplit) == 1
    assert "没装箱 6 枚" in desk.page("/desk/runs/1")
    assert "门店零售" in desk.page(f"/desk/runs/{boxes}")
    assert "门店零售" in desk.page("/desk/batches/LOTUS-1")


def test_any_code_leads_to_its_carton(desk: Desk) -> None:
    boxes = boxed(desk)
    look = desk.browser().get
    assert look("/desk/cartons/find", query_string={"code": number(desk, boxes, 2)}).location.endswith(
        f"/{boxes}/2"
    )
    assert look("/desk/cartons/find", query_string={"code": url(desk, 1, 30)}).location.endswith(
        f"/{boxes}/3"
    )
    wrong = look("/desk/cartons/find", query_string={"code": "12"})
    assert wrong.status_code == 422
    loose = desk.world.printed("LOTUS-1", 1)
    alone = look("/desk/cartons/find", query_string={"code": number(desk, loose, 1)})
    assert alone.status_code == 404
    assert "没有装在箱里" in alone.get_data(as_text=True)


def test_pallets_are_printed_from_the_cartons_page(desk: Desk) -> None:
    boxes = boxed(desk)
    pallet = boxed(desk, f"/desk/runs/{boxes}/cartons", per_carton="2")
    with desk.world.db.read() as session:
        assert session.get_one(Run, pallet).level == 2
    assert "托盘" in desk.page(f"/desk/cartons/{boxes}/1")
    page = desk.page(f"/desk/cartons/{pallet}/1")
    assert "第 1–2 箱" in page
    assert "第 1–24 枚" in page


def test_spoilt_carton_labels_are_replaced_on_their_own_page(desk: Desk) -> None:
    boxes = boxed(desk)
    path = f"/desk/runs/{boxes}/cartons/again"
    assert path in desk.page(f"/desk/runs/{boxes}")
    assert desk.send(path, first="3", last="4").status_code == 422
    answer = desk.send(path, first="2", last="2")
    fresh = int(answer.location.rpartition("/")[2])
    assert "第 13–24 枚" in desk.page(f"/desk/cartons/{fresh}/1")
    assert "已作废" in desk.page(f"/desk/cartons/{boxes}/2")


def test_others_see_and_touch_nothing(desk: Desk) -> None:
    boxes = boxed(desk)
    for path in (f"/desk/runs/{boxes}/cartons", f"/desk/cartons/{boxes}/1", "/desk/runs/1/cartons"):
        assert desk.browser("rival").get(path).status_code == 404
    assert desk.browser("reader").get("/desk/runs/1/cartons").status_code == 403
    assert desk.browser("reader").get(f"/desk/cartons/{boxes}/1").status_code == 200
    assert "/split" not in desk.page(f"/desk/cartons/{boxes}/1", "reader")
    assert desk.browser("rival").get("/desk/cartons").status_code == 200
    assert desk.browser().get(f"/desk/cartons/{boxes}/4").status_code == 404
    assert desk.browser().get("/desk/cartons/1/1").status_code == 404


def test_nothing_of_a_recalled_batch_is_packed(desk: Desk) -> None:
    boxes = boxed(desk, "/desk/batches/LOTUS-1/cartons", count="1")
    with desk.world.write() as session:
        recall.open_recall(session, desk.world.regulator, "LOTUS-1", "示例抽检不合格", "请退货")
    sent = {
        "carton": number(desk, boxes, 1),
        "first_code": number(desk, 1, 1),
        "last_code": number(desk, 1, 2),
    }
    assert desk.browser().submit(PACK, sent).status_code == 409
    assert "/desk/runs/1/cartons" not in desk.page("/desk/runs/1")

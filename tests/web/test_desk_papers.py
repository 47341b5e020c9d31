"""Label paper on the desk: an own stock measured and drawn, a part-used sheet looked at, crossed out, closed."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.desk import Desk, form_on, make_desk
from tests.support.makers import new_run
from trace.services import part_sheet, run, stock
from trace.tables import LabelStock, SheetCell

NEW = "/desk/papers/new"
MEASURED = {
    "name": "示例二十一枚", "label_width": "６３。５", "label_height": "38.1 毫米", "columns": "3", "rows": "7",
    "margin_left": "7.25", "margin_top": "15", "gap_x": "2，5", "gap_y": "0",
}  # fmt: skip


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


def own(desk: Desk) -> list[stock.OwnStock]:
    with desk.world.db.read() as session:
        return stock.own(session, int(desk.world.coop.org_id))


def sheet(desk: Desk, count: int = 20) -> int:
    """A part-used sheet that a run of so many labels left."""
    number = desk.world.ready(number="LOTUS-1", grams=50_000)
    desk.world.printed(number, count)
    with desk.world.db.read() as session:
        return part_sheet.open_sheets(session, int(desk.world.coop.org_id))[0].id


def test_a_stock_is_measured_looked_at_and_kept(desk: Desk) -> None:
    looked = desk.send(NEW, **MEASURED, do="look")
    html = looked.get_data(as_text=True)
    assert looked.status_code == 200
    assert "左边距 7.25" in html
    assert ">21</text>" in html
    assert "二维码每格" in html
    assert form_on(html, NEW)["label_width"] == "６３。５"
    assert " style=" not in html
    assert desk.count(LabelStock) == 0

    for _ in range(2):
        assert desk.send(NEW, **MEASURED, do="keep").location == "/desk/papers"
    [kept] = own(desk)
    made = kept.stock
    assert (made.label_width, made.label_height, made.gap_x, made.per_page) == (63_500, 38_100, 2_500, 21)
    assert "示例二十一枚（63.5 × 38.1 mm）" in desk.page("/desk/papers")


def test_a_roll_asks_only_for_what_a_roll_has(desk: Desk) -> None:
    path = f"{NEW}?kind=roll"
    assert "margin_left" not in desk.form(path)
    assert desk.send(path, name="示例卷", label_width="55", label_height="35").status_code == 303
    [kept] = own(desk)
    assert (kept.stock.kind, kept.stock.page_width, kept.stock.gap_y) == ("roll", 55_000, 2_000)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": ""}, "name", "请填写"),
        ({"name": "a4-24"}, "name", "重名"),
        ({"label_width": "宽"}, "label_width", "毫米"),
        ({"label_width": "90"}, "label_width", "加起来宽 282.25 mm，纸只有 210 mm"),
        ({"rows": "9"}, "label_height", "加起来高"),
        ({"rows": "很多"}, "rows", "整数"),
        ({"label_height": "9"}, "label_height", "10–300 mm"),
        ({"label_width": "20", "label_height": "20", "do": "look"}, "label_width", "最小可用 a4-65"),
    ],
)
def test_what_is_wrong_is_said_beside_its_input_and_nothing_typed_is_lost(
    desk: Desk, wrong: dict[str, str], field: str, said: str
) -> None:
    answer = desk.send(NEW, **MEASURED | wrong)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{field}-said"' in html
    assert said in html
    back = form_on(html, NEW)
    for name, value in (MEASURED | wrong).items():
        assert name == "do" or back[name] == value
    assert desk.count(LabelStock) == 0


def test_a_change_keeps_the_old_edition_and_printed_runs(desk: Desk) -> None:
    desk.send(NEW, **MEASURED)
    [before] = own(desk)
    number = desk.world.ready(number="LOTUS-1", grams=50_000)
    with desk.world.write() as session:
        given = new_run(2, stock="示例二十一枚", dpi=600)
        made = run.create(
            session,
            desk.world.clerk,
            number,
            given,
            base_url="http://127.0.0.1:5000",
            master=bytes(range(32)),
        )
    path = f"/desk/papers/{before.id}"
    assert desk.form(path)["margin_top"] == "15"
    assert desk.send(path, margin_top="15.5").status_code == 303
    [after] = own(desk)
    assert (after.stock.margin_top, after.id != before.id) == (15_500, True)
    with desk.browser().get(f"/desk/runs/{made.run_id}/labels.pdf") as answer:
        assert answer.status_code == 200
    assert desk.browser("rival").get(path).status_code == 404
    retired = desk.browser().submit(f"/desk/papers/{after.id}/retire", {})
    assert retired.status_code == 303
    assert own(desk) == []


def test_a_name_taken_is_said(desk: Desk) -> None:
    desk.send(NEW, **MEASURED)
    answer = desk.send(NEW, **MEASURED | {"margin_top": "14"})
    assert answer.status_code == 409
    assert "已经有一种标签纸叫" in answer.get_data(as_text=True)


def test_cells_are_crossed_out_and_the_sheet_is_closed_for_a_reason(desk: Desk) -> None:
    number = sheet(desk)
    path = f"/desk/papers/sheets/{number}"
    html = desk.page(path)
    assert "还空 4 格" in html
    assert f"余格纸 {number}" in desk.page("/desk/papers")
    assert desk.browser().submit(f"{path}/spoil", {"cells": ["21", "24"]}).status_code == 303
    assert desk.browser().submit(f"{path}/spoil", {"cells": ["3"]}).status_code == 409
    assert desk.browser().submit(f"{path}/spoil", {}).status_code == 422
    assert "还空 2 格" in desk.page(path)
    assert desk.browser().submit(f"{path}/close", {"reason": " "}).status_code == 422
    assert desk.browser().submit(f"{path}/close", {"reason": "卡纸揉皱了"}).status_code == 303
    assert "卡纸揉皱了" in desk.page(path)
    assert (
        f"余格纸 {number}"
        not in desk.page("/desk/papers").replace("不再用了", "").partition("余格纸</h2>")[2]
    )
    assert desk.count(SheetCell) == 22


@pytest.mark.parametrize(
    "path", ["/desk/papers", NEW, "/desk/papers/1", "/desk/papers/sheets/1", "/desk/printers"]
)
def test_only_those_who_print_come_here(desk: Desk, path: str) -> None:
    assert desk.browser("reader").get(path).status_code == 403
    assert desk.browser("laboratory").get(path).status_code == 403


def test_another_organisation_s_sheet_does_not_exist(desk: Desk) -> None:
    path = f"/desk/papers/sheets/{sheet(desk)}"
    assert desk.browser("rival").get(path).status_code == 404
    assert desk.browser("rival").submit(f"{path}/close", {"reason": "丢了"}).status_code == 404

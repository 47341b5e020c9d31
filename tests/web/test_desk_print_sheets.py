"""Part-used sheets in the print form: offered, chosen cell by cell, never twice, and nothing typed is lost."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.desk import Desk, form_on, make_desk
from trace.services import part_sheet, run_plan
from trace.services.part_sheet import Part, SheetView
from trace.services.run_plan import Plan
from trace.tables import Run

PRINT = "/desk/batches/LOTUS-1/print"


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Two part-used sheets: 1 with cells 21–24 free, 2 with 23 and 24."""
    made = make_desk(app)
    made.world.ready(number="LOTUS-1", grams=100_000)
    made.world.printed("LOTUS-1", 20)
    made.world.printed("LOTUS-1", 22)
    return made


def sheets(desk: Desk) -> list[SheetView]:
    with desk.world.db.read() as session:
        return part_sheet.open_sheets(session, int(desk.world.coop.org_id))


def plan(desk: Desk, run_id: int) -> Plan:
    with desk.world.db.read() as session:
        return run_plan.of(session.get_one(Run, run_id))


def test_the_oldest_sheet_is_chosen_with_all_its_free_cells(desk: Desk) -> None:
    form = desk.form(PRINT)
    assert (form["parts"], form["sheet"], form["shown"]) == ("use", "1", ["1", "2"])
    assert form["cells-1"] == ["21", "22", "23", "24"]
    answer = desk.send(PRINT, count="30")
    assert answer.status_code == 303
    made = plan(desk, 3)
    assert (made.paper.parts, made.sheets, made.left) == (((21, 22, 23, 24),), (1,), 3)
    assert [(one.id, len(one.free)) for one in sheets(desk)] == [(2, 2), (3, 22)]


def test_whole_sheets_only_are_one_tap_away(desk: Desk) -> None:
    desk.send(PRINT, count="24", parts="whole")
    assert plan(desk, 3).paper.parts == ()
    assert [one.id for one in sheets(desk)] == [1, 2]


def test_several_sheets_some_cells_and_a_first_one(desk: Desk) -> None:
    desk.send(PRINT, count="6", sheet=["1", "2"], **{"cells-1": ["21", "23", "24"], "from-1": "23"})
    made = plan(desk, 3)
    assert (made.paper.parts, made.sheets) == (((23, 24), (23, 24)), (1, 2))
    assert sheets(desk)[0].free == (21, 22)


def test_a_sheet_that_is_not_on_record_comes_after_the_known_ones(desk: Desk) -> None:
    desk.send(PRINT, count="6", start_cell="20")
    made = plan(desk, 3)
    assert (made.paper.parts, made.sheets) == (((21, 22, 23, 24), (20, 21, 22, 23, 24)), (1, 3))


def test_cells_used_meanwhile_are_refused_and_the_form_shows_what_is_left(desk: Desk) -> None:
    form = desk.form(PRINT) | {"count": "7"}
    desk.world.printed("LOTUS-1", 1, sheets=(Part(1, (22,)),))
    answer = desk.browser().submit(PRINT, form)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "余格纸 1 的第 22 格已经用过了" in html
    back = form_on(html, PRINT)
    assert (back["count"], back["sheet"], back["cells-1"]) == ("7", "1", ["21", "23", "24"])
    assert desk.browser().submit(PRINT, back).status_code == 303


def test_a_sheet_without_a_cell_is_refused(desk: Desk) -> None:
    answer = desk.send(PRINT, count="7", **{"cells-1": []})
    assert answer.status_code == 422
    assert "一格也没选" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("act", "left"), [("lost:1", [2]), ("torn:1", [2]), ("lost:99", [1, 2])])
def test_a_lost_sheet_is_told_from_within_the_form(desk: Desk, act: str, left: list[int]) -> None:
    answer = desk.send(PRINT, count="7", do=act)
    assert answer.status_code == (200 if len(left) == 1 else 404)
    assert [one.id for one in sheets(desk)] == left
    back = form_on(answer.get_data(as_text=True), PRINT)
    assert back["count"] == "7"


def test_unticked_cells_can_be_crossed_out_for_good(desk: Desk) -> None:
    answer = desk.send(PRINT, count="7", do="cross:1", **{"cells-1": ["22", "23"]})
    assert answer.status_code == 200
    assert sheets(desk)[0].free == (22, 23)
    back = form_on(answer.get_data(as_text=True), PRINT)
    assert (back["count"], back["cells-1"]) == ("7", ["22", "23"])


def test_another_paper_is_chosen_without_losing_what_was_typed(desk: Desk) -> None:
    answer = desk.send(PRINT, count="7", do="stock:roll-60x40")
    back = form_on(answer.get_data(as_text=True), PRINT)
    assert (back["count"], back["stock"], back["dpi"]) == ("7", "roll-60x40", "203")
    assert "sheet" not in back
    assert desk.browser().submit(PRINT, back).status_code == 303
    assert desk.count(Run) == 3


def test_the_same_form_twice_uses_its_cells_once(desk: Desk) -> None:
    form = desk.form(PRINT) | {"count": "3"}
    places = {desk.browser().submit(PRINT, form).location for _ in range(2)}
    assert places == {"/desk/runs/3"}
    assert sheets(desk)[0].free == (24,)

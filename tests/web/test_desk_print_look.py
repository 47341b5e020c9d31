"""What the labels will look like, chosen in the print form: design and scratch-off PIN, looked at, then printed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlmodel import select

from labels.editable import from_layout
from labels.layout import lay_out
from labels.stock import STOCKS
from tests.support.desk import Desk, form_on, make_desk
from tests.support.makers import BASE, the_batch
from trace.services import design, run, run_plan
from trace.services.run_plan import Plan
from trace.tables import Brand, Run

SEND = "/desk/batches/LOTUS-1/print"
PRINT = f"{SEND}?stock=a4-21"


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = make_desk(app)
    made.world.ready(number="LOTUS-1", grams=50_000)
    return made


def save(desk: Desk, name: str, *, brand: bool) -> int:
    """A design for a4-21: the brand's, or the cooperative's own."""
    world, paper = desk.world, STOCKS["a4-21"]
    with world.write() as session:
        words = run.label_text(session, the_batch(session, "LOTUS-1"))
        made = from_layout(lay_out(words, paper, paper.dpi), words, paper)
        owner = session.exec(select(Brand)).one() if brand else None
        actor = world.office if brand else world.clerk
        return design.save(session, actor, name=name, stock="a4-21", made=made, base_url=BASE, brand=owner)


def plan(desk: Desk, run_id: int) -> Plan:
    with desk.world.db.read() as session:
        return run_plan.of(session.get_one(Run, run_id))


def test_without_designs_labels_are_arranged_by_themselves(desk: Desk) -> None:
    assert "design" not in desk.form(PRINT)
    assert desk.send(PRINT, count="2").status_code == 303
    assert not plan(desk, 1).design


def test_the_brand_s_design_is_chosen_unless_the_clerk_chooses_another(desk: Desk) -> None:
    own, brands = save(desk, "示例自己的", brand=False), save(desk, "示例品牌的", brand=True)
    assert desk.form(PRINT)["design"] == str(brands)
    assert "design" not in desk.form(f"{SEND}?stock=a4-24")
    for chosen in (str(own), ""):
        html = desk.send(PRINT, count="7", design=chosen, do="look").get_data(as_text=True)
        back = form_on(html, SEND)
        assert (back["design"], back["count"]) == (chosen, "7")
    assert desk.send(PRINT, count="2").status_code == 303
    assert desk.send(PRINT, count="2", design="").status_code == 303
    assert plan(desk, 1).design
    assert not plan(desk, 2).design


def test_a_design_retired_meanwhile_is_refused_and_the_form_comes_back(desk: Desk) -> None:
    own = save(desk, "示例自己的", brand=False)
    form = desk.form(PRINT) | {"count": "7", "design": str(own)}
    with desk.world.write() as session:
        design.retire(session, desk.world.clerk, own)
    answer = desk.browser().submit(SEND, form)
    html = answer.get_data(as_text=True)
    assert answer.status_code == 404
    assert "没有这个版式" in html
    assert form_on(html, SEND)["count"] == "7"


def test_a_pin_is_asked_for_looked_at_and_printed(desk: Desk) -> None:
    assert "pin" not in desk.form(PRINT)
    plain = desk.send(PRINT, count="2", do="look").get_data(as_text=True)
    html = desk.send(PRINT, count="2", pin="yes", do="look").get_data(as_text=True)
    assert form_on(html, SEND)["pin"] == "yes"
    drawing = html.partition('class="sample"')[2]
    assert drawing != plain.partition('class="sample"')[2]
    assert desk.send(PRINT, count="2", pin="yes").status_code == 303
    with desk.world.db.read() as session:
        assert session.get_one(Run, 1).pin_hash


def test_paper_without_room_for_a_pin_is_refused_and_says_which_has(desk: Desk) -> None:
    answer = desk.send(f"{SEND}?stock=a4-65", count="2", pin="yes")
    assert answer.status_code == 422
    assert form_on(answer.get_data(as_text=True), SEND)["pin"] == "yes"
    assert desk.count(Run) == 0

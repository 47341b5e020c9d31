"""Laboratories and carriers: open a batch by its number, record their own stage, see no more than they need."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.desk import Desk, make_desk
from tests.web.test_desk_events import typed
from trace.services import chain, find

PATH = "/desk/batches/LOTUS-1/record/inspection"


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = make_desk(app)
    made.world.ready(number="LOTUS-1")
    return made


def test_a_batch_is_opened_by_its_number(desk: Desk) -> None:
    answer = desk.browser("laboratory").get("/desk?number=%20lotus-1")
    assert answer.location == "/desk/batches/LOTUS-1"
    unknown = desk.browser("laboratory").get("/desk?number=LOTUS-9")
    assert unknown.status_code == 404
    assert 'value="LOTUS-9"' in unknown.get_data(as_text=True)


def test_a_laboratory_sees_product_owner_and_number_only(desk: Desk) -> None:
    page = desk.page("/desk/batches/LOTUS-1", "laboratory")
    assert "通芯白莲" in page
    assert "示例琴江白莲专业合作社" in page
    for hidden in ("100 kg", "太空莲36号", "/print", "/certificate", "/operate", "record/harvest"):
        assert hidden not in page, hidden
    for path in ("/desk/batches/new", "/desk/operate/split", "/desk/batches/LOTUS-1/print"):
        assert desk.browser("laboratory").get(path).status_code in (403, 404)


def test_it_records_an_inspection_and_puts_its_own_record_right(desk: Desk) -> None:
    sent = desk.form(PATH, "laboratory") | typed("inspection")
    assert desk.browser("laboratory").submit(PATH, sent).status_code == 303
    with desk.world.db.read() as session:
        record = chain.records(session, [find.public_batch(session, "LOTUS-1")])[-1]
    assert record.event.organisation_id == desk.world.laboratory.org_id
    correct = f"/desk/events/{record.event.id}/correct"
    assert correct in desk.page("/desk/batches/LOTUS-1", "laboratory")
    assert (
        desk.send(correct, "laboratory", facts__report_no="示例-001", reason="补报告编号").status_code == 303
    )
    assert "示例-001" in desk.page("/desk/batches/LOTUS-1", "laboratory")
    assert "LOTUS-1" in desk.page("/desk", "laboratory")


def test_it_does_not_touch_the_records_of_others(desk: Desk) -> None:
    assert desk.browser("laboratory").get("/desk/events/1/correct").status_code == 404

"""A form that was opened, and a world that changed before it was sent; and forms that no page of ours made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select
from werkzeug.test import TestResponse

from tests.support.desk import Desk, form_on, make_desk
from tests.support.rare import RARE, rarely_named
from tests.support.snapshot import unchanged
from trace.core import clock, dates
from trace.services import authorisation, freeze, key, recall
from trace.tables import Run, RunRequest

PRINT = "/desk/batches/LOTUS-1/print"


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = make_desk(app)
    made.world.ready(number="LOTUS-1", grams=50_000)
    # One run stands already, so that there is a key, a used sheet, and something to lose.
    made.world.printed("LOTUS-1", 10)
    return made


def opened(desk: Desk, **changed: str) -> dict[str, Any]:
    """The form as a clerk filled it in."""
    return {**desk.form(PRINT), "count": "5", **changed}


def sent(desk: Desk, form: dict[str, Any]) -> TestResponse:
    return desk.browser().submit(PRINT, form)


def refused(desk: Desk, form: dict[str, Any], *statuses: int) -> str:
    """Send the form, which must be refused, change nothing, and come back with what was typed."""
    with unchanged(desk.world.db):
        answer = sent(desk, form)
    assert answer.status_code in statuses, (answer.status_code, form)
    html = answer.get_data(as_text=True)
    assert form_on(html, PRINT)["count"] == form["count"]
    return html


def test_numbers_that_cannot_be_change_nothing(desk: Desk) -> None:
    for count in ("0", "-1", "10000000", "91", "1.5", "许多", "", "9" * 200):
        refused(desk, opened(desk, count=count), 409, 422)
    for cell in ("0", "25", "最后"):
        refused(desk, opened(desk, start_cell=cell), 422)
    answer = sent(desk, opened(desk, count="９０"))
    assert answer.status_code == 303, "full-width digits are digits, and all that is left can be printed"


def test_a_stock_that_is_not_there_is_never_another(desk: Desk) -> None:
    for stock in ("a4-99", "A4-24", "", "纸" * 300):
        refused(desk, opened(desk, stock=stock), 422)


def test_a_resolution_that_is_none_is_never_another(desk: Desk) -> None:
    roll = desk.form(f"{PRINT}?stock=roll-60x40")
    for dpi in ("0", "204", "fine", "9" * 30):
        refused(desk, {**roll, "count": "5", "dpi": dpi}, 422)


def test_a_printer_nobody_measured_is_never_another(desk: Desk) -> None:
    refused(desk, opened(desk, printer="没有这台"), 422)


def test_a_design_that_is_not_there_is_never_another(desk: Desk) -> None:
    for design in ("999", "abc", "-1"):
        refused(desk, opened(desk, design=design), 404)


def test_a_missing_glyph_is_named_before_anybody_presses_a_button(desk: Desk) -> None:
    path = f"/desk/batches/{rarely_named(desk.world, 'RARE-1')}/print"
    form = opened(desk)
    with unchanged(desk.world.db):
        for answer in (desk.browser().get(path), desk.browser().submit(path, form)):
            assert answer.status_code == 422
            assert RARE in answer.get_data(as_text=True)


def test_the_same_form_with_other_contents_is_a_conflict(desk: Desk) -> None:
    form = opened(desk)
    assert sent(desk, form).location == sent(desk, form).location
    refused(desk, {**form, "count": "6"}, 409)
    refused(desk, {**form, "stock": "a4-33"}, 409)
    assert (desk.count(Run), desk.count(RunRequest)) == (2, 2)


def test_an_authorisation_revoked_meanwhile(desk: Desk) -> None:
    form = opened(desk)
    with desk.world.write() as session:
        [mine] = authorisation.standings(session, 1, int(desk.world.coop.org_id))
        authorisation.revoke(session, desk.world.office, mine.row.id or 0, "示例：收回")
    with unchanged(desk.world.db):
        answer = sent(desk, form)
    assert answer.status_code == 409
    assert "没有“石城白莲”的有效授权" in answer.get_data(as_text=True)


def test_an_authorisation_that_ran_out_overnight(desk: Desk) -> None:
    midnight = dates.day_start(date(2028, 1, 1))
    with clock.at(midnight - timedelta(seconds=1)):
        form = opened(desk)
    with clock.at(midnight), unchanged(desk.world.db):
        answer = sent(desk, form)
    assert answer.status_code == 409


@pytest.mark.parametrize("how", ["recall", "freeze"])
def test_a_batch_stopped_meanwhile(desk: Desk, how: str) -> None:
    form = opened(desk)
    with desk.world.write() as session:
        if how == "recall":
            recall.open_recall(session, desk.world.regulator, "LOTUS-1", "示例：超标", "示例：请退货")
        else:
            freeze.freeze(session, desk.world.regulator, "LOTUS-1", "示例：核查")
    with unchanged(desk.world.db):
        assert sent(desk, form).status_code == 409
        assert desk.browser().get("/desk/runs/1/labels.pdf").status_code == 409, "nor does the old file leave"


def test_a_key_retired_meanwhile_is_followed_by_a_new_one(desk: Desk) -> None:
    form = opened(desk)
    end_key(desk, "retired")
    assert sent(desk, form).status_code == 303
    with desk.world.db.read() as session:
        first, second = session.exec(select(Run).order_by(col(Run.id))).all()
    assert first.key_id != second.key_id
    with desk.browser().get("/desk/runs/1/labels.pdf") as answer:
        assert answer.status_code == 200, "what a retired key signed before still counts"


def test_labels_of_a_key_revoked_from_before_do_not_leave(desk: Desk) -> None:
    end_key(desk, "revoked")
    clerk = desk.browser()
    with unchanged(desk.world.db):
        answer = clerk.get("/desk/runs/1/labels.pdf")
    assert answer.status_code == 409
    assert "已吊销" in answer.get_data(as_text=True)


def end_key(desk: Desk, status: str) -> None:
    """End the key of the first run, as of the moment of that run."""
    with desk.world.write() as session:
        row = session.get_one(Run, 1)
        key.end(session, None, row.key_id, status, "示例：密钥失窃", row.created_at)

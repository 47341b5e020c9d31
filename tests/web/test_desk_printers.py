"""Calibrating a printer on the desk: the page, four numbers, what changes, and the next run aims back."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from flask import Flask

from labels.adjust import Adjustment
from tests.support.desk import Desk, form_on, make_desk
from trace.services import printer, run_plan
from trace.tables import PrinterAdjustment, Run

NAME = "办公室惠普"
MEASURE = f"/desk/printers/measure?printer={NAME}&stock=a4-21"
SEND = "/desk/printers/measure"
SHIFTED = {"a": "0.5", "b": "－１", "c": "0.5", "d": "负1"}


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


def measured(desk: Desk, stock: str = "a4-21") -> Adjustment:
    with desk.world.db.read() as session:
        return printer.adjustment(session, int(desk.world.coop.org_id), NAME, stock)


def send(desk: Desk, given: dict[str, str]) -> tuple[int, str]:
    answer = desk.browser().submit(SEND, form_on(desk.page(MEASURE), SEND) | given)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_printer_is_measured_looked_at_and_kept(desk: Desk) -> None:
    status, html = send(desk, SHIFTED | {"do": "look"})
    assert status == 200
    assert "右移 0.5 mm、上移 1 mm" in html
    assert html.count("<svg xmlns") == 2
    assert form_on(html, SEND)["b"] == "－１"
    assert desk.count(PrinterAdjustment) == 0
    assert send(desk, SHIFTED | {"do": "keep"})[0] == 303
    assert measured(desk) == Adjustment(500, -1_000)
    page = desk.page("/desk/printers")
    assert NAME in page
    assert "右移 0.5 mm" in page
    # Measured again with the page that this adjustment printed: what is left is added.
    assert send(desk, {"a": "0.1", "b": "0", "c": "0.1", "d": "0", "do": "keep"})[0] == 303
    assert measured(desk) == Adjustment(600, -1_000)


def test_the_page_to_print_is_drawn_with_what_counts_now(desk: Desk) -> None:
    def page() -> bytes:
        answer = desk.browser().get(f"/desk/printers/page.pdf?printer={NAME}&stock=a4-21&dpi=600")
        assert answer.mimetype == "application/pdf"
        return answer.get_data()

    before = page()
    with pypdfium2.PdfDocument(io.BytesIO(before)) as document:
        assert "100 mm" in document[0].get_textpage().get_text_range()
    send(desk, SHIFTED | {"do": "keep"})
    assert page() != before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"a": ""}, "a"), ({"c": "很多"}, "c"), ({"d": "11"}, "d"), ({"a": "-5", "c": "5"}, "a")],
)
def test_numbers_no_scale_reads_are_refused_and_kept_in_the_form(
    desk: Desk, wrong: dict[str, str], field: str
) -> None:
    status, html = send(desk, SHIFTED | wrong | {"do": "keep"})
    assert status == 422
    assert f'id="{field}-said"' in html
    assert form_on(html, SEND)["b"] == "－１"
    assert desk.count(PrinterAdjustment) == 0


def test_a_page_printed_before_another_calibration_counts_no_more(desk: Desk) -> None:
    old = form_on(desk.page(MEASURE), SEND)
    send(desk, SHIFTED | {"do": "keep"})
    answer = desk.browser().submit(SEND, old | SHIFTED | {"do": "keep"})
    assert answer.status_code == 422
    assert "重新打印一张" in answer.get_data(as_text=True)
    assert desk.count(PrinterAdjustment) == 1


def test_a_printer_without_a_name_or_a_stock_that_is_not_there(desk: Desk) -> None:
    assert desk.browser().get("/desk/printers/measure?printer=&stock=a4-21").status_code == 422
    assert desk.browser().get(f"/desk/printers/measure?printer={NAME}&stock=a4-99").status_code == 422
    assert desk.browser().get(f"/desk/printers/page.pdf?printer={NAME}&stock=a4-99").status_code == 422


def test_the_next_run_on_this_printer_aims_back_and_the_printer_is_remembered(desk: Desk) -> None:
    desk.world.ready(number="LOTUS-1", grams=50_000)
    send(desk, SHIFTED | {"do": "keep"})
    path = "/desk/batches/LOTUS-1/print"
    assert "校准于" in desk.page(f"{path}?stock=a4-21")
    assert "这种纸没校准过" in desk.page(f"{path}?stock=a4-24")
    assert desk.send(f"{path}?stock=a4-21", count="2", printer=NAME).status_code == 303
    with desk.world.db.read() as session:
        plan = run_plan.of(session.get_one(Run, 1))
    assert (plan.printer, plan.adjust) == (NAME, Adjustment(500, -1_000))
    assert desk.form(path)["printer"] == NAME
    refused = desk.send(path, count="2", printer="别人的")
    assert refused.status_code == 422
    assert "没有校准过叫" in refused.get_data(as_text=True)

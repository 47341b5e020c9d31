"""Batches on the desk: the next step, a new one, the list, plots, operations, the certificate."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.support.desk import Desk, form_on, make_desk
from trace.services import find, freeze, recall
from trace.tables import Batch, BatchState, Certificate, Operation, Plot

HOME = "/desk"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


def state(desk: Desk, number: str) -> BatchState:
    with desk.world.db.read() as session:
        return find.state(session, find.public_batch(session, number))


def test_the_first_thing_to_do_is_to_begin_a_batch(desk: Desk) -> None:
    assert "/desk/batches/new" in desk.page(HOME)
    assert "/desk/batches/new" not in desk.page(HOME, "reader")


def test_the_next_step_leads_to_the_form_that_supplies_it(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-1")
    page = desk.page(HOME)
    assert (
        page.index("下一步") < page.index("/desk/batches/LOTUS-1/record/planting") < page.index("在办的批次")
    )
    for stage in ("planting", "harvest", "packaging", "inspection"):
        assert f"/desk/batches/LOTUS-1/record/{stage}" in page
    assert "/desk/batches/LOTUS-1/certificate" in page


def test_one_record_is_asked_for_once(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-1")
    page = desk.page("/desk/batches/LOTUS-1")
    needs = page[page.index("打印标签前还要") : page.index('id="weights"')]
    assert needs.count("/record/harvest") == 1
    assert needs.count("/record/inspection") == 1
    assert "铅" in needs


def test_a_ready_batch_is_offered_for_printing_with_its_number_of_labels(desk: Desk) -> None:
    desk.world.ready(number="LOTUS-1", grams=85_000)
    page = desk.page(HOME)
    assert "还能打 170 枚" in page
    assert "/desk/batches/LOTUS-1/print" in page


def test_raw_material_is_to_be_processed_not_labelled(desk: Desk) -> None:
    desk.world.batch(number="RAW-1", product_id=desk.world.raw_id)
    desk.world.record("RAW-1", "harvest", date(2026, 8, 12), quantity_g=300_000)
    page = desk.page("/desk/batches/RAW-1")
    assert "/desk/operate/transform?from=RAW-1" in page
    assert "/desk/batches/RAW-1/print" not in page


def test_a_stopped_batch_says_so_first_and_offers_no_labels(desk: Desk) -> None:
    desk.world.ready(number="LOTUS-1")
    with desk.world.write() as session:
        recall.open_recall(session, desk.world.regulator, "LOTUS-1", "示例抽检不合格", "请退货")
    page = desk.page("/desk/batches/LOTUS-1")
    assert "示例抽检不合格" in page
    assert "召回中" in desk.page(HOME)
    assert "下一步" not in page
    assert "确定打印" not in desk.page("/desk/batches/LOTUS-1/print")


def test_a_freeze_is_shown_too(desk: Desk) -> None:
    desk.world.ready(number="LOTUS-1")
    with desk.world.write() as session:
        freeze.freeze(session, desk.world.regulator, "LOTUS-1", "示例调查")
    assert "示例调查" in desk.page("/desk/batches/LOTUS-1")
    assert "已冻结" in desk.page(HOME)


def test_a_new_batch_gets_its_number_by_itself_and_two_taps_begin_one(desk: Desk) -> None:
    form = desk.form("/desk/batches/new") | {
        "product": str(desk.world.product_id),
        "started_on": "2026-03-28",
    }
    first = desk.browser().submit("/desk/batches/new", form)
    again = desk.browser().submit("/desk/batches/new", form)
    assert first.location == again.location == "/desk/batches/TXBL-20260328-01"
    assert desk.count(Batch) == 1
    fresh = desk.form("/desk/batches/new") | {
        "product": str(desk.world.product_id),
        "started_on": "2026-03-28",
    }
    assert desk.browser().submit("/desk/batches/new", fresh).location == "/desk/batches/TXBL-20260328-02"


def test_a_refused_batch_keeps_what_was_typed(desk: Desk) -> None:
    answer = desk.send("/desk/batches/new", number="我的批次", started_on="2026-03-28", product="1")
    assert answer.status_code == 422
    assert form_on(answer.get_data(as_text=True), "/desk/batches/new")["number"] == "我的批次"
    assert 'id="number-said"' in answer.get_data(as_text=True)


def test_batches_are_found_by_number_and_by_product(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-1")
    desk.world.batch(number="RAW-1", product_id=desk.world.raw_id)
    desk.world.batch(number="RIVAL-1", actor=desk.world.rival)
    assert "RIVAL-1" not in desk.page("/desk/batches")
    assert "RAW-1" not in desk.page("/desk/batches?q=lotus")
    assert "LOTUS-1" not in desk.page("/desk/batches?q=鲜莲子")
    assert "没有找到" in desk.page("/desk/batches?q=100%")


def test_a_plot_is_registered_once(desk: Desk) -> None:
    given = {"name": "示例二号田", "township": "琴江镇", "area_mu": "8.25", "region_code": "360735"}
    form = desk.form("/desk/plots") | given
    assert desk.browser().submit("/desk/plots", form).status_code == 303
    assert "8.25 亩" in desk.page("/desk/plots")
    again = desk.browser().submit("/desk/plots", form)
    assert again.status_code == 409
    assert 'id="code-said"' in again.get_data(as_text=True)
    assert desk.count(Plot) == 3


def test_a_batch_is_split_by_the_weights_of_its_parts(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-1")
    desk.world.record("LOTUS-1", "harvest", date(2026, 8, 12), quantity_g=100_000)
    path = "/desk/operate/split?from=LOTUS-1"
    form = desk.form(path)
    assert form["inputs.0.batch"] == "LOTUS-1"
    sent = form | {
        "outputs.0.quantity": "60",
        "outputs.1.quantity": "39",
        "loss": "1",
        "outputs.0.grade": "一级",
    }
    for _ in range(2):
        answer = desk.browser().submit("/desk/operate/split", sent)
        assert answer.status_code == 303
    assert desk.count(Operation) == 1
    assert state(desk, "LOTUS-1").used_g == 100_000
    page = desk.page(answer.location)
    assert "60 kg" in page
    assert "39 kg" in page
    assert "LOTUS-1" in page


def test_batches_are_merged_into_one_of_their_weights(desk: Desk) -> None:
    for number in ("LOTUS-1", "LOTUS-2"):
        desk.world.batch(number=number)
        desk.world.record(number, "harvest", date(2026, 8, 12), quantity_g=100_000)
    answer = desk.send(
        "/desk/operate/merge",
        unit="jin",
        inputs__0__batch="LOTUS-1",
        inputs__0__quantity="100",
        inputs__1__batch="LOTUS-2",
        inputs__1__quantity="40",
    )
    assert answer.status_code == 303
    assert state(desk, "LOTUS-1").used_g == 50_000
    assert "70 kg" in desk.page(answer.location)


def test_processing_reckons_its_own_loss(desk: Desk) -> None:
    desk.world.batch(number="RAW-1", product_id=desk.world.raw_id)
    desk.world.record("RAW-1", "harvest", date(2026, 8, 12), quantity_g=300_000)
    answer = desk.send(
        "/desk/operate/transform?from=RAW-1",
        inputs__0__quantity="300",
        outputs__0__product=str(desk.world.product_id),
        outputs__0__quantity="85",
        outputs__0__grade="一级",
    )
    assert answer.status_code == 303
    assert "215 kg" in desk.page(answer.location)
    assert "85 kg" in desk.page("/desk/batches/RAW-1")


def test_what_happened_in_the_field_is_recorded_on_the_harvest_it_belongs_to(desk: Desk) -> None:
    desk.world.batch(number="RAW-1", product_id=desk.world.raw_id)
    desk.world.record("RAW-1", "harvest", date(2026, 8, 12), quantity_g=300_000)
    desk.send(
        "/desk/operate/transform?from=RAW-1",
        inputs__0__quantity="300",
        outputs__0__product=str(desk.world.product_id),
        outputs__0__quantity="85",
        occurred_on="2026-08-20",
    )
    page = desk.page("/desk/batches/TXBL-20260820-01")
    assert "/desk/batches/RAW-1/record/planting" in page
    assert "/desk/batches/TXBL-20260820-01/record/packaging" in page
    assert "/desk/batches/TXBL-20260820-01/record/harvest" not in page


def test_fish_are_bred_and_lotus_is_planted(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-1")
    page = desk.page("/desk/batches/LOTUS-1")
    assert "/record/planting" in page
    assert "/record/breeding" not in page


def test_an_operation_that_does_not_close_is_refused_in_the_row_it_is_about(desk: Desk) -> None:
    for number in ("LOTUS-1", "LOTUS-2"):
        desk.world.batch(number=number)
        desk.world.record(number, "harvest", date(2026, 8, 12), quantity_g=10_000)
    answer = desk.send(
        "/desk/operate/merge",
        inputs__0__batch="LOTUS-1",
        inputs__0__quantity="10",
        inputs__1__batch="LOTUS-2",
        inputs__1__quantity="11",
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert 'id="inputs.1.quantity-said"' in html
    assert form_on(html, "/desk/operate/merge")["inputs.1.quantity"] == "11"
    assert desk.count(Operation) == 0


def test_everything_missing_in_an_operation_is_said_at_once(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-1")
    desk.world.record("LOTUS-1", "harvest", date(2026, 8, 12), quantity_g=10_000)
    answer = desk.send("/desk/operate/transform", outputs__0__quantity="1", occurred_on="")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="outputs.0.product-said"' in html
    assert 'id="occurred_on-said"' in html


def test_a_certificate_starts_from_what_is_on_record_and_is_issued_once(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-1")
    desk.world.record("LOTUS-1", "harvest", date(2026, 8, 12), quantity_g=85_000)
    desk.world.record("LOTUS-1", "inspection", date(2026, 8, 22))
    path = "/desk/batches/LOTUS-1/certificate"
    form = desk.form(path)
    assert form["quantity"] == "85"
    assert form["bases"] == "entrusted_test"
    assert "琴江镇" in form["origin"]
    for _ in range(2):
        answer = desk.browser().submit(path, form)
        assert answer.status_code == 303
    assert desk.count(Certificate) == 1
    paper = desk.page(answer.location)
    for words in (
        "承诺达标合格证",
        "不使用禁用农药兽药",
        "☑ 委托检测合格",
        "☐ 自行检测合格",
        "85 kg",
        "示例琴江白莲专业合作社",
    ):
        assert words in paper
    assert "再开一张" in desk.page(path)


def test_a_promise_without_a_test_is_not_ticked_for_anyone(desk: Desk) -> None:
    desk.world.batch(number="LOTUS-1")
    desk.world.record("LOTUS-1", "harvest", date(2026, 8, 12), quantity_g=85_000)
    path = "/desk/batches/LOTUS-1/certificate"
    assert "bases" not in desk.form(path)
    refused = desk.send(path)
    assert refused.status_code == 422
    assert 'id="bases-said"' in refused.get_data(as_text=True)
    refused = desk.send(path, bases="entrusted_test", quantity="85", contact="13800000000")
    assert refused.status_code == 422
    kept = form_on(refused.get_data(as_text=True), path)
    assert kept["contact"] == "13800000000"
    assert desk.send(path, bases="internal_control").status_code == 303

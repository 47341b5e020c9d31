"""The form of an event: every stage, refusals that lose nothing, one record for two taps, corrections."""

from __future__ import annotations

import io
import json
import re
from datetime import date

import pytest
from flask import Flask
from sqlmodel import select
from werkzeug.datastructures import MultiDict

from tests.services import upload_samples as samples
from tests.support.desk import Desk, form_on, make_desk
from tests.support.makers import LEAST
from trace.core import dates
from trace.core.stages import STAGES
from trace.services import chain, find
from trace.services.chain import Record
from trace.tables import Attachment, Event, EventAttachment

RECORD = "/desk/batches/LOTUS-1/record"


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = make_desk(app)
    made.world.batch(number="LOTUS-1")
    return made


def records(desk: Desk) -> list[Record]:
    with desk.world.db.read() as session:
        return chain.records(session, [find.public_batch(session, "LOTUS-1")])


def typed(stage: str) -> dict[str, str]:
    """The least facts of a stage as inputs of the form."""
    sent: dict[str, str] = {}
    for key, value in LEAST[stage].items():
        if isinstance(value, list):
            for number, row in enumerate(value):
                sent |= {f"facts.{key}.{number}.{column}": cell for column, cell in row.items()}
        else:
            sent[f"facts.{key}"] = str(value)
    return sent


def harvested(desk: Desk, grams: int = 50_000) -> None:
    desk.world.record("LOTUS-1", "harvest", date(2026, 8, 12), quantity_g=grams)


@pytest.mark.parametrize("stage", STAGES)
def test_every_fact_of_every_stage_has_an_input(desk: Desk, stage: str) -> None:
    html = desk.page(f"{RECORD}/{stage}")
    for fact in STAGES[stage].facts:
        names = (
            [f"facts.{fact.key}.0.{column.key}" for column in fact.columns]
            if fact.kind == "rows"
            else [f"facts.{fact.key}"]
        )
        for name in names:
            assert f'name="{name}"' in html, name
    assert ('name="quantity"' in html) == (STAGES[stage].quantity != "none")
    assert 'name="source"' in html
    assert 'name="destination"' in html


@pytest.mark.parametrize("stage", [stage for stage in LEAST if stage != "purchase"])
def test_a_stage_recorded_through_its_form_stands_in_the_chain(desk: Desk, stage: str) -> None:
    if stage != "harvest":
        harvested(desk)
    changed = typed(stage) | {"quantity": "12.5"} | {"source": "示例村", "destination": "示例市"}
    data = desk.form(f"{RECORD}/{stage}") | changed
    answer = desk.browser().submit(f"{RECORD}/{stage}", data)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    record = records(desk)[-1]
    assert record.event.stage == stage
    assert record.event.source == "示例村"
    assert {key: record.facts[key] for key in LEAST[stage]} == LEAST[stage]
    grams = 12_500 if STAGES[stage].quantity != "none" else None
    assert record.event.quantity_g == grams
    assert "已登记" in desk.page("/desk/batches/LOTUS-1")


def test_the_form_begins_with_now_in_china(desk: Desk) -> None:
    form = desk.form(f"{RECORD}/harvest")
    assert dates.parse_moment(form["occurred_at"], "x").tzinfo is not None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d", str(form["occurred_at"]))


def test_what_happened_at_eight_in_the_morning_did_so_in_china(desk: Desk) -> None:
    answer = desk.send(f"{RECORD}/harvest", quantity="1", occurred_at="2026-08-12T08:00")
    assert answer.status_code == 303
    assert records(desk)[-1].event.occurred_at.isoformat() == "2026-08-12T00:00:00+00:00"


@pytest.mark.parametrize(
    ("weight", "unit", "grams"),
    [("30", "jin", 15_000), ("12.5", "kg", 12_500), ("０．５", "t", 500_000), ("30斤", "kg", 15_000)],
)
def test_weights_are_read_in_the_unit_chosen_or_typed(desk: Desk, weight: str, unit: str, grams: int) -> None:
    answer = desk.send(f"{RECORD}/harvest", quantity=weight, quantity_unit=unit)
    assert answer.status_code == 303
    assert records(desk)[-1].event.quantity_g == grams


def test_a_refusal_stands_beside_its_input_and_keeps_what_was_typed(desk: Desk) -> None:
    answer = desk.send(
        f"{RECORD}/sale",
        quantity="很多",
        occurred_at="2026-08-12T08:00",
        facts__buyer="示例批发部",
        destination="",
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for name in ("quantity", "facts.channel", "destination"):
        assert f'id="{name}-said"' in html, name
    kept = form_on(html, f"{RECORD}/sale")
    assert kept["quantity"] == "很多"
    assert kept["facts.buyer"] == "示例批发部"
    assert kept["occurred_at"] == "2026-08-12T08:00"
    assert desk.count(Event) == 0


def test_a_wrong_cell_is_named_in_the_row_it_was_typed_in(desk: Desk) -> None:
    rows = {
        "facts__items__2__item": "铅",
        "facts__items__2__result": "pass",
        "facts__items__2__standard": "GB 2762",
    }
    data = {
        "facts__kind": "rapid",
        "facts__lab": "示例检测中心",
        "facts__result": "pass",
        "facts__items__0__item": "",
    }
    answer = desk.send(f"{RECORD}/inspection", **(data | rows))
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    # The two rows before it were left blank; the form comes back without gaps between what was sent.
    kept = form_on(html, f"{RECORD}/inspection")
    [where] = [key for key, value in kept.items() if value == "GB 2762"]
    assert f'id="{where}-said"' in html


def test_more_rows_are_had_without_scripts(desk: Desk) -> None:
    data = desk.form(f"{RECORD}/planting")
    blank = sum(key.endswith(".name") for key in data)
    for number in range(blank):
        data[f"facts.inputs.{number}.name"] = f"示例肥{number}"
    answer = desk.browser().submit(
        f"{RECORD}/planting", data | {"more": "inputs", "facts.variety": "太空莲36号"}
    )
    assert answer.status_code == 200
    again = form_on(answer.get_data(as_text=True), f"{RECORD}/planting")
    assert sum(key.endswith(".name") for key in again) > blank
    assert again["facts.inputs.0.name"] == "示例肥0"
    assert again["facts.variety"] == "太空莲36号"
    assert desk.count(Event) == 0


def upload(desk: Desk, path: str, data: dict[str, object], *names: str) -> tuple[int, str]:
    form: MultiDict[str, object] = MultiDict()
    for key, value in data.items():
        for one in value if isinstance(value, list) else [value]:
            form.add(key, one)
    for name in names:
        body = samples.pdf() if name.endswith(".pdf") else samples.jpeg()
        form.add("files", (io.BytesIO(b"nonsense" if name.startswith("bad") else body), name))
    form.add("csrf_token", desk.browser().form_token())
    answer = desk.browser().post(path, data=form, content_type="multipart/form-data")
    return answer.status_code, answer.get_data(as_text=True)


def test_photos_and_reports_are_recorded_with_the_event(desk: Desk) -> None:
    data = desk.form(f"{RECORD}/harvest") | {"quantity": "5"}
    status, _html = upload(desk, f"{RECORD}/harvest", data, "采收现场.jpg", "过磅单.pdf")
    assert status == 303
    with desk.world.db.read() as session:
        assert sorted(link.title for link in session.exec(select(EventAttachment))) == ["过磅单", "采收现场"]


def test_uploads_outlive_a_refusal(desk: Desk) -> None:
    path = f"{RECORD}/harvest"
    status, html = upload(desk, path, desk.form(path) | {"quantity": ""}, "采收现场.jpg")
    assert status == 422
    assert "已上传" in html
    assert desk.count(Attachment) == 1
    assert desk.count(Event) == 0
    status, _html = upload(desk, path, form_on(html, path) | {"quantity": "5"})
    assert status == 303
    with desk.world.db.read() as session:
        assert [link.title for link in session.exec(select(EventAttachment))] == ["采收现场"]


def test_a_file_that_cannot_be_taken_is_said_so_and_the_others_stay(desk: Desk) -> None:
    path = f"{RECORD}/harvest"
    status, html = upload(desk, path, desk.form(path) | {"quantity": "5"}, "采收现场.jpg", "bad.jpg")
    assert status == 422
    assert 'id="files-said"' in html
    assert "采收现场" in html
    assert desk.count(Event) == 0


def test_an_upload_of_others_cannot_be_carried_into_a_record(desk: Desk) -> None:
    path = f"{RECORD}/harvest"
    upload(desk, path, desk.form(path) | {"quantity": ""}, "采收现场.jpg")
    other = desk.world.batch(number="RIVAL-1", actor=desk.world.rival)
    there = f"/desk/batches/{other}/record/harvest"
    answer = desk.browser("rival").submit(
        there, desk.form(there, "rival") | {"quantity": "5", "attachment": "1"}
    )
    assert answer.status_code == 422
    assert "采收现场" not in answer.get_data(as_text=True)


def test_two_taps_record_once(desk: Desk) -> None:
    data = desk.form(f"{RECORD}/harvest") | {"quantity": "5"}
    for _ in range(2):
        assert desk.browser().submit(f"{RECORD}/harvest", data).status_code == 303
    assert desk.count(Event) == 1


def test_a_form_gone_back_to_and_changed_is_not_silently_dropped(desk: Desk) -> None:
    data = desk.form(f"{RECORD}/harvest") | {"quantity": "5"}
    desk.browser().submit(f"{RECORD}/harvest", data)
    answer = desk.browser().submit(f"{RECORD}/harvest", data | {"quantity": "6"})
    assert answer.status_code == 409
    again = form_on(answer.get_data(as_text=True), f"{RECORD}/harvest")
    assert again["quantity"] == "6"
    assert desk.browser().submit(f"{RECORD}/harvest", again).status_code == 303
    assert [record.event.quantity_g for record in records(desk)] == [5_000, 6_000]


def test_what_was_written_last_time_is_offered_and_said_to_be_so(desk: Desk) -> None:
    desk.world.record("LOTUS-1", "inspection", date(2026, 8, 12))
    html = desk.page(f"{RECORD}/inspection")
    form = form_on(html, f"{RECORD}/inspection")
    assert form["facts.lab"] == "示例检测中心"
    assert "facts.result" not in form
    assert "照上次的填好了" in html


def test_the_tests_that_the_brand_wants_stand_in_the_form(desk: Desk) -> None:
    assert desk.form(f"{RECORD}/inspection")["facts.items.0.item"] == "铅"


def test_more_than_is_there_cannot_be_sold(desk: Desk) -> None:
    harvested(desk, 10_000)
    answer = desk.send(f"{RECORD}/sale", quantity="11", facts__channel="shop", destination="示例市")
    assert answer.status_code == 409
    assert 'id="quantity-said"' in answer.get_data(as_text=True)


def test_a_correction_starts_from_what_stands_and_needs_a_reason(desk: Desk) -> None:
    harvested(desk, 10_000)
    html = desk.page("/desk/events/1/correct")
    form = form_on(html, "/desk/events/1/correct")
    assert form["quantity"] == "10"
    assert form["facts.method"] == "hand"
    assert form["occurred_at"] == "2026-08-12T12:00"
    refused = desk.send("/desk/events/1/correct", quantity="100")
    assert refused.status_code == 422
    assert 'id="reason-said"' in refused.get_data(as_text=True)
    assert desk.send("/desk/events/1/correct", quantity="100", reason="少写一个零").status_code == 303
    assert [(record.stands, record.event.quantity_g) for record in records(desk)] == [
        (False, 10_000),
        (True, 100_000),
    ]
    page = desk.page("/desk/batches/LOTUS-1")
    assert "已被更正" in page
    assert "少写一个零" in page
    assert desk.browser().get("/desk/events/1/correct").status_code == 409


def test_every_fact_survives_a_correction_untouched(desk: Desk) -> None:
    harvested(desk)
    desk.world.record("LOTUS-1", "processing", date(2026, 8, 13))
    desk.world.record(
        "LOTUS-1", "storage", date(2026, 8, 14), facts={"place": "示例一号库", "entered": "2026-08-14 09:30"}
    )
    for event_id in (1, 2, 3):
        assert desk.send(f"/desk/events/{event_id}/correct", reason="核对").status_code == 303
    before, after = records(desk)[::2], records(desk)[1::2]
    assert [json.loads(one.event.facts) for one in before] == [json.loads(one.event.facts) for one in after]


def test_a_withdrawn_record_no_longer_counts(desk: Desk) -> None:
    harvested(desk, 10_000)
    html = desk.page("/desk/events/1/correct")
    form = form_on(html, "/desk/events/1/withdraw")
    refused = desk.browser().submit("/desk/events/1/withdraw", form)
    assert refused.status_code == 422
    assert 'id="withdraw_reason-said"' in refused.get_data(as_text=True)
    for _ in range(2):
        answer = desk.browser().submit(
            "/desk/events/1/withdraw", form | {"withdraw_reason": "记到别的批次了"}
        )
        assert answer.status_code == 303
    assert not any(record.stands for record in records(desk))
    assert "记到别的批次了" in desk.page("/desk/batches/LOTUS-1")


def test_another_organisations_record_on_our_batch_is_not_ours_to_correct(desk: Desk) -> None:
    desk.world.record("LOTUS-1", "inspection", date(2026, 8, 12), desk.world.laboratory)
    assert "/desk/events/1/correct" not in desk.page("/desk/batches/LOTUS-1")
    assert desk.browser().get("/desk/events/1/correct").status_code == 403


def test_a_stage_that_is_not_ours_to_record_is_refused(desk: Desk) -> None:
    assert desk.browser().get(f"{RECORD}/nonsense").status_code == 404
    assert desk.browser("laboratory").get(f"{RECORD}/harvest").status_code == 403

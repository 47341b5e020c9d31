"""The events of a family as CSV: readable in a spreadsheet, dangerous in none, and noted."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from tests.support.accounts import signed_in_browser
from tests.support.makers import World, make_world, new_event
from trace.db import Database
from trace.services import event
from trace.tables import Audit
from trace.web.gov.export import safe, table


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


def rows_of(app: Flask, world: World, number: str, **query: str) -> list[dict[str, str]]:
    client = signed_in_browser(app, int(world.regulator.user_id))
    answer = client.get(f"/gov/batches/{number}/events.csv", query_string=query)
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={number}-events.csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_every_event_is_a_row_superseded_ones_too(app: Flask, world: World) -> None:
    number = world.ready()
    wrong = world.record(number, "storage", date(2026, 8, 23))
    with world.write() as session:
        event.correct(session, world.coop, wrong.event_id, new_event("storage", date(2026, 8, 23)), "写错了")
    rows = rows_of(app, world, number)
    assert [row["环节"] for row in rows] == ["种植", "采收", "包装", "检测", "储存", "储存"]
    assert [row["状态"] for row in rows][-2:] == ["已更正", "有效"]
    assert rows[-1]["更正了第几条"] == str(wrong.entry)
    assert rows[-1]["更正原因"] == "写错了"
    assert rows[1]["发生时间"] == "2026-08-12 12:00:00"
    assert rows[1]["重量（克）"] == "100000"
    assert "品种：太空莲36号" in rows[0]["内容"]


def test_what_looks_like_a_formula_is_text(app: Flask, world: World) -> None:
    number = world.batch()
    wrong = world.record(number, "storage", date(2026, 8, 23))
    right = new_event("storage", date(2026, 8, 23), facts={"place": "=HYPERLINK(1)"})
    with world.write() as session:
        event.correct(session, world.coop, wrong.event_id, right, "=1+2")
    row = rows_of(app, world, number)[-1]
    assert row["更正原因"] == "'=1+2"
    assert row["内容"].startswith("仓库：=HYPERLINK")


@given(st.text())
def test_no_text_begins_a_formula(text: str) -> None:
    assert safe(text).lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert text in safe(text)


def test_numbers_stay_numbers() -> None:
    assert table([["a", 5, ""], ["-5", -5, "b,c"]]) == b'\xef\xbb\xbfa,5,\r\n\'-5,-5,"b,c"\r\n'


def test_that_it_was_taken_is_noted(app: Flask, world: World) -> None:
    number = world.ready()
    rows_of(app, world, number)
    with world.db.read() as session:
        found = session.exec(select(Audit).where(Audit.action == "regulator:batch:export")).one()
    assert (found.subject, found.user_id) == (number, world.regulator.user_id)


def test_heads_speak_english(app: Flask, world: World) -> None:
    number = world.ready()
    first = rows_of(app, world, number, lang="en")[0]
    assert first["Stage"] == "Planting"

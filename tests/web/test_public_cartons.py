"""What the public reads about cartons: small pages, both languages, JSON, no signed code but its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask, Response

from tests.support.cartons import cartons, split
from tests.support.desk import make_desk
from tests.support.makers import MASTER, World
from tests.web import public_samples as samples
from tests.web.test_public_pages import CHINESE, ENGLISH, FIRST_FLIGHT
from trace.config import Settings
from trace.core.carton import PALLET
from trace.core.verdict import Verdict
from trace.services import carton_record, run
from trace.services.carton import Content
from trace.services.public_carton import CartonView, HeldView, PackedView
from trace.services.public_view import ScanView
from trace.tables import Run
from trace.web import verify
from trace.web.factory import create_app

HELD = HeldView(
    0, 42, 1, 24, 24, 0, 0, "1000 0100 0000 4200 0001-3", "1000 0100 0000 4200 0024-9",
    "通芯白莲", "Cored white lotus seed", "一级", 500, "SCBL-2026-0812-03",
)  # fmt: skip
MANY = tuple(replace(HELD, run=number, first=number, last=number + 1, count=2) for number in range(40))
BOX = CartonView(1, 7, MANY, (), 80, 40_000, datetime(2026, 9, 1, 4, tzinfo=UTC), "门店零售")
HOMES = (
    PackedView(1, 43, 7, "1000 0100 0000 4300 0007-1"),
    PackedView(2, 44, 1, "1000 0100 0000 4400 0001-5"),
)


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder: Path = tmp_path_factory.mktemp("public")
    return create_app(Settings(instance=folder, DATABASE_URL=f"sqlite:///{folder}/none.db"))


def answered(app: Flask, view: ScanView, headers: dict[str, str]) -> Response:
    with app.test_request_context(f"/c/{samples.DIGITS}", headers=headers):
        return app.process_response(verify.item_answer(view, samples.DIGITS))


@pytest.mark.parametrize("headers", [CHINESE, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("verdict", [Verdict.FIRST, Verdict.RECALLED, Verdict.WATCH])
def test_the_page_of_a_carton_with_many_ranges_fits_the_first_flight(
    plain_app: Flask, verdict: Verdict, headers: dict[str, str]
) -> None:
    view = replace(samples.scan(verdict), carton=BOX, packed_in=HOMES)
    response = answered(plain_app, view, {**headers, "Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    head = sum(len(f"{name}: {value}\r\n".encode()) for name, value in response.headers)
    assert head + len(response.data) <= FIRST_FLIGHT


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (CHINESE, ("这是外箱标签", "已登记拆开", "门店零售", "还有 28 段没有列出", "装在托盘")),
        (ENGLISH, ("This is a carton&#39;s label", "Recorded as opened", "28 more ranges", "On pallet")),
    ],
    ids=["zh", "en"],
)
def test_a_carton_is_called_one_and_says_that_it_was_opened(
    plain_app: Flask, headers: dict[str, str], said: tuple[str, ...]
) -> None:
    view = replace(samples.scan(Verdict.FIRST), carton=BOX, packed_in=HOMES)
    html = answered(plain_app, view, headers).get_data(as_text=True)
    assert [words for words in said if words not in html and words.replace("&#39;", "'") not in html] == []


def test_reasons_and_names_are_text_never_markup(plain_app: Flask) -> None:
    wild = replace(BOX, opened_reason="<script>x</script>", contents=(replace(HELD, product="<b>x</b>"),))
    view = replace(samples.scan(Verdict.FIRST), carton=wild)
    html = answered(plain_app, view, CHINESE).get_data(as_text=True)
    assert "<script>x" not in html
    assert "<b>x</b>" not in html


def codes(world: World, run_id: int) -> list[str]:
    with world.db.read() as session:
        return [url.rpartition("/c/")[2] for url in run.urls(session, session.get_one(Run, run_id), MASTER)]


def test_scans_typed_numbers_and_json_all_tell_of_the_carton(app: Flask) -> None:
    world = make_desk(app).world
    number = world.ready(number="LOTUS-1")
    items = world.printed(number, 30)
    boxes = cartons(world, number, Content(items), per_carton=12).run_id
    pallet = cartons(world, number, Content(boxes, (1, 2)), per_carton=2, level=PALLET).run_id
    split(world, boxes, 3, "门店零售")
    client = app.test_client()
    box, item = codes(world, boxes)[0], codes(world, items)[0]
    page = client.get(f"/c/{box}").get_data(as_text=True)
    assert "这是外箱标签" in page
    assert "登记里面装了 12 枚单品标签，净重共 6\u00a0kg" in page
    assert "这是外箱标签" not in client.get(f"/c/{item}").get_data(as_text=True)
    assert "装在外箱" in client.get(f"/c/{item}").get_data(as_text=True)
    assert "拆箱" in client.get("/batch/LOTUS-1").get_data(as_text=True)
    # Whoever holds one label must not learn the signed code of another.
    for path in (f"/c/{item}", f"/c/{box}", f"/c/{codes(world, pallet)[0]}"):
        found = set(re.findall(r"[0-9]{175}", client.get(path).get_data(as_text=True)))
        assert found <= {path.removeprefix("/c/")}
    data = client.get(f"/c/{box}", headers={"Accept": "application/json"}).get_json()
    assert (data["carton"]["number"], data["carton"]["count"], data["carton"]["opened_at"]) == (1, 12, None)
    assert data["carton"]["contents"][0]["batch_no"] == "LOTUS-1"
    assert data["packed_in"][0]["level"] == 2
    data = client.get(f"/c/{item}", headers={"Accept": "application/json"}).get_json()
    assert data["carton"] is None
    assert [home["number"] for home in data["packed_in"]] == [1, 1]
    opened = client.get(f"/c/{codes(world, boxes)[2]}", headers={"Accept": "application/json"}).get_json()
    assert opened["carton"]["opened_at"].endswith("Z")
    with world.db.read() as session:
        printed = carton_record.number_of(session.get_one(Run, boxes), 1)
    typed = client.get("/q", query_string={"code": printed}).get_data(as_text=True)
    assert "这是外箱标签" in typed
    assert "数字只能查记录" in typed

"""The PIN on a label's page: asked for where a run has PINs, answered on the same page, without script or cookie."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from labels.pin import pins
from tests.support.desk import make_desk
from tests.support.makers import MASTER, World, make_world
from tests.web import public_samples as samples
from trace.config import Settings
from trace.core import clock
from trace.core.verdict import Verdict
from trace.db import Database
from trace.services import pin, run
from trace.services.public_view import PinView
from trace.tables import ItemSeen, Run
from trace.web import verify
from trace.web.factory import create_app

CHINESE = {"Accept-Language": "zh-CN", "Accept": "text/html"}
ENGLISH = {"Accept-Language": "en", "Accept": "text/html"}
JSON = {"Accept": "application/json"}
FIRST_FLIGHT = 14_600


@dataclass
class Label:
    """One label with a PIN in a running service, and one of a run without."""

    client: FlaskClient
    db: Database
    digits: str
    pin: str
    run_id: int
    plain: str

    @property
    def wrong(self) -> str:
        return f"{(int(self.pin) + 1) % 1_000_000:06d}"

    def ask(self, typed: str, headers: dict[str, str] | None = None) -> TestResponse:
        return self.client.post(f"/c/{self.digits}/pin", data={"pin": typed}, headers=headers or CHINESE)

    def page(self) -> str:
        return self.client.get(f"/c/{self.digits}", headers=CHINESE).get_data(as_text=True)


@pytest.fixture
def label(database_url: str, tmp_path: Path) -> Iterator[Label]:
    app = create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=database_url))
    parts = app.extensions["trace"]
    master = parts.settings.master_key
    world: World = make_world(parts.db)
    number = world.ready()
    run_id, bare = (world.printed(number, 1, master=master, pin=wanted) for wanted in (True, False))
    with parts.db.read() as session:
        row, other = session.get_one(Run, run_id), session.get_one(Run, bare)
        [right] = pins(pin.secret(session, row, master), run_id, range(1, 2))
        [url, second] = [next(run.urls(session, one, master)) for one in (row, other)]
    yield Label(app.test_client(), parts.db, url.rpartition("/")[2], right, run_id, second.rpartition("/")[2])
    parts.db.dispose()


def text(response: TestResponse) -> str:
    return response.get_data(as_text=True)


def test_only_labels_with_a_pin_ask_for_it(label: Label) -> None:
    page = label.page()
    assert f'action="/c/{label.digits}/pin#pin" method="post"' in page
    assert "刮开涂层，输入 6 位数字" in page
    assert "csrf" not in page
    assert "涂层" not in text(label.client.get(f"/c/{label.plain}", headers=CHINESE))


def test_the_first_right_pin_and_a_later_one(label: Label) -> None:
    first = label.ask(f"  {label.pin[:3]} {label.pin[3:]} ")
    assert first.status_code == 200
    assert "验证码对，这是第一次" in text(first)
    assert "输入 6 位数字" not in text(first), "what was answered is not asked again"
    later = text(label.ask(label.pin.translate(str.maketrans("0123456789", "０１２３４５６７８９"))))
    assert "验证码对，但已有人验证过" in later
    assert "连这次一共 2 次" in later
    assert re.search(r"已有人验证过：第一次是 \d+年\d+月\d+日，一共 2 次", label.page())


def test_a_wrong_pin_five_times_locks(label: Label) -> None:
    for left in (4, 3, 2, 1):
        answer = text(label.ask(label.wrong))
        assert f"验证码不对，还可以试 {left} 次" in answer
        assert "输入 6 位数字" in answer
    assert "验证码已锁定" in text(label.ask(label.wrong))
    for page in (text(label.ask(label.pin)), label.page()):
        assert "验证码已锁定" in page
        assert "输入 6 位数字" not in page, "no form that leads nowhere"


@pytest.mark.parametrize("typed", ["", "12345", "abcdef"])
def test_what_is_no_pin_is_told_kindly_and_counts_for_nothing(label: Label, typed: str) -> None:
    response = label.ask(typed)
    assert response.status_code == 422
    assert "验证码是涂层下的 6 位数字" in text(response)
    assert 'aria-invalid="true"' in text(response)
    assert "还可以输错 5 次" in label.page()


def test_an_answer_sets_no_cookie_and_is_kept_by_nobody(label: Label) -> None:
    for response in (label.ask(label.wrong), label.ask("1"), label.ask(label.pin, JSON)):
        assert "Set-Cookie" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert label.wrong not in text(response)
        assert label.pin not in text(response)


def test_an_answer_is_no_second_scan(label: Label) -> None:
    """The script that counts a device belongs to the page that was scanned."""
    assert "seen.js" in label.page()
    assert "seen.js" not in text(label.ask(label.wrong))
    with label.db.read() as session:
        assert session.get(ItemSeen, (label.run_id, 1)) is None


def test_another_sites_form_tries_nothing(label: Label) -> None:
    for site in ("cross-site", "same-site"):
        response = label.ask(label.wrong, {**CHINESE, "Sec-Fetch-Site": site})
        assert (response.status_code, response.location) == (303, f"/c/{label.digits}#pin")
    assert "还可以输错 5 次" in label.page()
    ours = {**CHINESE, "Sec-Fetch-Site": "same-origin"}
    assert "还可以试 4 次" in text(label.ask(label.wrong, ours))


def test_the_address_of_an_answer_leads_back_to_the_label(label: Label) -> None:
    response = label.client.get(f"/c/{label.digits}/pin?lang=en")
    assert (response.status_code, response.location) == (303, f"/c/{label.digits}?lang=en#pin")


def test_codes_that_have_no_pin(label: Label) -> None:
    forged = label.digits[:-1] + ("1" if label.digits[-1] == "0" else "0")
    for digits in (forged, "123"):
        response = label.client.post(f"/c/{digits}/pin", data={"pin": "123456"}, headers=CHINESE)
        assert response.status_code == 404
        assert "涂层" not in text(response)
    response = label.client.post(f"/c/{label.plain}/pin", data={"pin": "123456"}, headers=JSON)
    assert (response.status_code, response.get_json()["code"]) == (404, "pin.none")


def test_the_json_twin(label: Label) -> None:
    address = f"/c/{label.digits}"
    assert label.client.get(address, headers=JSON).get_json()["pin"] == {
        "tries_left": 5, "first_on": None, "times": 0, "locked": False,
    }  # fmt: skip
    with clock.at(samples.moment(11, 20)):
        answer = label.client.post(f"{address}/pin", json={"pin": label.pin}, headers=JSON)
    data = answer.get_json()
    assert (answer.status_code, data["result"], data["verdict"]) == (200, "first", "first")
    assert data["title"] == "验证码对，这是第一次"
    assert data["pin"] == {"tries_left": 5, "first_on": "2026-11-20", "times": 1, "locked": False}
    assert label.client.get(f"/c/{label.plain}", headers=JSON).get_json()["pin"] is None
    bodies: tuple[object, ...] = ({"pin": 123456}, {"pin": None}, {}, [], "123456")
    for body in bodies:
        refused = label.client.post(f"{address}/pin", json=body, headers=JSON)
        assert (refused.status_code, refused.get_json()["code"]) == (422, "pin.malformed")


def test_the_answers_in_english(label: Label) -> None:
    wrong, right = text(label.ask(label.wrong, ENGLISH)), text(label.ask(label.pin, ENGLISH))
    assert "The PIN is not right; tries left: 4" in wrong
    assert "The PIN is right, for the first time" in right
    for page in (wrong, right):
        section = page[page.index('aria-labelledby="pin"') :]
        assert not re.search("[\u4e00-\u9fff]", section[: section.index("</section>")])


def test_the_desk_sees_how_many_were_verified_and_how_many_locked(app: Flask) -> None:
    desk = make_desk(app)
    number = desk.world.ready()
    run_id, bare = desk.world.printed(number, 3, pin=True), desk.world.printed(number, 1)
    with desk.world.db.read() as session:
        right = pins(pin.secret(session, session.get_one(Run, run_id), MASTER), run_id, range(1, 3))
    wrong = f"{(int(right[1]) + 1) % 1_000_000:06d}"
    for item, typed in ((1, right[0]), *[(2, wrong)] * 5):
        with desk.world.db.write(ledger=False) as session:
            pin.ask(session, run_id, item, typed, master=MASTER)
    assert "1 枚已有人验证，1 枚输错 5 次已锁定" in desk.page(f"/desk/runs/{run_id}")
    assert "枚已有人验证" not in desk.page(f"/desk/runs/{bare}")


@pytest.mark.parametrize("headers", [CHINESE, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("state", [PinView(5, None, 0, False), PinView(0, date(2026, 11, 20), 12, True)])
def test_a_page_with_a_pin_fits_the_first_flight(
    tmp_path: Path, headers: dict[str, str], state: PinView
) -> None:
    made: Flask = create_app(Settings(instance=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/none.db"))
    view = replace(samples.scan(Verdict.FIRST), pin=state)
    with made.test_request_context("/c/1", headers={**headers, "Accept-Encoding": "gzip"}):
        response = made.process_response(verify.item_answer(view, samples.DIGITS))
    head = sum(len(f"{name}: {value}\r\n".encode()) for name, value in response.headers)
    assert head + len(response.data) <= FIRST_FLIGHT
    page = gzip.decompress(response.data).decode()
    assert len(re.findall("<h1", page)) == 1
    assert "正品" not in page
    made.extensions["trace"].db.dispose()

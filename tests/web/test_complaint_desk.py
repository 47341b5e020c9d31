"""Complaints at the desks: a brand's office sees its brand's, a regulator all; answers reach the receipt."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image
from sqlmodel import select

from tests.support.accounts import make_user, signed_in_browser
from tests.support.desk import Desk, make_desk
from trace.core.organisation import Role
from trace.services import complaint, complaint_photo
from trace.services.complaint import Typed
from trace.tables import Audit, Complaint
from trace.web.context import App

EVIL = "<script>alert(1)</script> 袋子上写的和网页不一样"
PHONE = "13900001234"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


def lodged(desk: Desk, **given: str) -> str:
    """A complaint with a photo; its receipt."""
    parts: App = desk.app.extensions["trace"]
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (40, 120, 60)).save(out, "JPEG")
    typed = Typed(**{"kind": "record", "text": EVIL, "phone": PHONE, **given})
    ready = replace(complaint.check(typed), photo=complaint_photo.examine(parts.settings, out.getvalue()))
    with desk.world.db.write(ledger=False) as session:
        return complaint.lodge(session, parts.settings, ready)


PLACES = {"office": "/brand-office/shicheng-bailian/complaints", "regulator": "/gov/complaints"}


@pytest.mark.parametrize("who", PLACES)
def test_a_case_is_read_answered_and_closed(desk: Desk, who: str) -> None:
    number = desk.world.ready()
    receipt = lodged(desk, batch=number)
    base = PLACES[who]
    page = desk.page(base, who)
    assert "记录和实物不符" in page
    assert '<b class="count">1</b>' in page
    link = re.search(rf'href="({base}/[0-9]+)"', page)
    assert link
    case = desk.page(link[1], who)
    assert "alert(1)" in case
    assert "<script>alert" not in case
    assert "139****1234" in case
    assert PHONE not in case
    assert number in case
    photo = desk.browser(who).get(f"{link[1]}/photo")
    assert photo.mimetype == "image/jpeg"
    assert photo.headers["X-Content-Type-Options"] == "nosniff"
    assert photo.headers["Cache-Control"] == "no-store"
    photo.close()
    refused = desk.browser(who).submit(f"{link[1]}/answer", {"text": ""})
    assert refused.status_code == 422
    answered = desk.browser(who).submit(f"{link[1]}/answer", {"text": "正在<b>核查</b>。", "closes": "yes"})
    assert answered.status_code == 303
    told = desk.app.test_client().get(f"/report/{receipt}").get_data(as_text=True)
    assert "正在&lt;b&gt;核查&lt;/b&gt;。" in told
    assert "已办结" in told
    assert "记录和实物不符" not in desk.page(base, who)
    assert "记录和实物不符" in desk.page(f"{base}?state=closed", who)
    again = desk.browser(who).submit(f"{link[1]}/answer", {"text": "还有", "closes": "yes"})
    assert again.status_code == 409


@pytest.mark.parametrize("who", PLACES)
def test_a_phone_is_shown_on_request_and_that_is_put_down(desk: Desk, who: str) -> None:
    lodged(desk, batch=desk.world.ready())
    answer = desk.browser(who).submit(f"{PLACES[who]}/1/phone")
    assert PHONE in answer.get_data(as_text=True)
    assert desk.browser(who).get(f"{PLACES[who]}/1/phone").status_code == 405
    with desk.world.db.read() as session:
        [line] = session.exec(select(Audit).where(Audit.action == "authority:complaint:phone")).all()
    assert line.user_id == getattr(desk.world, who).user_id


def test_what_is_about_no_brand_is_the_regulators_alone(desk: Desk) -> None:
    lodged(desk)
    assert "不清楚" in desk.page("/gov/complaints", "regulator")
    for path in ("/1", "/1/photo"):
        assert desk.browser("office").get(PLACES["office"] + path).status_code == 404
    for path in ("/1/phone", "/1/answer"):
        assert desk.browser("office").submit(PLACES["office"] + path, {"text": "x"}).status_code == 404
    assert "没有等着处理的举报" in desk.page(PLACES["office"], "office")


@pytest.mark.parametrize("path", ["", "/1", "/1/photo"])
@pytest.mark.parametrize("base", PLACES.values())
def test_outsiders_get_in_nowhere(desk: Desk, base: str, path: str) -> None:
    lodged(desk, batch=desk.world.ready())
    for who in ("coop", "rival", "laboratory", "operator"):
        assert desk.browser(who).get(base + path).status_code == 403
    assert desk.app.test_client().get(base + path).status_code == 303
    wrong = {"office": "/gov/complaints", "regulator": PLACES["office"]}
    for who, other in wrong.items():
        assert desk.browser(who).get(other + path).status_code == 403


@pytest.mark.parametrize("who", PLACES)
def test_readers_see_no_buttons_and_may_not_press_them(desk: Desk, who: str) -> None:
    lodged(desk, batch=desk.world.ready())
    place = int(getattr(desk.world, who).org_id)
    reader = signed_in_browser(desk.app, make_user(desk.world.db, f"{who}-reader", (place, Role.READER)))
    page = reader.get(f"{PLACES[who]}/1").get_data(as_text=True)
    assert "139****1234" in page
    assert "显示电话" not in page
    assert "<textarea" not in page
    for path in ("/1/phone", "/1/answer"):
        assert reader.submit(PLACES[who] + path, {"text": "不该行的"}).status_code == 403
    with desk.world.db.read() as session:
        assert session.get_one(Complaint, 1).closed_at is None


@pytest.mark.parametrize("number", ["0", "99", "2147483647", "2147483648", "9" * 30, "x", "-1", "1%00"])
def test_a_wrong_number_is_not_found(desk: Desk, number: str) -> None:
    lodged(desk, batch=desk.world.ready())
    for who, base in PLACES.items():
        assert desk.browser(who).get(f"{base}/{number}").status_code == 404


def test_a_form_without_its_token_changes_nothing(desk: Desk) -> None:
    lodged(desk, batch=desk.world.ready())
    for who, base in PLACES.items():
        answer = desk.browser(who).post(f"{base}/1/answer", data={"text": "别的网站", "closes": "yes"})
        assert answer.status_code == 400
    with desk.world.db.read() as session:
        assert session.get_one(Complaint, 1).closed_at is None


@pytest.mark.parametrize("who", PLACES)
def test_the_pages_speak_english_too(desk: Desk, who: str) -> None:
    lodged(desk, batch=desk.world.ready())
    page = desk.page(f"{PLACES[who]}?lang=en", who)
    assert "The record does not fit the product" in page
    assert "Show the phone" in desk.page(f"{PLACES[who]}/1?lang=en", who)


def test_a_long_list_is_turned_page_by_page(desk: Desk) -> None:
    number = desk.world.ready()
    for _ in range(31):
        lodged(desk, batch=number)
    first, second = (
        desk.page("/gov/complaints", "regulator"),
        desk.page("/gov/complaints?page=2", "regulator"),
    )
    assert len(re.findall(r'href="/gov/complaints/[0-9]+"', first)) == 30
    assert len(re.findall(r'href="/gov/complaints/[0-9]+"', second)) == 1

"""Signing in, the account page, and who gets where."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from flask import Flask, flash, request

from tests.support.accounts import PASSWORD, Browser, Village, browser, signed_in_browser
from trace.config import Settings
from trace.core import clock
from trace.services import account
from trace.services import session as sign_ins
from trace.web.csrf import FORM_COOKIE, NOTICE_COOKIE, SIGN_IN_COOKIE
from trace.web.factory import create_app

NEXT = "新塘 新莲 新密码 三亩"


def test_the_form_asks_for_name_and_password(stranger: Browser) -> None:
    answer = stranger.get("/sign-in")
    assert answer.status_code == 200
    assert 'name="username"' in answer.text
    assert 'autocomplete="current-password"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert stranger.get_cookie(FORM_COOKIE)


@pytest.mark.parametrize(
    ("username", "landing"),
    [("clerk", "/desk"), ("inspector", "/gov"), ("operator", "/admin"), ("both", "/desk")],
)
def test_everybody_lands_at_their_work(
    stranger: Browser, village: Village, username: str, landing: str
) -> None:
    answer = stranger.sign_in(username)
    assert (answer.status_code, answer.location) == (303, landing)
    cookie = stranger.get_cookie(SIGN_IN_COOKIE)
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.path == "/"
    assert not cookie.secure
    assert stranger.get_cookie(FORM_COOKIE) is None
    assert stranger.get("/account").status_code == 200
    assert stranger.get("/sign-in").location == landing


def test_behind_https_cookies_are_secure(app: Flask, village: Village) -> None:
    settings: Settings = app.extensions["trace"].settings
    made = create_app(settings.model_copy(update={"secure_cookies": True}))
    with browser(made) as client:
        client.get("/sign-in", base_url="https://localhost")
        cookie = client.get_cookie(FORM_COOKIE)
        assert cookie is not None
        assert cookie.secure
    made.extensions["trace"].db.dispose()


def test_a_wrong_password_is_said_and_the_name_kept(stranger: Browser, village: Village) -> None:
    answer = stranger.sign_in("clerk", "wrong password", next="/desk/batches")
    assert answer.status_code == 401
    assert "用户名或密码不对" in answer.text
    assert 'value="clerk"' in answer.text
    assert 'value="/desk/batches"' in answer.text
    assert "wrong password" not in answer.text
    assert stranger.get_cookie(SIGN_IN_COOKIE) is None


def test_a_lock_says_how_long(stranger: Browser, village: Village) -> None:
    for _ in range(5):
        stranger.sign_in("clerk", "wrong password")
    answer = stranger.sign_in("clerk")
    assert answer.status_code == 401
    assert "请过 1 分钟再试" in answer.text


@pytest.mark.parametrize("wanted", ["/desk/batches?page=2", "/account"])
def test_one_goes_on_to_the_page_one_wanted(stranger: Browser, village: Village, wanted: str) -> None:
    assert stranger.sign_in("clerk", next=wanted).location == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "evil",
        "/\t/e",
    ],
)
def test_no_way_leads_to_another_site(stranger: Browser, village: Village, wanted: str) -> None:
    assert stranger.sign_in("clerk", next=wanted).location == "/desk"
    assert stranger.get("/sign-in", query_string={"next": wanted}).location == "/desk"


def test_who_is_signed_out_is_sent_to_the_form_and_back(stranger: Browser, village: Village) -> None:
    answer = stranger.get("/people?x=1")
    assert answer.status_code == 303
    page = stranger.get(answer.location)
    assert 'value="/people?x=1"' in page.text


def test_a_machine_is_told_in_its_own_words(stranger: Browser) -> None:
    answer = stranger.get("/account", headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.get_json()["code"] == "account.signed-out"


def test_signing_out_ends_it_for_good(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.clerk)
    cookie = client.get_cookie(SIGN_IN_COOKIE)
    assert cookie is not None
    answer = client.submit("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get_cookie(SIGN_IN_COOKIE) is None
    client.set_cookie(SIGN_IN_COOKIE, cookie.value)
    assert client.get("/account").status_code == 303


def test_signing_out_is_not_done_by_a_link(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.clerk)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert client.get("/account").status_code == 200


def test_a_sign_in_that_ran_out_is_no_sign_in(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.clerk, hours=1)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert client.get("/account").status_code == 303


def test_the_account_page_lists_places_and_devices(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.both)
    phone = browser(app)
    phone.submit(
        "/sign-in",
        {"username": "both", "password": PASSWORD},
        headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36 MicroMessenger/8.0"},
    )
    page = client.get("/account").text
    assert "示例甲合作社" in page
    assert "示例乙合作社" in page
    assert "安卓手机 · 微信" in page
    assert "示例both" in page
    # A clerk looks after nobody.
    assert "/people" not in page


def test_the_account_page_speaks_english_too(app: Flask, village: Village) -> None:
    page = signed_in_browser(app, village.both).get("/account?lang=en")
    assert 'lang="en"' in page.text


def test_the_chosen_language_is_kept(stranger: Browser, village: Village) -> None:
    page = stranger.get("/sign-in?lang=en").text
    assert 'action="/sign-in?lang=en"' in page
    answer = stranger.submit("/sign-in?lang=en", {"username": "clerk", "password": PASSWORD})
    assert answer.location == "/desk?lang=en"
    assert "示例甲合作社" in stranger.get("/account?lang=en").text


def test_notices_stand_on_the_next_page_only(app: Flask, village: Village) -> None:
    @app.get("/desk/notice")
    def notice() -> str:
        for number in range(int(request.args["count"])):
            flash(f"第{number}条" + secrets.token_hex(100))
        return ""

    client = signed_in_browser(app, village.clerk)
    assert "Set-Cookie" not in client.get("/account").headers
    client.get("/desk/notice?count=2")
    client.submit("/account/organisation", {"organisation": str(village.platform)})
    page = client.get("/account").text
    assert "第0条" in page
    assert "第1条" in page
    assert client.get_cookie(NOTICE_COOKIE) is None
    # Too many for a cookie: the latest are kept.
    client.get("/desk/notice?count=30")
    page = client.get("/account").text
    assert "第29条" in page
    assert "第0条" not in page
    client.set_cookie(NOTICE_COOKIE, "made-up.nonsense")
    assert client.get("/account").status_code == 200


def test_changing_the_password(app: Flask, village: Village) -> None:
    here, elsewhere = (signed_in_browser(app, village.clerk) for _ in range(2))
    answer = here.submit(
        "/account/password", {"old_password": PASSWORD, "password": NEXT, "password_again": NEXT}
    )
    assert (answer.status_code, answer.location) == (303, "/account")
    assert "密码已修改" in here.get("/account").text
    assert "密码已修改" not in here.get("/account").text
    assert elsewhere.get("/account").status_code == 303
    assert browser(app).sign_in("clerk", NEXT).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        (PASSWORD, NEXT, NEXT + "!", "两次输入的新密码不一样"),
        ("not this one", NEXT, NEXT, "原密码不对"),
        (PASSWORD, "13812345678", "13812345678", "不能全是数字"),
    ],
)
def test_a_password_that_is_refused(
    app: Flask, village: Village, old: str, new: str, again: str, said: str
) -> None:
    answer = signed_in_browser(app, village.clerk).submit(
        "/account/password", {"old_password": old, "password": new, "password_again": again}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert new not in answer.text


def test_ending_the_sign_in_of_a_lost_phone(app: Flask, village: Village) -> None:
    here, lost = (signed_in_browser(app, village.clerk) for _ in range(2))
    cookie = lost.get_cookie(SIGN_IN_COOKIE)
    assert cookie is not None
    lost_id = sign_ins.token_hash(cookie.value)
    outsider = signed_in_browser(app, village.outsider)
    assert outsider.submit(f"/account/sign-ins/{lost_id}/end").status_code == 404
    assert lost.get("/account").status_code == 200
    assert here.submit(f"/account/sign-ins/{lost_id}/end").status_code == 303
    assert lost.get("/account").status_code == 303
    assert here.submit("/account/sign-ins/nonsense/end").status_code == 404


def test_switching_organisation(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.both)
    answer = client.submit("/account/organisation", {"organisation": str(village.other_coop)})
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert "示例both · 示例乙合作社" in client.get("/account").text
    assert client.submit("/account/organisation", {"organisation": str(village.platform)}).status_code == 403
    assert client.submit("/account/organisation", {"organisation": "x"}).status_code == 404


def test_a_disabled_person_is_out_at_the_next_click(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.clerk)
    with app.extensions["trace"].db.write(ledger=False) as unit:
        account.disable(unit, None, village.clerk)
    assert client.get("/account").status_code == 303


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/robots.txt", "/.well-known/security.txt", "/static/mark.svg"]
)
def test_public_addresses_set_no_cookie(app: Flask, village: Village, path: str) -> None:
    client = signed_in_browser(app, village.clerk)
    for one in (client, browser(app)):
        with one.get(path) as answer:
            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert "Cookie" not in answer.headers.get("Vary", "")

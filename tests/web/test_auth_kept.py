"""Nothing typed is lost when a sign-in runs out, or a form has grown old; and no other site gains by it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO

import pytest
from flask import Flask, request
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.support.accounts import PASSWORD, Browser, Village, browser, signed_in_browser
from trace.services import session as sign_ins
from trace.web.auth import current_actor, signed_in
from trace.web.csrf import SIGN_IN_COOKIE
from trace.web.kept import LARGEST, unseal

TYPED = {
    "facts.variety": "太空莲36号",
    "note": '两行\n"引号" <b>',
    "quantity": "12.5",
    "request_id": "r-0001",
}


@pytest.fixture
def sent(app: Flask) -> Iterator[list[MultiDict[str, str]]]:
    """Forms that arrived at a page for signed-in people, /desk/try."""
    arrived: list[MultiDict[str, str]] = []

    @app.post("/desk/try")
    @signed_in
    def attempt() -> str:
        arrived.append(MultiDict(request.form))
        return f"saved by {current_actor().name}"

    return arrived


def hidden(answer: TestResponse) -> MultiDict[str, str]:
    """What the form of a page would send back, as a browser reads it."""
    main = answer.text.split("<main", 1)[1]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', main)
    return MultiDict((unescape(name), unescape(value)) for name, value in found)


def expire(app: Flask, client: Browser) -> None:
    """End the sign-in on the server, leaving the browser its cookie."""
    cookie = client.get_cookie(SIGN_IN_COOKIE)
    assert cookie is not None
    with app.extensions["trace"].db.write(ledger=False) as unit:
        sign_ins.sign_out(unit, cookie.value)


def again(client: Browser, page: TestResponse, username: str = "clerk") -> TestResponse:
    """Sign in on the page that a signed-out form led to."""
    fields = hidden(page)
    fields["username"], fields["password"] = username, PASSWORD
    return client.post("/sign-in", data=fields)


def test_a_form_survives_the_end_of_the_sign_in(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    client = signed_in_browser(app, village.clerk)
    expire(app, client)
    page = client.submit("/desk/try", TYPED, headers={"Referer": "http://localhost/desk/form?batch=7"})
    assert page.status_code == 401
    assert "您填的内容都留着" in page.text
    confirm = again(client, page)
    assert confirm.status_code == 200
    assert "请确认后再次提交" in confirm.text
    assert "太空莲36号" in confirm.text
    assert "<b>" not in confirm.text.split("<main", 1)[1].split("facts", 1)[1].split("</dl>")[0]
    assert "品种" in confirm.text
    assert "r-0001" not in confirm.text.split("您填的内容")[1]
    assert "/desk/try" in confirm.text
    assert 'href="/desk/form?batch=7"' in confirm.text
    # Nothing happens before the person clicks.
    assert sent == []
    done = client.post("/desk/try", data=hidden(confirm))
    assert done.text == "saved by 示例clerk"
    assert {name: value for name, value in sent[0].items() if name != "csrf_token"} == TYPED


def test_a_form_survives_a_browser_that_dropped_the_cookie(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    """The form token is gone with the cookie, so the refusal comes from the other side."""
    client = browser(app)
    page = client.post("/desk/try", data={**TYPED, "csrf_token": "of another sign-in"})
    assert page.status_code == 401
    confirm = again(client, page)
    client.post("/desk/try", data=hidden(confirm))
    assert sent[0]["note"] == TYPED["note"]


def test_a_wrong_password_in_between_loses_nothing(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    client = browser(app)
    page = client.post("/desk/try", data=TYPED)
    fields = hidden(page)
    fields["username"], fields["password"] = "clerk", "wrong password"
    page = client.post("/sign-in", data=fields)
    assert page.status_code == 401
    assert "太空莲36号" in again(client, page).text


def test_an_old_page_of_somebody_signed_in_is_confirmed(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    client = signed_in_browser(app, village.clerk)
    page = client.post("/desk/try", data={**TYPED, "csrf_token": "of last week"})
    assert page.status_code == 400
    assert "这个页面放得太久了" in page.text
    assert sent == []
    assert client.post("/desk/try", data=hidden(page)).status_code == 200
    assert sent[0]["quantity"] == "12.5"


def test_several_values_of_one_name_stay_several(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    client = signed_in_browser(app, village.clerk)
    page = client.post("/desk/try", data=MultiDict([("tests", "铅"), ("tests", "镉"), ("empty", "")]))
    client.post("/desk/try", data=hidden(page))
    assert sent[0].getlist("tests") == ["铅", "镉"]
    assert sent[0]["empty"] == ""


def test_files_are_named_and_asked_for_again(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    client = browser(app)
    page = client.post(
        "/desk/try", data={**TYPED, "photo": (BytesIO(b"x" * 100), "莲田.jpg"), "none": (BytesIO(), "")}
    )
    assert "照片和文件要重新选：莲田.jpg" in page.text
    confirm = again(client, page)
    assert 'enctype="multipart/form-data"' in confirm.text
    assert 'type="file" name="photo"' in confirm.text
    assert 'name="none"' not in confirm.text


def test_passwords_are_never_carried_along(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.clerk)
    expire(app, client)
    secrets = {"old_password": "secret-1", "password": "secret-2", "password_again": "secret-3"}
    page = client.submit("/account/password", {**secrets, "note": "kept"})
    assert page.status_code == 401
    assert "secret" not in page.text
    with app.app_context():
        kept = unseal(hidden(page)["_resume"])
    assert kept is not None
    assert kept.fields == (("note", "kept"),)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_what_another_site_put_in_is_never_offered(
    app: Flask, village: Village, sent: list[MultiDict[str, str]], headers: dict[str, str]
) -> None:
    for client in (browser(app), signed_in_browser(app, village.clerk)):
        page = client.post("/desk/try", data=TYPED, headers=headers)
        assert page.status_code in (400, 401)
        assert "太空莲36号" not in page.text
        assert "_resume" not in hidden(page)
    assert sent == []


def test_our_own_pages_are_recognised_with_and_without_new_headers(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}):
        page = browser(app).post("/desk/try", data=TYPED, headers=headers)
        assert "_resume" in hidden(page)


def test_somebody_else_is_not_shown_what_was_typed(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    client = signed_in_browser(app, village.clerk)
    expire(app, client)
    answer = again(client, client.submit("/desk/try", TYPED), "outsider")
    assert answer.location == "/desk"


def test_a_kept_form_that_was_changed_is_dropped(app: Flask, village: Village) -> None:
    client = browser(app)
    answer = client.sign_in("clerk", _resume="made-up.nonsense.text")
    assert answer.location == "/desk"


def test_too_much_to_carry_is_not_carried(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    page = browser(app).post("/desk/try", data={"note": "长" * (LARGEST + 1)})
    assert page.status_code == 401
    assert "_resume" not in hidden(page)


def test_the_token_of_another_sign_in_opens_nothing(
    app: Flask, village: Village, sent: list[MultiDict[str, str]]
) -> None:
    mine, theirs = signed_in_browser(app, village.clerk), signed_in_browser(app, village.outsider)
    assert mine.post("/desk/try", data={"csrf_token": theirs.form_token(), "a": "b"}).status_code == 400
    stranger = browser(app)
    assert mine.post("/desk/try", data={"csrf_token": stranger.form_token(), "a": "b"}).status_code == 400
    assert sent == []


def test_an_old_sign_in_page_keeps_the_name(app: Flask, village: Village) -> None:
    page = browser(app).post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    assert page.status_code == 400
    assert 'value="clerk"' in page.text
    assert "请再提交一次" in page.text

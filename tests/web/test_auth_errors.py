"""What refusals and failures look like, to people and to machines; and the addresses that machines expect."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from labels.errors import BadCount, MalformedCode
from tests.support.accounts import Browser, Village, browser, signed_in_browser
from trace.config import Settings
from trace.core.errors import Conflict, InvalidInput, InvalidInputs
from trace.core.policy import Action
from trace.db import Database
from trace.web.auth import needs
from trace.web.factory import create_app

JSON = {"Accept": "application/json"}


@pytest.fixture
def failing(app: Flask) -> Browser:
    """A browser, and addresses that fail in each way."""
    several = InvalidInputs(
        [InvalidInput("text.required", "name"), InvalidInput("plot.region", "region_code")]
    )
    for name, error in {
        "conflict": Conflict("account.username-taken", "username"),
        "several": several,
        "label": BadCount("label.count", "张数不对。", "The count is wrong."),
        "malformed": MalformedCode("label.malformed", "不是标签码。", "Not a label code."),
        "bug": ZeroDivisionError("secret detail"),
    }.items():

        def fail(error: Exception = error) -> str:
            raise error

        app.add_url_rule(f"/fail/{name}", name, fail)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return browser(app)


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("conflict", 409, "account.username-taken"),
        ("several", 422, "text.required"),
        ("label", 422, "label.count"),
        ("malformed", 404, "label.malformed"),
        ("bug", 500, "web.failed"),
        ("nowhere", 404, "web.not-found"),
    ],
)
def test_a_refusal_has_a_page_and_a_problem(failing: Browser, name: str, status: int, code: str) -> None:
    page = failing.get(f"/fail/{name}")
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert page.headers["X-Request-ID"] in page.text
    answer = failing.get(f"/fail/{name}", headers=JSON)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    told = json.loads(answer.data)
    assert (told["status"], told["code"], told["type"]) == (status, code, "about:blank")
    assert told["reference"] == answer.headers["X-Request-ID"]
    assert told["title"]
    for shown in (page.text, answer.text):
        assert "secret detail" not in shown
        assert "Traceback" not in shown


def test_a_problem_speaks_the_callers_language(failing: Browser) -> None:
    english = failing.get("/fail/conflict", headers={**JSON, "Accept-Language": "en"}).get_json()
    chinese = failing.get("/fail/conflict", headers=JSON).get_json()
    assert english["detail"] == "This user name is taken; choose another."
    assert chinese["detail"] == "这个用户名已经有人用了，请换一个。"
    assert english["field"] == chinese["field"] == "username"


def test_several_refusals_are_all_told(failing: Browser) -> None:
    told = failing.get("/fail/several", headers=JSON).get_json()
    assert [one["field"] for one in told["errors"]] == ["name", "region_code"]
    page = failing.get("/fail/several").text
    assert "这一项不能空着" in page
    assert "行政区划代码应是" in page


def test_a_bug_is_logged_with_its_trace_and_number(
    failing: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = failing.get("/fail/bug")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    logged = next(line for line in lines if "exception" in line)
    assert "ZeroDivisionError: secret detail" in logged["exception"]
    assert logged["request"] == answer.headers["X-Request-ID"]


def test_the_log_tells_no_address_and_no_question(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    browser(app).get("/sign-in?next=/desk/private")
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert (line["rule"], line["status"], line["method"]) == ("/sign-in", 200, "GET")
    assert "private" not in json.dumps(line)


def test_a_wrong_method_says_which_are_right(stranger: Browser) -> None:
    answer = stranger.get("/sign-out")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_a_request_that_is_too_large_is_refused(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.clerk)
    answer = client.post("/account/password", data=b"x" * (21 * 1024 * 1024), headers=JSON)
    assert answer.status_code == 413
    assert "20 MB" in answer.get_json()["detail"]


def test_a_field_that_is_too_large_is_refused(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.clerk)
    field = b'--edge\r\nContent-Disposition: form-data; name="note"\r\n\r\n' + b"x" * (3 * 1024 * 1024)
    answer = client.post(
        "/account/password",
        data=field + b"\r\n--edge--\r\n",
        content_type="multipart/form-data; boundary=edge",
    )
    assert answer.status_code == 413
    assert answer.mimetype == "text/html"


def test_a_database_that_does_not_answer_is_503(app: Flask, village: Village) -> None:
    client = signed_in_browser(app, village.clerk)
    here = app.extensions["trace"]
    # Nobody listens on port 1 of this machine.
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/none", None)
    app.extensions["trace"] = replace(here, db=gone)
    answer = client.get("/account")
    assert answer.status_code == 503
    assert "127.0.0.1" not in answer.text
    assert client.get("/account", headers=JSON).get_json()["code"] == "web.unavailable"
    app.extensions["trace"] = here
    gone.dispose()


def test_a_view_may_need_an_action(app: Flask, village: Village) -> None:
    @app.get("/desk/recall")
    @needs(Action.RECALL_OPEN)
    def recall() -> str:
        return "open"

    assert signed_in_browser(app, village.manager).get("/desk/recall").text == "open"
    assert signed_in_browser(app, village.clerk).get("/desk/recall").status_code == 403
    assert browser(app).get("/desk/recall").status_code == 303


def test_health(stranger: Browser) -> None:
    assert stranger.get("/healthz").get_json() == {"status": "ok"}
    ready = stranger.get("/readyz")
    assert (ready.status_code, ready.get_json()["status"]) == (200, "ok")


def test_an_old_or_missing_database_is_not_ready(tmp_path: Path) -> None:
    made = create_app(Settings(instance=tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'empty.db'}"))
    client = browser(made)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["reason"]) == (503, "migration")
    made.extensions["trace"].db.dispose()


def test_a_database_out_of_reach_is_not_ready(tmp_path: Path) -> None:
    url = "postgresql://nobody:x@127.0.0.1:9/none"
    made = create_app(Settings(instance=tmp_path, DATABASE_URL=url))
    answer = browser(made).get("/readyz")
    assert (answer.status_code, answer.get_json()["reason"]) == (503, "database")
    made.extensions["trace"].db.dispose()


def test_security_txt_is_of_the_standard(stranger: Browser) -> None:
    answer = stranger.get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"].startswith(("https://", "http://", "tel:", "mailto:"))
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(days=30) < expires - datetime.now(UTC) < timedelta(days=366)


def test_robots_stay_away_from_single_labels(stranger: Browser) -> None:
    lines = stranger.get("/robots.txt").text.splitlines()
    assert "Disallow: /c/" in lines
    assert "Disallow: /b/" not in lines


def test_password_managers_find_the_form(stranger: Browser) -> None:
    assert stranger.get("/.well-known/change-password").location == "/account#password"


def test_only_known_hosts_are_answered(app: Flask) -> None:
    settings: Settings = app.extensions["trace"].settings
    made = create_app(settings.model_copy(update={"trusted_hosts": ["trace.example"]}))
    assert browser(made).get("/healthz", base_url="http://trace.example").status_code == 200
    assert browser(made).get("/healthz", base_url="http://evil.example").status_code == 400
    made.extensions["trace"].db.dispose()


def test_forwarding_headers_count_only_behind_a_proxy(app: Flask) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Request-ID": "from-the-proxy-1"}
    direct = browser(app).get("/healthz", headers=headers)
    assert "Strict-Transport-Security" not in direct.headers
    assert direct.headers["X-Request-ID"] != "from-the-proxy-1"
    settings: Settings = app.extensions["trace"].settings
    made = create_app(settings.model_copy(update={"proxies": 1}))
    behind = browser(made).get("/healthz", headers=headers)
    assert "Strict-Transport-Security" in behind.headers
    assert behind.headers["X-Request-ID"] == "from-the-proxy-1"
    made.extensions["trace"].db.dispose()

"""Bad input and floods: ten thousand wrong codes break nothing and leave nothing, a flood slows its own network."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from labels import digits as printed_digits
from labels.code import item_code
from tests.support import databases
from tests.support.desk import Desk, make_desk
from tests.support.makers import MASTER
from trace.config import Settings
from trace.services import run
from trace.tables import Run
from trace.tables.base import metadata
from trace.web.factory import create_app
from trace.web.limits import RATES

MANY = 10_000
SEED = 20_261_122
# Fullwidth, Arabic-Indic, Devanagari, mathematical bold, superscript, circled.
_ZEROS = ("０", "٠", "०", "𝟎")
_ODD = (
    "\x00", "\r\n", "%", "%00", "%0d%0aSet-Cookie:x=1", "%c0%af", "%ff", "%ed%a0%80", "..", "../../etc/passwd",
    "..%2f..%2f", "//", "\\", ";", "?", "#", "<script>alert(1)</script>", "' OR 1=1 --", '"', "{{7*7}}", "${7*7}",
    "%s%n", "\u202e", "\ufeff", "\ud800", "\U0001f600", "é" * 3, "٣", "²", "①", "-1", "+1", "1e9", "0x1f", " ", "\t",
)  # fmt: skip


def wrong_codes(good: str, count: int, seed: int = SEED) -> Iterator[str]:
    """Codes as scanners garble them and attackers make them: lengths, alphabets, encodings, sizes."""
    dice = random.Random(seed)  # the same examples at every run

    def digits(length: int) -> str:
        return "".join(dice.choices("0123456789", k=length))

    def cut() -> str:
        return good[: dice.randrange(len(good))]

    def longer() -> str:
        return good + digits(dice.randint(1, 400))

    def changed() -> str:
        place = dice.randrange(len(good))
        return good[:place] + str((int(good[place]) + dice.randint(1, 9)) % 10) + good[place + 1 :]

    def signature_swapped() -> str:
        return digits(20) + good[20:]

    def too_large() -> str:
        return good[:20] + "9" * 155

    def other_digits() -> str:
        zero = ord(dice.choice(_ZEROS))
        return "".join(chr(zero + int(digit)) if dice.random() < 0.5 else digit for digit in good)

    def odd_inside() -> str:
        place = dice.randrange(len(good))
        return good[:place] + dice.choice(_ODD) + good[place + dice.randint(0, 3) :]

    def odd_alone() -> str:
        return "".join(dice.choices(_ODD, k=dice.randint(1, 6)))

    def any_text() -> str:
        return "".join(chr(dice.choice((dice.randrange(0x80), dice.randrange(0x110000)))) for _ in range(30))

    def random_bytes() -> str:
        return "".join(f"%{dice.randrange(256):02x}" for _ in range(dice.randint(1, 60)))

    kinds = (
        cut, longer, changed, changed, signature_swapped, too_large, other_digits, odd_inside, odd_inside,
        odd_alone, any_text, random_bytes, lambda: digits(175), lambda: digits(dice.randint(1, 60)), lambda: "0" * 175,
    )  # fmt: skip
    for number in range(count):
        made = kinds[number % len(kinds)]()
        yield made * 600 if number % 1000 == 999 else made


def in_path(text: str) -> str:
    """The text inside an address: what is percent-encoded already stays so, lone surrogates become bytes."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="%/.;:@=+-")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Desk:
    """One application, not slowed, with a printed run."""
    folder = tmp_path_factory.mktemp("abuse")
    url = databases.sqlite_database(folder, _sqlite_template)
    desk = make_desk(create_app(Settings(instance=folder / "instance", DATABASE_URL=url, limits="off")))
    desk.world.printed(desk.world.ready(number="LOTUS-1"), 5)
    return desk


@pytest.fixture(autouse=True)
def _few_words(caplog: pytest.LogCaptureFixture) -> None:
    """A line of the log for each of so many requests would be kept by the tests."""
    caplog.set_level(logging.WARNING, logger="trace.web")


@pytest.fixture
def reader(served: Desk) -> FlaskClient:
    return served.app.test_client()


def good_code(desk: Desk, item: int = 2) -> str:
    with desk.world.db.read() as session:
        urls = list(run.urls(session, session.get_one(Run, 1), MASTER))
    return urls[item - 1].rpartition("/")[2]


def rows(desk: Desk) -> dict[str, int]:
    """How many rows each table has."""
    with desk.world.db.read() as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in metadata.tables.items()
        }


def test_ten_thousand_wrong_codes_break_nothing_and_leave_nothing(served: Desk, reader: FlaskClient) -> None:
    before = rows(served)
    good = good_code(served)
    statuses: dict[int, int] = {}
    for number, code in enumerate(wrong_codes(good, MANY)):
        # Drawing a page takes most of the time, and there are few kinds of pages: one in seven is drawn.
        accept = "text/html" if number % 7 == 0 else "application/json"
        answer = reader.get(f"/c/{in_path(code)}", headers={"Accept": accept})
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
        assert answer.status_code < 500, code[:300]
        assert "Set-Cookie" not in answer.headers
        answer.close()
    # A few stay the good code (nothing was put in, or it was a part of the path that leads elsewhere).
    assert statuses[404] > 0.9 * MANY, statuses
    assert rows(served) == before


PLACES = {
    "beacon": ("POST", "/c/{}/seen"),
    "pin": ("POST", "/c/{}/pin"),
    "typed": ("GET", "/q?code={}"),
    "batch": ("GET", "/batch/{}"),
    "brand": ("GET", "/b/{}"),
    "report": ("GET", "/report?code={}&batch={}"),
    "receipt": ("GET", "/report/{}"),
    "find": ("GET", "/report/find?receipt={}"),
    "tile": ("GET", "/log/tile/{}"),
    "kiosk": ("GET", "/kiosk?code={}"),
    "consistency": ("GET", "/log/consistency?old={}&new={}"),
    "file": ("GET", "/file/{}"),
    "thumb": ("GET", "/file/{}/thumb"),
    "cosign": ("POST", "/log/cosign?x={}"),
    "static": ("GET", "/static/{}"),
    "language": ("GET", "/?lang={}"),
    "anything": ("GET", "/{}"),
}


def throw(reader: FlaskClient, name: str, codes: Iterable[str]) -> None:
    """Ask for each of the codes at one of the `PLACES`."""
    method, place = PLACES[name]
    for code in codes:
        word = in_path(code) if "?" not in place else quote(code.encode("utf-8", "surrogatepass"), safe="%")
        path = place.format(word, word)
        pin = {"pin": code.encode("utf-8", "surrogatepass")} if name == "pin" else None
        answer = reader.open(path, method=method, data=pin)
        assert answer.status_code < 500, path[:300]
        answer.close()


@pytest.mark.parametrize("name", PLACES)
def test_other_addresses_take_any_garbage_too(served: Desk, reader: FlaskClient, name: str) -> None:
    before = rows(served)
    throw(reader, name, wrong_codes(good_code(served), 400, seed=len(name)))
    changed = {table for table, count in rows(served).items() if count != before[table]}
    # What garbage ends up as may be the good code: its scans and tries count. The log signs what it is asked about.
    assert changed <= {"item_seen", "item_cluster", "scan_month", "pin_state", "pin_try", "ledger_checkpoint"}


def test_both_databases_take_what_only_one_would_mind(app: Flask) -> None:
    """PostgreSQL refuses NUL in text and numbers beyond 64 bits, SQLite numbers beyond 64 bits."""
    reader = app.test_client()
    odd = ["%00", "a%00b", "LOTUS%001", "9" * 19, "9" * 40, "-9" * 9, "%ed%a0%80", "1" * 20, "0" * 19 + "1"]
    for name in PLACES:
        throw(reader, name, odd)
    for word in ("a\x00b", "9" * 40):
        data = {"kind": "label", "text": "包装上没有日期", "batch": word, "code": word}
        assert reader.post("/report", data=data).status_code in (303, 422)


@pytest.mark.parametrize("field", ["kind", "text", "phone", "code", "batch", "homepage", "nothing"])
def test_the_report_form_takes_any_garbage_too(served: Desk, reader: FlaskClient, field: str) -> None:
    for code in wrong_codes(good_code(served), 300, seed=7):
        data = {"kind": "label", "text": "包装上没有日期", field: code.encode("utf-8", "surrogatepass")}
        answer = reader.post("/report", data=data)
        assert answer.status_code in (303, 422), (field, code[:300])
        page = answer.get_data(as_text=True)
        assert "<script>alert" not in page
        answer.close()


GARBAGE = {
    "no multipart": ("multipart/form-data", b"--x\r\nnothing"),
    "no boundary": ("multipart/form-data; boundary=", b"--\r\n\r\n"),
    "json": ("application/json", b'{"kind": "label"'),
    "bytes": ("application/octet-stream", bytes(range(256)) * 100),
    "many parts": (
        "multipart/form-data; boundary=x",
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(3000))
        + b"--x--",
    ),
    "long field": ("application/x-www-form-urlencoded", b"text=" + b"%e4%b8%80" * 400_000),
    "many fields": ("application/x-www-form-urlencoded", b"a=1&" * 100_000),
    "odd name": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="photo"; filename="../../x\x00.jpg"\r\n\r\n<svg/>\r\n--x--',
    ),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_bodies_that_are_no_form_are_refused(served: Desk, reader: FlaskClient, name: str) -> None:
    before = rows(served)
    media_type, body = GARBAGE[name]
    for path in ("/report", f"/c/{good_code(served, 3)}/pin", f"/c/{good_code(served)[:-1]}0/seen"):
        answer = reader.post(path, data=body, content_type=media_type)
        assert answer.status_code < 500, path
        answer.close()
    assert rows(served)["complaint"] == before["complaint"]


PUBLIC = ("/", "/c/1234", "/q", "/q?code=1234", "/batch/LOTUS-1", "/b/shicheng-bailian", "/report", "/report/find",
    "/report/1", "/log", "/log/checkpoint", "/.well-known/trace-keys.json", "/.well-known/security.txt", "/nowhere",
    "/static/css/tokens.css", "/healthz", "/check", "/check/app.webmanifest", "/sw.js", "/kiosk", "/kiosk?code=1234",
    "/log/void-list", "/log/key", "/sitemap.xml", "/robots.txt")  # fmt: skip


def headers_are_strict(answer: Response) -> None:
    headers = answer.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert not re.search(r"https?:|\*|data:", headers["Content-Security-Policy"])
    assert (policy["base-uri"], policy["frame-ancestors"]) == ("'none'", "'none'")
    assert "'sha256" not in policy["script-src"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in headers


def public_pages(desk: Desk) -> list[str]:
    printed = printed_digits.printed(item_code(1, 1, 2))
    return [*PUBLIC, f"/c/{good_code(desk)}", f"/q?code={quote(printed)}", f"/c/{good_code(desk)[:-1]}0"]


def test_every_public_page_has_strict_headers_and_sets_nothing(served: Desk, reader: FlaskClient) -> None:
    for path in public_pages(served):
        for accept in ("text/html", "application/json"):
            with reader.get(path, headers={"Accept": accept}) as answer:
                assert answer.status_code in (200, 404, 422), path
                headers_are_strict(answer)
                assert "Strict-Transport-Security" not in answer.headers
                if answer.mimetype == "text/html":
                    page = answer.get_data(as_text=True)
                    assert not re.search(r"<script(?![^>]*\ssrc=)", page), path
                    assert not re.search(r"<[^>]+\s(on[a-z]+|style)=", page), path
                    assert "javascript:" not in page


def test_over_https_browsers_are_told_to_stay_there(served: Desk, reader: FlaskClient) -> None:
    for path in public_pages(served):
        with reader.get(path, base_url="https://localhost") as answer:
            assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000"), path
            headers_are_strict(answer)


@pytest.fixture
def slowed(sqlite_url: str, tmp_path: Path) -> Desk:
    """An application as it is served: floods are slowed."""
    desk = make_desk(create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=sqlite_url)))
    desk.world.printed(desk.world.ready(number="LOTUS-1"), 5)
    return desk


def ask(desk: Desk, method: str, path: str, address: str, **more: Any) -> int:
    """The status of an answer to somebody at this address; a refusal says when to come back."""
    client, where = desk.app.test_client(), {"REMOTE_ADDR": address}
    with client.open(path, method=method, environ_overrides=where, **more) as answer:
        if answer.status_code == 429:
            assert int(answer.headers["Retry-After"]) >= 1
            headers_are_strict(answer)
        return int(answer.status_code)


FLOODS = {
    "forged": ("GET", "/c/" + "1" * 175),
    "typed": ("GET", "/q?code=1000010000000100000{}"),
    "asked about": ("GET", "/report?code=1000010000000100000{}"),
    "receipt": ("GET", "/report/000000000000{}"),
    "find": ("GET", "/report/find?receipt=000000000000{}"),
    "form": ("POST", "/report"),
    "kiosk": ("GET", "/kiosk?code=1000010000000100000{}"),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_slowed_and_others_are_served(slowed: Desk, name: str) -> None:
    method, path = FLOODS[name]
    statuses = [
        ask(slowed, method, path.format(number % 10), f"198.51.100.{number % 250}") for number in range(120)
    ]
    assert 429 not in statuses[:20]
    # While a hundred were sent, a few more were allowed.
    assert statuses.count(429) > 50
    assert ask(slowed, method, path.format(2), "203.0.113.9") != 429
    # Whoever floods with garbage in a neighbourhood does not keep its labels from being read.
    assert ask(slowed, "GET", f"/c/{good_code(slowed)}", "198.51.100.1") == 200


def test_a_flood_of_scans_is_slowed_and_others_are_served(slowed: Desk) -> None:
    path, burst = f"/c/{good_code(slowed)}", RATES["scan"].burst
    statuses = [ask(slowed, "GET", path, "198.51.100.1") for _ in range(2 * burst)]
    assert set(statuses[:burst]) == {200}
    assert 429 in statuses
    assert ask(slowed, "GET", path, "203.0.113.9") == 200


def test_a_flood_of_beacons_counts_no_more_and_says_nothing_of_it(slowed: Desk) -> None:
    path = f"/c/{good_code(slowed)}/seen"
    assert {ask(slowed, "POST", path, "198.51.100.1") for _ in range(100)} == {204}
    assert ask(slowed, "POST", path, "203.0.113.9") == 204


def test_five_reports_an_hour_and_no_more_from_one_network(slowed: Desk) -> None:
    data = {"kind": "label", "text": "包装上没有日期"}
    statuses = [ask(slowed, "POST", "/report", "198.51.100.1", data=data) for _ in range(7)]
    assert statuses == [303] * 5 + [429] * 2
    assert ask(slowed, "POST", "/report", "203.0.113.9", data=data) == 303
    late = slowed.app.test_client().post(
        "/report", data=data, environ_overrides={"REMOTE_ADDR": "198.51.100.1"}
    )
    assert (late.status_code, "包装上没有日期" in late.text, "您填的文字都还在" in late.text) == (
        429,
        True,
        True,
    )
    assert int(late.headers["Retry-After"]) > 60
    # What is wrong with a form does not use them up.
    wrong = [ask(slowed, "POST", "/report", "192.0.2.1", data={"kind": "label"}) for _ in range(10)]
    assert set(wrong) == {422}
    assert ask(slowed, "POST", "/report", "192.0.2.1", data=data) == 303

"""A kept page of a label says what a page drawn anew would say, and never what has stopped being true."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sql

from labels.code import sign
from labels.keys import SigningKey
from tests.support.makers import MASTER, World, make_world
from trace.db import Database
from trace.services import freeze, key, ranges, recall, run, scan_count
from trace.services.scan_count import Reader
from trace.tables import Run
from trace.web.factory import create_app
from trace.web.label_front import LabelFront


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


@pytest.fixture
def passed(app: Flask) -> Iterator[list[str]]:
    """Which requests went on to Flask."""
    front = app.wsgi_app
    assert isinstance(front, LabelFront)
    inner, went = front._inner, []

    def watched(environ: dict[str, Any], start: Any) -> Any:
        went.append(environ["PATH_INFO"])
        return inner(environ, start)

    front._inner = watched
    yield went
    front._inner = inner


def codes(world: World, run_id: int) -> list[str]:
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        return [f"/c/{url.rpartition('/c/')[2]}" for url in run.urls(session, row, MASTER)]


def tidy(page: str) -> str:
    """Without the spaces that fill up a gap."""
    return re.sub(r"[ \n]+(?=<)", "", page)


def asked(world: World, path: str, number: int, province: str = "") -> None:
    digits = path.removeprefix("/c/")
    with world.db.write(ledger=False) as session:
        reader = Reader(f"10.{number}.0.0/24", "示例浏览器")
        scan_count.count(session, int(digits[6:14]), int(digits[14:20]), reader, b"x" * 32, province)


def test_a_second_label_is_answered_without_flask_and_says_the_same(
    app: Flask, world: World, passed: list[str]
) -> None:
    first, second, third, *_ = codes(world, world.printed(world.ready(), 6))
    client = app.test_client()
    anew = create_app(app.extensions["trace"].settings)
    for language in ("", "?lang=en", "?lang=zh"):
        client.get(first + language)
        del passed[:]
        kept = client.get(second + language)
        assert passed == []
        drawn = anew.test_client().get(second + language)
        assert tidy(kept.text) == tidy(drawn.text)
        assert second.removeprefix("/c/") in kept.text
        assert first.removeprefix("/c/") not in kept.text
        same = {"Content-Type", "Content-Security-Policy", "Cache-Control", "Vary", "Referrer-Policy"}
        assert {name: kept.headers[name] for name in same} == {name: drawn.headers[name] for name in same}
        assert kept.headers["X-Content-Type-Options"] == "nosniff"
        assert len(kept.headers["X-Request-ID"]) == 12
        assert "Set-Cookie" not in kept.headers
    packed = client.get(third, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert tidy(gzip.decompress(packed.data).decode()) == tidy(client.get(third).text)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    anew.extensions["trace"].db.dispose()


def test_who_asked_before_is_told_anew_each_time(app: Flask, world: World, passed: list[str]) -> None:
    first, second, *_ = codes(world, world.printed(world.ready(), 4))
    client = app.test_client()
    client.get(first)
    assert "首次查询" in client.get(second).text
    for number in range(7):
        asked(world, second, number)
        page = client.get(second).text
        assert "此前有人查过" in page
        assert f"{number + 1} 台" in page
    asked(world, second, 8)
    assert "查询情况不寻常" in client.get(second).text
    del passed[:]
    assert "查询情况不寻常" in client.get(second).text
    assert "首次查询" in client.get(first).text
    assert passed == []


Change = Callable[[World, str, int], None]


def _recall(world: World, number: str, _run: int) -> None:
    with world.write() as session:
        recall.open_recall(session, world.regulator, number, "示例：超标", "示例：停止食用")


def _freeze(world: World, number: str, _run: int) -> None:
    with world.write() as session:
        freeze.freeze(session, world.regulator, number, "示例：核查")


def _void(world: World, _number: str, run_id: int) -> None:
    with world.write() as session:
        ranges.void(session, world.coop, run_id, 1, 4, "示例：标签丢失")


def _revoke(world: World, _number: str, run_id: int) -> None:
    with world.write() as session:
        row = session.get_one(Run, run_id)
        key.end(session, world.operator, row.key_id, "revoked", "示例：泄露", row.created_at)


@pytest.mark.parametrize(
    ("change", "says"),
    [(_recall, "正在召回"), (_freeze, "暂停流通"), (_void, "已作废"), (_revoke, "签名无效")],
)
def test_what_stops_a_label_is_on_the_very_next_page(
    app: Flask, world: World, passed: list[str], change: Change, says: str
) -> None:
    number = world.ready()
    run_id = world.printed(number, 4)
    first, second, *_ = codes(world, run_id)
    client = app.test_client()
    client.get(first)
    client.get(second)
    del passed[:]
    assert says not in client.get(second).text
    assert passed == []
    change(world, number, run_id)
    assert says in client.get(second).text
    assert says in client.get(first).text


def test_another_batchs_record_leaves_a_page_kept_and_its_own_does_not(
    app: Flask, world: World, passed: list[str]
) -> None:
    number, other = world.ready(), world.ready()
    first, second, *_ = codes(world, world.printed(number, 4))
    client = app.test_client()
    client.get(first)
    world.record(other, "storage", date(2026, 9, 3))
    client.get(second)
    assert len(passed) == 2  # the first look after a change goes the long way
    del passed[:]
    client.get(second)
    assert passed == []
    world.record(number, "storage", date(2026, 9, 4))
    assert "2026年9月4日" in client.get(second).text


def test_digits_that_were_verified_are_known_again_only_as_they_were(
    app: Flask, world: World, passed: list[str]
) -> None:
    first, second, *_ = codes(world, world.printed(world.ready(), 4))
    client = app.test_client()
    client.get(first)
    assert client.post(f"{second}/seen").status_code == 204
    assert client.get(second).status_code == 200
    last = int(second[-1])
    for wrong in (f"{second[:-1]}{(last + 1) % 10}", f"{second[:40]}{first[40:]}"):
        answer = client.get(wrong)
        assert answer.status_code == 404
        assert "签名无效" in answer.text
    stranger = SigningKey.generate(int(second[4:9]))
    assert client.get(f"/c/{sign(stranger, int(second[9:17]), int(second[17:23]))}").status_code == 404


def test_one_statement_is_all_that_a_kept_page_takes(app: Flask, world: World) -> None:
    first, second, *_ = codes(world, world.printed(world.ready(), 4))
    client = app.test_client()
    client.get(first)
    seen: list[str] = []

    def note(_link: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    db = app.extensions["trace"].db
    sql.listen(db.engine, "before_cursor_execute", note)
    glances, real = [], db._glances.row
    db._glances.row = lambda *values: glances.append(values) or real(*values)
    client.get(second)
    assert (len(glances), seen) == (1, [])


@pytest.mark.parametrize(
    "request_of",
    [
        {"headers": {"Accept": "application/json"}},
        {"query_string": "lang=en&x=1"},
        {"query_string": "x"},
        {"method": "HEAD"},
        {"method": "POST"},
    ],
)
def test_whatever_is_unusual_goes_on_to_flask(
    app: Flask, world: World, passed: list[str], request_of: dict[str, Any]
) -> None:
    first, second, *_ = codes(world, world.printed(world.ready(), 4))
    client = app.test_client()
    client.get(first)
    del passed[:]
    client.open(second, **request_of)
    assert len(passed) == 1


def test_pages_on_codes_of_nobody_are_kept_and_name_no_other_code(app: Flask, world: World) -> None:
    first, second, *_ = codes(world, world.printed(world.ready(), 4))
    client = app.test_client()
    forged = [f"{path[:-1]}{(int(path[-1]) + 1) % 10}" for path in (first, second)]
    drawn = [client.get(path) for path in forged]
    assert [one.status_code for one in drawn] == [404, 404]
    assert len(app.extensions["trace"].kept) == 1
    for path, page in zip(forged, drawn, strict=True):
        assert "签名无效" in page.text
        assert page.headers["Cache-Control"] == "public, max-age=60"
        assert path.removeprefix("/c/") in page.text
    assert forged[0].removeprefix("/c/") not in drawn[1].text
    anew = create_app(app.extensions["trace"].settings)
    assert tidy(anew.test_client().get(forged[1]).text) == tidy(drawn[1].text)
    anew.extensions["trace"].db.dispose()

"""The counter's page: what a hand scanner sends, however a keyboard spells it, and what the counter then sees."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlmodel import select

from labels import digits as printed_digits
from labels.code import parse, sign
from tests.support.accounts import Browser
from tests.support.desk import Desk, make_desk
from tests.support.makers import MASTER
from trace.core.verdict import Verdict, words
from trace.services import freeze, ranges, recall, run, scan
from trace.services.scan_count import Reader
from trace.tables import CodeAlarm, ItemSeen, Run
from trace.web import limits

WIDE = {ord(char): ord(char) + 0xFEE0 for char in "0123456789:/."}


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


def addresses(desk: Desk, count: int = 2) -> list[str]:
    """The addresses of a new run's labels."""
    run_id = desk.world.printed(desk.world.ready(), count)
    with desk.world.db.read() as session:
        return list(run.urls(session, session.get_one(Run, run_id), MASTER))


def asked(stranger: Browser, code: str, **headers: str) -> tuple[int, str]:
    answer = stranger.get("/kiosk", query_string={"code": code}, headers=headers)
    return answer.status_code, answer.text


def title(verdict: Verdict, language: str = "zh") -> str:
    return words(verdict, language).title


def test_the_empty_page_waits_for_the_scanner(stranger: Browser) -> None:
    answer = stranger.get("/kiosk")
    assert answer.status_code == 200
    assert re.search(r'<input id="code"[^>]* autofocus', answer.text)
    assert "Refresh" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_a_scanned_address_in_any_spelling_gives_the_verdict(desk: Desk, stranger: Browser) -> None:
    address, _ = addresses(desk)
    digits = address.rpartition("/c/")[2]
    for sent in (
        address,
        digits,
        f"{digits}\r\n",
        address.translate(WIDE),
        digits.translate(WIDE),
        address.upper(),
    ):
        status, page = asked(stranger, sent)
        assert (status, title(Verdict.FIRST) in page) == (200, True)
        assert "通芯白莲" in page
        assert f'href="/c/{digits}"' in page
        # Ready for the next one: nothing of this one in the field.
        assert re.search(r'<input id="code"[^>]*value=', page) is None


def test_the_answer_goes_away_by_itself_and_leaves_no_trace(desk: Desk, stranger: Browser) -> None:
    address, _ = addresses(desk)
    answer = stranger.get("/kiosk", query_string={"code": address, "lang": "en"})
    assert answer.headers["Refresh"] == "60; url=/kiosk?lang=en"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert title(Verdict.FIRST, "en") in answer.text
    with desk.world.db.read() as session:
        assert session.exec(select(ItemSeen)).all() == []


def test_what_others_asked_is_told(desk: Desk, stranger: Browser) -> None:
    address, _ = addresses(desk)
    with desk.world.db.write(ledger=False) as session:
        scan.seen(session, address.rpartition("/c/")[2], Reader("192.0.2.0/24", "示例"), b"secret")
    status, page = asked(stranger, address)
    assert (status, title(Verdict.REPEAT) in page) == (200, True)
    assert "查过这枚码的设备：1 台" in page


def test_typed_digits_find_the_record_and_prove_nothing(desk: Desk, stranger: Browser) -> None:
    address, _ = addresses(desk)
    head, _ = parse(address.rpartition("/c/")[2])
    status, page = asked(stranger, printed_digits.printed(head).translate(WIDE))
    assert status == 200
    assert "查到了记录" in page
    assert "没有核对签名" in page
    assert "没有输入最后一位校验码" not in page
    assert title(Verdict.FIRST) not in page
    _, page = asked(stranger, head.head)
    assert "没有输入最后一位校验码" in page


def test_what_stops_a_label_is_told_for_typed_digits_too(desk: Desk, stranger: Browser) -> None:
    world = desk.world
    address, other = addresses(desk)
    head, _ = parse(address.rpartition("/c/")[2])
    typed = printed_digits.printed(head)
    with world.write() as session:
        ranges.void(session, world.coop, head.run, head.item, head.item, "示例：贴坏")
    for sent in (address, typed):
        _, page = asked(stranger, sent)
        assert title(Verdict.VOID) in page
        assert "示例：贴坏" in page
    with world.db.read() as session:
        number = scan.item_page(session, head.run, head.item)
    with world.write() as session:
        held = freeze.freeze(session, world.regulator, number, "示例：抽检")
    # A void outranks a freeze, a recall both.
    assert title(Verdict.VOID) in asked(stranger, typed)[1]
    assert title(Verdict.FROZEN) in asked(stranger, other)[1]
    with world.write() as session:
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
        recall.open_recall(session, world.regulator, number, "示例：超标", "示例：停止食用")
    for sent in (address, typed, other):
        _, page = asked(stranger, sent)
        assert title(Verdict.RECALLED) in page
        assert "示例：停止食用" in page


def test_an_inactive_label_is_told_for_typed_digits_too(app: Flask, stranger: Browser) -> None:
    desk = make_desk(app, activation="pack")
    address, _ = addresses(desk)
    head, _ = parse(address.rpartition("/c/")[2])
    for sent in (address, printed_digits.printed(head)):
        assert title(Verdict.INACTIVE) in asked(stranger, sent)[1]


@pytest.mark.parametrize(
    ("spoil", "status", "said"),
    [
        (lambda head: head[:19] + "9" + printed_digits.check_digit(head), 422, "号码不对，请再看一遍"),
        (
            lambda head: f"{head[:4]} {head[4:7]} {head[8:12]} {head[12:16]} {head[16:]}",
            422,
            "第 2 组有 3 位",
        ),
        (lambda head: "9" + head[1:] + printed_digits.check_digit(head), 422, "第 1 组的头一个数字应是 1"),
        (lambda head: f"{head[:6]}99999999000001", 404, "没有查到"),
        (lambda head: f"{head}{'1' * 155}", 404, words(Verdict.FORGED).title),
        (lambda head: "https://shop.example/", 422, "没有查到"),
        (lambda head: "<script>alert(1)</script>", 422, "&lt;script&gt;"),
        (lambda head: "1" * 5000, 422, "没有查到"),
    ],
)
def test_what_cannot_be_read_is_said_kindly(
    desk: Desk, stranger: Browser, spoil: object, status: int, said: str
) -> None:
    address, _ = addresses(desk)
    head = address.rpartition("/c/")[2][:20]
    assert callable(spoil)
    got, page = asked(stranger, spoil(head))
    assert got == status
    assert said in page


def test_a_signed_label_that_nobody_printed_raises_an_alarm(desk: Desk, stranger: Browser) -> None:
    address, _ = addresses(desk)
    with desk.world.db.read() as session:
        head, _ = parse(address.rpartition("/c/")[2])
        ours = run.signer(session, session.get_one(Run, head.run), MASTER)
    status, page = asked(stranger, sign(ours, head.run, 3))
    assert (status, title(Verdict.UNKNOWN) in page) == (404, True)
    with desk.world.db.read() as session:
        assert len(session.exec(select(CodeAlarm)).all()) == 1


def test_numbers_cannot_be_tried_by_the_hundred(app: Flask, desk: Desk, stranger: Browser) -> None:
    app.extensions["trace_limits"] = limits.Limits()
    address, _ = addresses(desk)
    head = address.rpartition("/c/")[2][:20]
    answers = [asked(stranger, f"{head[:14]}{item:06d}")[0] for item in range(1, 31)]
    assert answers[:3] == [200, 200, 404]
    assert answers[-1] == 429

"""A counterfeiter's day: he copies, invents, signs again, swaps and poisons; the pages say what they should."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
import time_machine
from flask import Flask
from sqlmodel import col, select

from labels import digits as printed_digits
from labels.code import ItemCode, parse, sign
from labels.errors import MalformedCode
from labels.keys import SigningKey
from tests.support.makers import MASTER, World, make_world
from trace.core import clock
from trace.db import Database
from trace.services import key, ranges, review, run
from trace.tables import CodeAlarm, ItemReview, ItemSeen, Run
from trace.tables import SigningKey as KeyRow

TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TONE = re.compile(r'<section class="band (\w+)"')


class Said(NamedTuple):
    status: int
    title: str
    tone: str


@pytest.fixture
def world(db: Database) -> Iterator[World]:
    with time_machine.travel(datetime(2026, 9, 1, 2, 0, tzinfo=UTC), tick=True):
        yield make_world(db)


@pytest.fixture
def street(app: Flask, world: World) -> Street:
    return Street(app, world)


class Street:
    """People with phones, and the counterfeiter with his own."""

    def __init__(self, app: Flask, world: World) -> None:
        self.world = world
        self._client = app.test_client()

    def scan(self, digits: str, *, network: int = 1, phone: str = "示例手机") -> Said:
        """Open the page as a browser does: the page first, then its beacon."""
        who = {"REMOTE_ADDR": f"10.{network // 250}.{network % 250}.7"}
        headers = {"User-Agent": phone}
        page = self._client.get(f"/c/{digits}", environ_overrides=who, headers=headers)
        self._client.post(f"/c/{digits}/seen", environ_overrides=who, headers=headers)
        title = TITLE.search(page.text)
        tone = TONE.search(page.text)
        assert title is not None
        assert tone is not None
        assert "正品" not in page.text
        return Said(page.status_code, re.sub(r"<[^>]+>|\s", "", title[1]), tone[1])

    def text(self, path: str) -> str:
        return self._client.get(path).text

    def labels(self, count: int = 4, *, number: str = "") -> list[str]:
        """The digits of a new run."""
        run_id = self.world.printed(number or self.world.ready(), count)
        with self.world.db.read() as session:
            row = session.get_one(Run, run_id)
            return [url.rpartition("/c/")[2] for url in run.urls(session, row, MASTER)]

    def seen(self, digits: str) -> ItemSeen:
        code, _ = parse(digits)
        with self.world.db.read() as session:
            return session.get_one(ItemSeen, (code.run, code.item))

    def key_of(self, digits: str) -> SigningKey:
        with self.world.db.read() as session:
            return key.open_key(session, parse(digits)[0].key_id, MASTER)

    def reviews(self) -> list[ItemReview]:
        with self.world.db.read() as session:
            return list(session.exec(select(ItemReview).where(col(ItemReview.decided_at).is_(None))))


FORGED = Said(404, "签名无效", "red")
FIRST = Said(200, "签名有效，首次查询", "teal")
REPEAT = Said(200, "签名有效，此前有人查过", "blue")
WATCH = Said(200, "查询情况不寻常，请留意", "amber")
VOID = Said(200, "这枚标签已作废", "red")
UNKNOWN = Said(404, "没有这个码的记录", "red")


def test_he_copies_one_label_a_thousand_times(street: Street) -> None:
    """The pages turn from first to repeat to watch; red waits for a person, and then says why."""
    copied, other, *_ = street.labels()
    assert street.scan(copied, network=1) == FIRST
    assert [street.scan(copied, network=home) for home in range(2, 9)] == [REPEAT] * 7
    assert [street.scan(copied, network=home) for home in range(9, 60)] == [WATCH] * 51
    assert street.scan(copied, network=1) == WATCH
    assert street.scan(other) == FIRST
    [waiting] = street.reviews()
    assert waiting.item == parse(copied)[0].item
    with street.world.write() as session:
        why = "示例：外省市场买到同号假货"
        review.decide(session, street.world.regulator, waiting.id or 0, review.COPIED, why)
    assert street.scan(copied, network=99) == VOID
    assert "外省市场买到同号假货" in street.text(f"/c/{copied}")
    assert street.scan(other, network=99) == REPEAT


def test_he_invents_numbers(street: Street) -> None:
    real, *_ = street.labels()
    code, signature = parse(real)
    assert street.scan("7" * 175)[0] == 404
    assert street.scan("1" * 174)[0] == 404
    for head in (
        ItemCode(1, code.key_id, code.run, 3).head,  # the next label, under this one's signature
        ItemCode(1, code.key_id, code.run + 1, 1).head,
        ItemCode(1, 99_999, code.run, code.item).head,
    ):
        assert street.scan(f"{head}{int.from_bytes(signature, 'big'):0155d}") == FORGED
    assert street.scan(sign(SigningKey.generate(code.key_id), code.run, code.item)) == FORGED
    assert street.scan(sign(SigningKey.generate(99_998), 1, 1)) == FORGED


def test_he_types_what_he_made_up(street: Street) -> None:
    real, *_ = street.labels()
    code, _ = parse(real)
    made_up = ItemCode(1, code.key_id, code.run, 9)
    assert "没有" in street.text(f"/q?code={printed_digits.printed(made_up)}")
    shown = printed_digits.printed(code)
    wrong = f"{shown[:-1]}{(int(shown[-1]) + 1) % 10}"
    with pytest.raises(MalformedCode):
        printed_digits.read(wrong)
    assert "号码" in street.text(f"/q?code={wrong}")
    page = street.text(f"/q?code={shown}")
    assert "不能证明标签真假" in page
    assert "签名有效" not in page


def test_he_signs_with_a_stolen_key_that_was_cut_off(street: Street) -> None:
    """Labels from before stay good; what is dated after is worth nothing, and numbers never printed raise an alarm."""
    old, *_ = street.labels()
    stolen = street.key_of(old)
    run_id = parse(old)[0].run
    assert street.scan(sign(stolen, run_id, 9_999)) == UNKNOWN
    assert street.scan(sign(stolen, run_id + 500, 1)) == UNKNOWN
    with street.world.db.read() as session:
        alarms = session.exec(select(CodeAlarm)).all()
        assert {(one.run, one.item) for one in alarms} == {(run_id, 9_999), (run_id + 500, 1)}
    with time_machine.travel(clock.now() + timedelta(days=1), tick=True):
        new, *_ = street.labels()
        assert street.scan(new) == FIRST
        with street.world.write() as session:
            row = session.get_one(KeyRow, stolen.key_id)
            cut = session.get_one(Run, parse(new)[0].run).created_at
            key.end(session, street.world.operator, row.id or 0, "revoked", "示例：私钥被盗", cut)
        assert street.scan(old) == FIRST
        assert street.scan(new) == FORGED
        assert street.scan(sign(stolen, parse(new)[0].run, 2)) == FORGED


def test_he_puts_good_labels_on_other_goods(street: Street) -> None:
    """A signature of one run does not carry over to another, and the page names what should be in the bag."""
    one, *_ = street.labels()
    other, *_ = street.labels()
    swapped = parse(other)[0].head + one[20:]
    assert street.scan(swapped) == FORGED
    assert street.scan(other) == FIRST
    assert "500" in street.text(f"/c/{other}")


def test_he_uses_a_sheet_that_was_thrown_away(street: Street) -> None:
    number = street.world.ready()
    spoilt = street.labels(3, number=number)
    old = parse(spoilt[0])[0].run
    assert street.scan(spoilt[0]) == FIRST
    with street.world.write() as session:
        ranges.void(session, street.world.coop, old, 1, 3, "示例：打印歪斜，整张作废")
    fresh = street.labels(3, number=number)
    assert [street.scan(digits, network=5) for digits in spoilt] == [VOID] * 3
    assert "打印歪斜" in street.text(f"/c/{spoilt[1]}")
    assert [street.scan(digits, network=5) for digits in fresh] == [FIRST] * 3


def test_he_poisons_a_rivals_label_with_a_thousand_scripted_scans(street: Street) -> None:
    """From one network they count as one household; from many they ask for a look, and a look undoes them."""
    victim, bystander, *_ = street.labels()
    for number in range(1_000):
        street.scan(victim, network=3, phone=f"脚本 {number}")
    assert street.seen(victim).devices == 1
    assert street.reviews() == []
    assert street.scan(victim, network=4) == REPEAT
    for home in range(10, 60):
        street.scan(victim, network=home, phone="脚本")
    assert street.scan(victim, network=61) == WATCH
    assert street.scan(bystander, network=61) == FIRST
    [waiting] = street.reviews()
    with street.world.write() as session:
        why = "示例：短时间脚本查询，实物无异常"
        review.decide(session, street.world.office, waiting.id or 0, review.CLEARED, why)
    assert street.scan(victim, network=62) == REPEAT
    assert street.scan(victim, network=63) == REPEAT


def test_what_he_does_not_change_says_the_same_to_everybody(street: Street) -> None:
    """A household that looks again and again, for days, stays one."""
    mine, *_ = street.labels()
    assert street.scan(mine) == FIRST
    for day in range(1, 6):
        with time_machine.travel(datetime(2026, 9, 1 + day, 4, 0, tzinfo=UTC), tick=True):
            assert street.scan(mine) == FIRST
    assert street.seen(mine).devices == 1
    assert street.seen(mine).first_day == date(2026, 9, 1)

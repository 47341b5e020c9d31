"""/gov: a regulator finds any batch, reads its whole history, and stops it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import update

from labels import digits as printed_digits
from labels.code import ItemCode
from tests.support.accounts import Browser, browser, make_user, signed_in_browser
from tests.support.makers import MASTER, World, make_world, new_event
from tests.support.tampering import behind
from trace.core.organisation import Role
from trace.db import Database
from trace.services import event, operation, ranges, run
from trace.tables import BatchState, Run


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


@pytest.fixture
def regulator(app: Flask, world: World) -> Browser:
    return signed_in_browser(app, int(world.regulator.user_id))


def text_of(client: Browser, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def a_family(world: World) -> tuple[str, str, str]:
    """Raw material, what was made of it, and one part of that."""
    raw = world.batch(product_id=world.raw_id)
    world.record(raw, "harvest", date(2026, 8, 12), quantity_g=400_000)
    with world.write() as session:
        made = operation.Output(world.product_id, 100_000, "一级")
        given = operation.NewOperation("transform", ((raw, 300_000),), (made,), date(2026, 8, 20))
        [dry] = operation.operate(session, world.coop, given).numbers
    with world.write() as session:
        parts = (operation.Output(world.product_id, 25_000), operation.Output(world.product_id, 15_000))
        given = operation.NewOperation("split", ((dry, 40_000),), parts, date(2026, 8, 24))
        [part, _] = operation.operate(session, world.coop, given).numbers
    return raw, dry, part


def test_only_regulators_enter(app: Flask, world: World) -> None:
    for actor in (world.coop, world.office, world.laboratory, world.operator):
        assert signed_in_browser(app, int(actor.user_id)).get("/gov").status_code == 403
    out = browser(app).get("/gov")
    assert (out.status_code, out.headers["Location"]) == (303, "/sign-in?next=/gov")
    assert browser(app).get("/gov/batches/X/events.csv").status_code == 303


def test_the_home_page_lists_all_batches_and_what_is_stopped(regulator: Browser, world: World) -> None:
    ours, theirs = world.ready(), world.batch(actor=world.rival)
    page = text_of(regulator, "/gov")
    assert ours in page
    assert theirs in page
    assert "现在没有召回，也没有冻结" in page
    regulator.submit(f"/gov/batches/{ours}/freeze", {"reason": "示例：抽检"})
    assert "示例：抽检" in text_of(regulator, "/gov")


@pytest.mark.parametrize("words", ["txbl-20260328", "横江", "通芯", "93360735MA0000002"])
def test_batches_are_found_by_number_organisation_and_product(
    regulator: Browser, world: World, words: str
) -> None:
    with world.db.read() as session:
        from trace.services import find

        code = find.organisation(session, int(world.rival.org_id)).credit_code or ""
    number = world.batch(actor=world.rival)
    found = text_of(regulator, f"/gov?q={code if words.startswith('9') else words}")
    assert number in found
    assert "没有找到" in text_of(regulator, "/gov?q=无此批次")


def test_typed_digits_and_a_scanned_address_lead_to_the_labels_batch(
    regulator: Browser, world: World
) -> None:
    number = world.ready()
    run_id = world.printed(number, 3)
    with world.write() as session:
        ranges.void(session, world.coop, run_id, 2, 2, "示例：印坏了")
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        [_, address, _] = run.urls(session, row, MASTER)
    typed = printed_digits.printed(ItemCode(1, row.key_id, run_id, 2))
    for words in (typed, typed[:24], address):
        answer = regulator.get("/gov", query_string={"q": words})
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/gov/batches/{number}?label={run_id}-2"
    page = text_of(regulator, f"/gov/batches/{number}?label={run_id}-2")
    assert "已作废" in page
    assert "示例：印坏了" in page
    assert "您查的标签" not in text_of(regulator, f"/gov/batches/{number}?label=999-1")


def test_the_whole_history_stands_on_one_page(regulator: Browser, world: World) -> None:
    number = world.ready()
    wrong = world.record(number, "storage", date(2026, 8, 23))
    with world.write() as session:
        right = new_event("storage", date(2026, 8, 23), facts={"place": "示例二号库"})
        put = event.correct(session, world.coop, wrong.event_id, right, "写错了库房")
    run_id = world.printed(number, 7)
    world.record(number, "sale", date(2026, 9, 2), quantity_g=10_000, destination="示例超市")
    page = text_of(regulator, f"/gov/batches/{number}")
    for said in (
        "13800000000",  # unmasked
        "示例一号库",  # superseded, and still there
        "示例二号库",
        f"更正第 {wrong.entry} 条",
        f"已由第 {put.entry} 条更正",
        "写错了库房",
        f"账本第 {put.entry} 条",
        "天后才记录",
        "示例超市",
        "HGZ-",
        f"印制批 {run_id}",
        "1–7",
        "印制标签",
        "琴江镇",
    ):
        assert said in page, said


def test_the_family_is_drawn_both_ways_and_closes_to_zero(regulator: Browser, world: World) -> None:
    raw, dry, part = a_family(world)
    page = text_of(regulator, f"/gov/batches/{dry}")
    for number in (raw, part):
        assert f'href="/gov/batches/{number}"' in page
    for grams in ("400 kg", "300 kg", "200 kg", "25 kg"):
        assert grams in page
    assert 'class="bad"' not in page
    assert "产自" in text_of(regulator, f"/gov/batches/{part}")


def test_books_that_do_not_close_are_told_in_red(regulator: Browser, world: World) -> None:
    _raw, dry, _part = a_family(world)
    with behind(world.db) as link:
        link.execute(update(BatchState).where(BatchState.batch_id == 2).values(total_g=101_000))  # type: ignore[arg-type]  # a column
    assert '<b class="bad">-1 kg</b>' in text_of(regulator, f"/gov/batches/{dry}")


def test_a_batch_is_frozen_and_lifted(regulator: Browser, world: World) -> None:
    number = world.ready()
    assert "会发生什么" in text_of(regulator, f"/gov/batches/{number}/freeze")
    answer = regulator.submit(f"/gov/batches/{number}/freeze", {"reason": "示例：抽检"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/gov/batches/{number}")
    page = text_of(regulator, f"/gov/batches/{number}")
    assert "已冻结。" in page
    assert "解除冻结" in page
    again = regulator.submit(f"/gov/batches/{number}/freeze", {"reason": "示例：抽检"})
    assert again.status_code == 409
    assert "示例：抽检" in text_of(regulator, f"/gov/batches/{number}/lift")
    assert regulator.submit(f"/gov/batches/{number}/lift", {"reason": "示例：合格"}).status_code == 303
    page = text_of(regulator, f"/gov/batches/{number}")
    assert "示例：合格" in page
    assert regulator.get(f"/gov/batches/{number}/lift").status_code == 303


def test_a_recall_says_reason_and_advice_and_is_closed(regulator: Browser, world: World) -> None:
    _raw, dry, part = a_family(world)
    form = text_of(regulator, f"/gov/batches/{dry}/recall")
    assert part in form
    both = regulator.submit(f"/gov/batches/{dry}/recall", {"reason": " ", "advice": ""})
    assert both.status_code == 422
    assert both.text.count('class="said"') == 2
    typed = {"reason": "示例：异物", "advice": "示例：停止食用"}
    assert regulator.submit(f"/gov/batches/{dry}/recall", typed).status_code == 303
    assert "示例：停止食用" in text_of(regulator, f"/gov/batches/{part}")
    long = regulator.submit(f"/gov/batches/{dry}/close", {"reason": "长" * 201})
    assert long.status_code == 422
    assert "长" * 201 in long.text
    assert regulator.submit(f"/gov/batches/{dry}/close", {"reason": "示例：已收回"}).status_code == 303
    assert "现在没有召回" in text_of(regulator, "/gov")


def test_what_one_may_not_do_has_no_button_and_is_refused(app: Flask, world: World) -> None:
    number = world.ready()
    authority = int(world.regulator.org_id)
    reader = signed_in_browser(app, make_user(world.db, "inspector-reader", (authority, Role.READER)))
    page = text_of(reader, f"/gov/batches/{number}")
    assert "/freeze" not in page
    assert "/recall" not in page
    assert reader.submit(f"/gov/batches/{number}/freeze", {"reason": "示例"}).status_code == 403
    clerk = signed_in_browser(app, make_user(world.db, "inspector-clerk", (authority, Role.CLERK)))
    typed = {"reason": "示例：异物", "advice": "示例：退货"}
    assert clerk.submit(f"/gov/batches/{number}/recall", typed).status_code == 303
    assert "/close" not in text_of(clerk, f"/gov/batches/{number}")
    assert clerk.submit(f"/gov/batches/{number}/close", {"reason": "示例"}).status_code == 403


def test_an_unknown_batch_is_not_there(regulator: Browser) -> None:
    for address in ("/gov/batches/NOPE", "/gov/batches/NOPE/recall", "/gov/batches/NOPE/events.csv"):
        assert regulator.get(address).status_code == 404


def test_pages_speak_english(regulator: Browser, world: World) -> None:
    number = world.ready()
    page = text_of(regulator, f"/gov/batches/{number}?lang=en")
    for said in ("Planting", "Recorded", "Mass balance", "Ledger entry"):
        assert said in page

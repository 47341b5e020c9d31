"""The page of a label in a real Chromium: it tells the service of its reader once, and remembers on the device."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from sqlmodel import select

from labels.code import sign
from tests.support.makers import MASTER, World
from tests.support.web_server import WebServer
from trace.services import run
from trace.tables import ItemSeen, Run


def path(lotus: World, item: int) -> str:
    with lotus.db.read() as session:
        return f"/c/{sign(run.signer(session, session.get_one(Run, 1), MASTER), 1, item)}"


def counted(lotus: World) -> dict[int, int]:
    with lotus.db.read() as session:
        return {row.item: row.devices for row in session.exec(select(ItemSeen))}


def test_a_reader_is_counted_once_and_reminded_of_the_first_time(
    live_server: WebServer, lotus: World, phone: Page
) -> None:
    address = live_server.url + path(lotus, 2)
    before = phone.get_by_text("您这台设备以前查过")
    with phone.expect_response("**/seen") as told:
        phone.goto(address)
    assert told.value.status == 204
    expect(phone.get_by_role("heading", level=1)).to_contain_text("首次查询")
    expect(before).to_be_hidden()
    with phone.expect_response("**/seen"):
        phone.reload()
    expect(before).to_be_visible()
    # Nobody else has asked: for this reader it is still the first time.
    expect(phone.get_by_role("heading", level=1)).to_contain_text("首次查询")
    with phone.expect_response("**/seen"):
        phone.goto(live_server.url + path(lotus, 3))
    expect(before).to_be_hidden()
    assert counted(lotus) == {2: 1, 3: 1}
    assert phone.context.cookies() == []

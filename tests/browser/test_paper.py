"""A clerk measures paper, uses up a part-used sheet and calibrates a printer in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_clerk import fits, sign_in
from tests.support.accounts import PASSWORD
from tests.support.makers import World, make_world
from tests.support.opened import opened
from tests.support.web_server import WebServer
from trace.services.password import hashed
from trace.tables import User

Shot = Callable[[Page, str], Path]


@pytest.fixture
def world(live_server: WebServer) -> Iterator[World]:
    """The world behind the live server; LOTUS-1 is ready to print."""
    db = opened(live_server.database_url)
    made = make_world(db)
    with db.write(ledger=False) as session:
        clerk = session.get_one(User, int(made.clerk.user_id))
        clerk.password_hash = hashed(PASSWORD)
        session.add(clerk)
    made.ready(number="LOTUS-1", grams=85_000)
    yield made
    db.dispose()


def go(page: Page, server: WebServer, path: str) -> None:
    """Open a page once the one before has loaded all it wants."""
    page.wait_for_load_state("networkidle")
    page.goto(f"{server.url}{path}")


def test_a_clerk_measures_paper_and_prints_on_what_is_left(
    page: Page, live_server: WebServer, world: World, screenshot: Shot
) -> None:
    sign_in(page, live_server)
    go(page, live_server, "/desk/batches/LOTUS-1/print")
    page.get_by_label("枚数").fill("20")
    page.get_by_role("button", name="确定打印").click()
    expect(page.get_by_role("heading", name="20 枚标签")).to_be_visible()
    go(page, live_server, "/desk/runs")
    page.get_by_role("link", name="标签纸和打印机").click()
    fits(page)
    screenshot(page, "desk-papers")
    page.get_by_role("link", name="量一种新的").click()
    for label, value in (
        ("叫什么", "示例大标签"),
        ("标签的宽", "６３。５"),
        ("标签的高", "60"),
        ("几排", "4"),
        ("左边距", "7.25"),
        ("上边距", "20"),
        ("左右间隔", "2.5"),
    ):
        page.get_by_label(label).fill(value)
    page.get_by_role("button", name="看样").click()
    expect(page.get_by_text("一张 12 枚")).to_be_visible()
    fits(page)
    screenshot(page, "desk-own-stock")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_contain_text("示例大标签")

    go(page, live_server, "/desk/batches/LOTUS-1/print")
    page.get_by_label("枚数").fill("3")
    page.get_by_text("有的格子不能用？").click()
    page.locator("[name='cells-1'][value='22']").uncheck()
    fits(page)
    screenshot(page, "desk-part-sheet")
    page.get_by_role("button", name="点掉的以后也不用").click()
    expect(page.get_by_role("status")).to_contain_text("划掉了 1 格")
    expect(page.get_by_label("枚数")).to_have_value("3")
    page.get_by_text("不是这种？").click()
    page.get_by_role("button", name="示例大标签").click()
    expect(page.get_by_label("枚数")).to_have_value("3")
    page.get_by_text("不是这种？").click()
    page.get_by_role("button", name="A4 不干胶 24 枚").click()
    page.get_by_label("枚数").press("Enter")
    expect(page.get_by_role("heading", name="3 枚标签")).to_be_visible()
    go(page, live_server, "/desk/papers")
    expect(page.get_by_text("现在没有余格纸")).to_be_visible()
    page.wait_for_load_state("networkidle")


def test_a_clerk_calibrates_a_printer(
    page: Page, live_server: WebServer, world: World, screenshot: Shot, tmp_path: Path
) -> None:
    sign_in(page, live_server)
    go(page, live_server, "/desk/printers")
    page.get_by_label("打印机").fill("办公室惠普")
    page.get_by_label("标签纸").select_option("a4-24")
    fits(page)
    page.get_by_role("button", name="下一步").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载校准页 PDF").click()
    pdf = tmp_path / "page.pdf"
    coming.value.save_as(pdf)
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) == 1
    for name, value in zip("ABCD", ("0.5", "-1", "0.8", "-0.6"), strict=True):
        page.get_by_label(f"刻度 {name}").fill(value)
    page.get_by_role("button", name="先看看").click()
    expect(page.get_by_text("以后打印会")).to_be_visible()
    fits(page)
    screenshot(page, "desk-calibration")
    page.get_by_role("button", name="保存校准").click()
    expect(page.get_by_role("status")).to_contain_text("办公室惠普")
    go(page, live_server, "/desk/batches/LOTUS-1/print")
    page.get_by_text("办公室惠普（校准于").click()
    fits(page)
    page.wait_for_load_state("networkidle")

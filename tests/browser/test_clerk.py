"""A clerk's morning in a real browser: record an inspection, issue the certificate, print, scan the first label."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from labels.stock import stock_named
from tests.services import upload_samples as samples
from tests.support.accounts import PASSWORD
from tests.support.makers import World, make_world
from tests.support.opened import opened
from tests.support.web_server import WebServer
from trace.services.password import hashed
from trace.tables import User

DPI = 600
Shot = Callable[[Page, str], Path]


@pytest.fixture
def world(live_server: WebServer) -> Iterator[World]:
    """The world behind the live server; its clerk can sign in, its batch LOTUS-1 lacks test and certificate."""
    db = opened(live_server.database_url)
    made = make_world(db)
    with db.write(ledger=False) as session:
        clerk = session.get_one(User, int(made.clerk.user_id))
        clerk.password_hash = hashed(PASSWORD)
        session.add(clerk)
    made.batch(number="LOTUS-1")
    made.record("LOTUS-1", "planting", date(2026, 3, 28))
    made.record("LOTUS-1", "harvest", date(2026, 8, 12), quantity_g=85_000)
    made.record("LOTUS-1", "packaging", date(2026, 8, 20))
    yield made
    db.dispose()


def sign_in(page: Page, server: WebServer) -> None:
    page.goto(f"{server.url}/desk")
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()


def fits(page: Page) -> None:
    """Nothing sticks out sideways, and what is to be tapped is large enough for a thumb."""
    # Words can be seen before the style sheet has come.
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    small = page.evaluate(
        """() => [...document.querySelectorAll('main :is(a.btn, button, select, summary, input:not([type=hidden]))')]
            .map(part => part.closest('label') || part)
            .filter(part => part.checkVisibility() && part.getBoundingClientRect().height < 40)
            .map(part => part.outerHTML.slice(0, 120))"""
    )
    assert small == [], page.url


def first_label(pdf: Path, stock: str) -> str:
    """What a phone reads on the first label of the file."""
    paper = stock_named(stock)
    with pypdfium2.PdfDocument(pdf) as document:
        sheet = document[0]
        picture = sheet.render(scale=DPI / 72, grayscale=True).to_pil()
        sheet.close()
    dots = DPI / 25_400
    left, top = paper.margin_left * dots, paper.margin_top * dots
    cell = (left, top, left + paper.label_width * dots, top + paper.label_height * dots)
    [found] = zxingcpp.read_barcodes(picture.crop(tuple(int(edge) for edge in cell)))
    return str(found.text)


def test_a_clerk_records_certifies_prints_and_the_first_label_tells_the_chain(
    page: Page, live_server: WebServer, world: World, screenshot: Shot, tmp_path: Path
) -> None:
    sign_in(page, live_server)
    fits(page)
    screenshot(page, "desk-home")

    page.locator(".card.next").get_by_role("link").click()
    expect(page.get_by_role("heading", name="登记检测")).to_be_visible()
    expect(page.locator("[id='facts.items.0.item']")).to_have_value("铅")
    page.get_by_text("定量检测").click()
    page.get_by_label("检测单位").fill("示例检测中心")
    page.locator("[id='facts.result']").get_by_text("合格", exact=True).click()
    page.get_by_label("单项结论").select_option("pass")
    for column, value in (
        ("value", "0.05"),
        ("unit", "mg/kg"),
        ("limit", "0.2"),
        ("method", "GB 5009.12-2023"),
        ("standard", "GB 2762-2022"),
    ):
        page.locator(f"[id='facts.items.0.{column}']").fill(value)
    fits(page)
    screenshot(page, "desk-inspection")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("已登记检测")).to_be_visible()
    fits(page)
    screenshot(page, "desk-batch")

    page.get_by_role("link", name="去开证").click()
    expect(page.get_by_label("委托检测合格")).to_be_checked()
    fits(page)
    page.get_by_role("button", name="开具").click()
    expect(page.locator(".certificate")).to_contain_text("85 kg")
    fits(page)
    screenshot(page, "desk-certificate")

    page.goto(f"{live_server.url}/desk/batches/LOTUS-1")
    page.locator(".card.next").get_by_role("link", name="打印标签").click()
    page.get_by_label("枚数").fill("30")
    fits(page)
    screenshot(page, "desk-print")
    page.get_by_role("button", name="确定打印").click()
    expect(page.get_by_role("heading", name="30 枚标签已备好")).to_be_visible()
    fits(page)
    with page.expect_download() as coming:
        page.get_by_role("link", name="下载标签 PDF").click()
    pdf = tmp_path / "labels.pdf"
    coming.value.save_as(pdf)
    assert coming.value.suggested_filename == "通芯白莲 LOTUS-1 第1批 30枚.pdf"
    page.reload()
    expect(page.get_by_text("已经下载过 1 次")).to_be_visible()
    screenshot(page, "desk-run")

    address = first_label(pdf, "a4-24")
    assert re.fullmatch(rf"{re.escape(live_server.url)}/c/\d{{175}}", address)
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200
    expect(page.locator("main")).to_contain_text("通芯白莲")
    expect(page.locator("main")).to_contain_text("示例检测中心")
    expect(page.locator("main")).to_contain_text("LOTUS-1")
    screenshot(page, "desk-first-label")


def test_rows_are_added_and_removed_and_photos_stay_when_the_form_comes_back(
    phone: Page, live_server: WebServer, world: World, screenshot: Shot, tmp_path: Path
) -> None:
    photo = tmp_path / "采收现场.jpg"
    photo.write_bytes(samples.jpeg())
    sign_in(phone, live_server)
    phone.goto(f"{live_server.url}/desk/batches/LOTUS-1/record/planting")
    phone.locator("summary", has_text="填写投入品").click()
    rows = phone.locator("[data-rows='facts.inputs'] > .row")
    phone.get_by_role("button", name="再加一行").click()
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_label("名称").fill("示例有机肥")
    rows.nth(1).get_by_role("button", name="删去这一行").click()
    expect(rows).to_have_count(1)
    rows.nth(0).get_by_label("种类").select_option("pesticide")
    phone.get_by_label("农事活动").select_option("protection")
    phone.get_by_label("照片或 PDF").set_input_files(photo)
    phone.get_by_role("button", name="登记", exact=True).click()
    expect(phone.get_by_role("alert")).to_be_visible()
    expect(phone.get_by_text("采收现场")).to_be_visible()
    expect(rows.nth(0).get_by_label("名称")).to_have_value("示例有机肥")
    fits(phone)
    screenshot(phone, "desk-refused")
    rows.nth(0).get_by_label("种类").select_option("fertiliser")
    phone.get_by_role("button", name="登记", exact=True).click()
    expect(phone.get_by_text("已登记种植")).to_be_visible()
    expect(phone.get_by_role("link", name="采收现场")).to_be_visible()

"""A buyer reports a label from its page without any script, and sees by the receipt what came of it.

With scripts nothing is lost on the way: no photo when a field is wrong, no word when the network fails.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlmodel import select

from labels.code import sign
from tests.support import chromium
from tests.support.makers import MASTER, World
from tests.support.tree import ROOT
from tests.support.web_server import WebServer
from trace.services import complaint, run
from trace.tables import Complaint, Run

AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN = "axe.run(document).then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html}`))"
TEXT = "在示例市场买的，\n包装上没有生产日期。"


@pytest.fixture
def scriptless(browser: Browser) -> Iterator[Page]:
    """A phone that runs no scripts."""
    width, height = chromium.VIEWPORTS["phone"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=False, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def a_photo() -> FilePayload:
    out = io.BytesIO()
    Image.new("RGB", (640, 480), (40, 120, 60)).save(out, "JPEG")
    return {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def begun(page: Page, server: WebServer) -> Page:
    """A report about LOTUS-1, half filled in."""
    page.goto(f"{server.url}/report?batch=LOTUS-1&lang=zh")
    page.get_by_label("记录和实物不符").check()
    page.get_by_label("发生了什么").fill(TEXT)
    return page


def test_from_the_label_to_the_answer_without_a_script(
    live_server: WebServer, lotus: World, scriptless: Page
) -> None:
    page = scriptless
    with lotus.db.read() as session:
        digits = sign(run.signer(session, session.get_one(Run, 1), MASTER), 1, 2)
    page.goto(f"{live_server.url}/c/{digits}")
    page.get_by_role("link", name="我要举报").click()
    expect(page.get_by_text("LOTUS-1")).to_be_visible()
    page.get_by_label("记录和实物不符").check()
    page.get_by_label("发生了什么").fill(TEXT)
    page.get_by_label("照片").set_input_files(a_photo())
    page.get_by_role("button", name="提交举报").click()
    expect(page.get_by_role("heading", name="举报已收到")).to_be_visible()
    receipt = page.locator(".receipt").inner_text()
    with lotus.db.write(ledger=False) as session:
        row = session.get_one(Complaint, 1)
        assert (row.text, row.item, bool(row.photo)) == (TEXT, 2, True)
        complaint.answer(session, lotus.office, 1, "已核实，谢谢。", closes=True)
    page.goto(f"{live_server.url}/report/find")
    page.get_by_label("回执编号").fill(receipt)
    page.get_by_role("button", name="查进度").click()
    expect(page.get_by_role("heading", name="已办结")).to_be_visible()
    expect(page.get_by_text("已核实，谢谢。")).to_be_visible()
    assert page.context.cookies() == []


def test_a_photo_stays_chosen_when_something_else_is_wrong(
    live_server: WebServer, lotus: World, phone: Page, expected_troubles: list[str]
) -> None:
    expected_troubles.append("422")
    page = begun(phone, live_server)
    page.get_by_label("照片").set_input_files(a_photo())
    page.get_by_label("您的电话").fill("不是电话")
    page.get_by_role("button", name="提交举报").click()
    told = page.get_by_role("alert").filter(has_text="还没有交上去")
    expect(told).to_be_focused()
    expect(page.get_by_text("照片没有存下来")).to_have_count(0)
    assert page.get_by_label("照片").evaluate("field => field.files[0].name") == "照片.jpg"
    assert page.get_by_label("发生了什么").input_value() == TEXT
    page.get_by_label("您的电话").fill("")
    page.get_by_role("button", name="提交举报").click()
    expect(page.get_by_role("heading", name="举报已收到")).to_be_visible()
    with lotus.db.read() as session:
        row = session.get_one(Complaint, 1)
        assert (row.text, bool(row.photo)) == (TEXT, True)


def test_a_photo_that_was_refused_has_to_be_chosen_again(
    live_server: WebServer, lotus: World, phone: Page, expected_troubles: list[str]
) -> None:
    expected_troubles.append("422")
    page = begun(phone, live_server)
    page.get_by_label("照片").set_input_files(
        {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": b"text"}
    )
    page.get_by_role("button", name="提交举报").click()
    expect(page.locator("#photo-said")).to_be_visible()
    assert page.get_by_label("照片").evaluate("field => field.files.length") == 0
    assert page.get_by_label("发生了什么").input_value() == TEXT


def test_what_was_typed_stays_when_the_network_fails(
    live_server: WebServer, lotus: World, phone: Page, expected_troubles: list[str]
) -> None:
    expected_troubles.append("ERR_INTERNET_DISCONNECTED")
    page = begun(phone, live_server)
    page.get_by_label("照片").set_input_files(a_photo())
    page.context.set_offline(True)
    expect(page.get_by_text("没有发出去")).to_be_hidden()
    page.get_by_role("button", name="提交举报").click()
    expect(page.get_by_text("没有发出去")).to_be_visible()
    assert page.get_by_label("发生了什么").input_value() == TEXT
    page.context.set_offline(False)
    page.get_by_role("button", name="提交举报").click()
    expect(page.get_by_role("heading", name="举报已收到")).to_be_visible()
    with lotus.db.read() as session:
        assert [bool(row.photo) for row in session.exec(select(Complaint))] == [True]


def test_an_impatient_thumb_sends_one_report(live_server: WebServer, lotus: World, phone: Page) -> None:
    page = begun(phone, live_server)
    page.evaluate("setInterval(() => document.querySelector('form.report button').click(), 2)")
    expect(page.get_by_role("heading", name="举报已收到")).to_be_visible()
    with lotus.db.read() as session:
        assert len(session.exec(select(Complaint)).all()) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault_in_form_errors_and_receipt(
    browser: Browser, live_server: WebServer, lotus: World, scheme: str
) -> None:
    width, height = chromium.VIEWPORTS["phone"]
    # The tool itself is not what the pages' policy lets through.
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,
    )
    page = context.new_page()
    faults: list[str] = []

    def look() -> None:
        page.add_script_tag(content=AXE)
        faults.extend(page.evaluate(RUN))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{page.url} is too wide")

    for path in ("/report?lang=zh", "/report?code=12&lang=en", "/report/find?receipt=1&lang=zh-Hant"):
        page.goto(live_server.url + path)
        look()
    page.goto(f"{live_server.url}/report?code=12")
    page.evaluate("document.querySelector('form.report').noValidate = true")
    page.locator("form.report button").click()
    expect(page.locator(".band.red li").first).to_be_visible()
    look()
    page.locator("input[value=other]").check()
    page.locator("#text").fill(TEXT)
    page.locator("form.report button").click()
    page.wait_for_url("**/report/*")
    look()
    context.close()
    assert faults == []

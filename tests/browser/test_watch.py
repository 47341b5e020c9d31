"""What a page does wrong is noticed, and the server that the pages come from is the real one."""

from __future__ import annotations

import json
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from tests.support.chromium import Watch
from tests.support.web_server import WebServer


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ("<script>console.error('out of order')</script>", "console: out of order"),
        ("<script>throw Error('out of order')</script>", "script error: out of order"),
        ("<img src='http://192.0.2.1/x.png'>", "request to another host: http://192.0.2.1/x.png"),
        ("<link rel=stylesheet href='http://127.0.0.1:9/x.css'>", "request failed: http://127.0.0.1:9/x.css"),
    ],
)
def test_a_misbehaving_page_is_noticed(browser: Browser, content: str, trouble: str) -> None:
    page = browser.new_page()
    watch = Watch(page)
    page.set_content(content)
    page.wait_for_load_state("networkidle")
    page.close()
    assert [line for line in watch.troubles if line.startswith(trouble)]


def test_a_quiet_page_is_no_trouble(browser: Browser) -> None:
    page = browser.new_page()
    watch = Watch(page)
    page.set_content("<h1>石城白莲</h1><script>console.log('well')</script>")
    page.close()
    assert watch.troubles == []


def test_a_page_may_answer_404_on_purpose(live_server: WebServer, page: Page) -> None:
    answer = page.goto(f"{live_server.url}/c/1")
    assert answer is not None
    assert answer.status == 404


def test_the_live_server_serves_the_real_application(live_server: WebServer) -> None:
    with urlopen(f"{live_server.url}/healthz", timeout=10) as answer:
        assert json.load(answer)["status"] == "ok"

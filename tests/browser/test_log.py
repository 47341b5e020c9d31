"""The page about the log fits a phone and a desk, before anybody witnesses it and after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from tests.support.entries import register
from tests.support.small_log import private_key
from tests.support.web_server import WebServer
from trace.config import Settings
from trace.core import clock
from trace.ledger.cosignature import cosign, witness_key
from trace.ledger.note import Note
from trace.services import witness
from trace.services.database import open_database
from trace.services.log import log_of

NAME = "nyncj.shicheng.example/witness"


def _wide(page: Page) -> int:
    """How far the page is wider than its window, in px."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _witnessed(server: WebServer) -> None:
    db = open_database(Settings(instance=server.instance, DATABASE_URL=server.database_url))
    register(db, "operator", 3)
    key = private_key(2)
    with db.write() as session:
        witness.add(session, witness_key(NAME, key).text(), "示例石城县农业农村局")
    note = Note.parse(log_of(db).newest().note)
    line = cosign(note.text, NAME, key, int(clock.now().timestamp()))
    with db.write(ledger=False) as session:
        witness.accept(session, note.adding([line]).encode().encode())
    register(db)
    db.dispose()


def test_the_page_fits_and_says_who_watches(
    live_server: WebServer, page: Page, screenshot: Callable[[Page, str], Path]
) -> None:
    page.goto(f"{live_server.url}/log")
    assert page.locator("text=账本还没有开始").is_visible()
    assert _wide(page) <= 0
    _witnessed(live_server)
    for language, said in (("zh", "前 8 条已经有人见证过"), ("en", "the first 8 entries are witnessed")):
        page.goto(f"{live_server.url}/log?lang={language}")
        assert page.locator(f"text={said}").is_visible()
        assert page.locator("text=示例石城县农业农村局").is_visible()
        assert _wide(page) <= 0
        screenshot(page, f"log-{language}")

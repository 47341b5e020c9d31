"""/check and the log: its key is pinned, a fork or a shrunken log raises an alarm, a new epoch is explained."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from labels.code import sign
from labels.keys import SigningKey
from tests.support.databases import sqlite_database
from tests.support.small_log import ORIGIN, SmallLog, private_key
from tests.support.web_server import WebServer, serve
from trace.ledger.note import Note, NoteSigner
from trace.ledger.spelling import to_base64
from trace.ledger.tile_tree import TileTree
from trace.ledger.void_list import VoidList

SIGNER = SigningKey.from_seed(7, bytes([7]) * 32)
GOOD = sign(SIGNER, 3, 1)


@dataclass
class Served:
    """What a test's own service answers to the page; `epochs` is what it publishes about itself."""

    log: SmallLog
    made: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    listed: int = 0
    epochs: list[dict[str, Any]] = field(default_factory=list)
    keys: list[dict[str, str]] = field(
        default_factory=lambda: [{**SIGNER.public.jwk(), "organisation": "示例社"}]
    )
    stops: dict[str, dict[int, tuple[tuple[int, int], ...]]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def void_list(self) -> str:
        size = self.listed or len(self.log.entries)
        text = VoidList(
            self.log.signer.name, self.made, size, self.log.root(size), 9, stops=self.stops
        ).text()
        return Note(text, (self.log.signer.sign(text),)).encode()

    def consistency(self, old: int, new: int) -> str:
        tree = TileTree(self.log.fetch, new, self.log.root(new))
        return json.dumps(
            {"old": old, "new": new, "proof": [to_base64(one) for one in tree.consistency(old)]}
        )

    def answer(self, route: Route) -> None:
        path, _, query = (
            route.request.url.partition("/")[2].partition("/")[2].partition("/")[2].partition("?")
        )
        asked = dict(part.split("=") for part in query.split("&") if part)
        answers: dict[str, Callable[[], str]] = {
            "log/key": lambda: f"{self.log.key.text()}\n",
            "log/checkpoint": self.log.note,
            "log/void-list": self.void_list,
            "log/consistency": lambda: self.consistency(int(asked["old"]), int(asked["new"])),
            "log": lambda: json.dumps({"epochs": self.epochs}),
            ".well-known/trace-keys.json": lambda: json.dumps({"keys": self.keys}),
        }
        route.fulfill(body=self.broken.get(path) or answers[path](), content_type="text/plain; charset=utf-8")


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Iterator[WebServer]:
    """One server for all: it gives the page, and the test's own log answers for everything else."""
    folder = tmp_path_factory.mktemp("served")
    with serve(sqlite_database(folder, _sqlite_template), folder / "instance") as server:
        yield server


@pytest.fixture
def served() -> Served:
    return Served(SmallLog.of(5))


@pytest.fixture
def check(browser: Browser, application: WebServer, served: Served) -> Iterator[Page]:
    """The page, before its first visit, with the test's own log behind it."""
    # A worker would come between the page and the routes.
    context = browser.new_context(
        locale="zh-CN", service_workers="block", viewport={"width": 360, "height": 740}
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.route("**/log/**", lambda route: served.answer(route))
    page.route("**/log", lambda route: served.answer(route))
    page.route("**/.well-known/trace-keys.json", lambda route: served.answer(route))
    page.goto(f"{application.url}/check")
    page.wait_for_selector("#check[data-ready]")
    yield page
    context.close()


def again(page: Page, status: str) -> None:
    """Open the page another day: until it says how the update went."""
    page.reload()
    page.wait_for_selector(f"#status >> text={status}")


def verdict(page: Page, text: str = GOOD) -> str:
    page.evaluate("document.getElementById('result').replaceChildren()")
    page.fill("#code", text)
    page.click("#typed button")
    return page.locator("#result [data-verdict]").get_attribute("data-verdict") or ""


UP_TO_DATE = "已经更新"
ALARMED = "没有更新：账本对不上"


def test_a_log_that_grows_is_followed(check: Page, served: Served) -> None:
    assert verdict(check) == "good"
    for size in (6, 8, 21, 64, 300):
        served.log.entries += [f"entry {number}".encode() for number in range(len(served.log.entries), size)]
        again(check, UP_TO_DATE)
        assert check.inner_text("[data-slot=size]") == str(size)
    # A list that a cache on the way has kept for a minute.
    served.listed = 200
    again(check, UP_TO_DATE)
    served.stops = {"void": {3: ((1, 1),)}}
    again(check, UP_TO_DATE)
    assert verdict(check) == "void"
    assert check.inner_text("#trouble") == ""


@pytest.mark.parametrize("size", [5, 9])
def test_a_fork_is_shouted_about_and_both_notes_are_kept(check: Page, served: Served, size: int) -> None:
    older = served.log.note()
    served.log = SmallLog.of(size, "another history")
    newer = served.log.note()
    again(check, ALARMED)
    assert "警报：账本被改写" in check.inner_text("#trouble h2")
    assert [check.locator(f"#trouble [data-slot={slot}]").text_content() for slot in ("older", "newer")] == [
        older,
        newer,
    ]
    assert verdict(check) == "broken"
    # What the list says against a label still holds; a forgery stays one.
    assert verdict(check, sign(SigningKey.generate(7), 3, 1)) == "forged"
    # The evidence stays, whatever is shown afterwards.
    served.log = SmallLog.of(12)
    again(check, UP_TO_DATE)
    assert check.locator("#trouble [data-slot=newer]").text_content() == newer
    assert verdict(check) == "broken"
    assert check.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    check.click("#trouble summary")
    check.click("#trouble [data-act=forget]")
    check.wait_for_selector("#trouble:empty", state="attached")
    check.wait_for_selector(f"#status >> text={UP_TO_DATE}")
    assert verdict(check) == "good"


def test_a_shrunken_log_is_shouted_about(check: Page, served: Served) -> None:
    served.log.entries = served.log.entries[:4]
    again(check, ALARMED)
    assert "警报：账本变短了" in check.inner_text("#trouble h2")
    assert verdict(check) == "broken"


def test_a_list_of_another_tree_is_shouted_about(check: Page, served: Served) -> None:
    served.broken["log/void-list"] = Served(SmallLog.of(5, "another history")).void_list()
    again(check, ALARMED)
    assert "警报：账本被改写" in check.inner_text("#trouble h2")


def test_a_key_that_changed_without_a_word_is_shouted_about(check: Page, served: Served) -> None:
    old = served.log.key.text()
    served.log.signer = NoteSigner(ORIGIN, private_key(9))
    again(check, ALARMED)
    assert "警报：账本换了公钥" in check.inner_text("#trouble h2")
    assert check.locator("#trouble [data-slot=older]").text_content() == old


@pytest.mark.parametrize("lost", [4, 5, 9])
def test_a_new_epoch_that_was_published_is_explained(check: Page, served: Served, lost: int) -> None:
    old, note = served.log.key.text(), served.log.note()
    served.log = SmallLog.of(4, "after the loss", signer=NoteSigner(f"{ORIGIN}-2", private_key(9)))
    served.epochs = [
        {"vkey": old, "lost": None},
        {"vkey": served.log.key.text(), "lost": {"size": lost, "root": "00" * 32}},
    ]
    if lost < 5:
        # This device saw more than was lost: then that is no explanation.
        again(check, ALARMED)
        assert "警报：账本换了公钥" in check.inner_text("#trouble h2")
        return
    again(check, UP_TO_DATE)
    assert "账本重新开始过" in check.inner_text("#trouble")
    assert "警报" not in check.inner_text("#trouble")
    assert check.locator("#trouble [data-slot=note]").text_content() == note
    assert verdict(check) == "good"
    check.click("#trouble [data-act=seen]")
    check.wait_for_selector("#trouble:empty", state="attached")
    again(check, UP_TO_DATE)
    assert check.inner_text("#trouble") == ""


def test_a_registered_key_that_was_exchanged_is_shouted_about(check: Page, served: Served) -> None:
    served.keys = [{**SigningKey.generate(7).public.jwk(), "organisation": "示例社"}]
    again(check, ALARMED)
    assert "警报：登记的公钥被换了" in check.inner_text("#trouble h2")


@pytest.mark.parametrize("path", ["log/checkpoint", "log/void-list", "log/key"])
def test_what_somebody_on_the_way_answers_is_not_used(check: Page, served: Served, path: str) -> None:
    served.broken[path] = "<html>Sign in to this network</html>"
    again(check, "没有账本的有效签名")
    assert check.inner_text("#trouble") == ""
    assert verdict(check) == "good"
    stranger = SmallLog.of(5, signer=NoteSigner(ORIGIN, private_key(9)))
    if path == "log/checkpoint":
        served.broken[path] = stranger.note()
        again(check, "没有账本的有效签名")


def test_an_old_list_cannot_take_back_a_newer_one(check: Page, served: Served) -> None:
    before = served.void_list()
    served.made += timedelta(seconds=30)
    served.stops = {"recalled": {3: ((1, 500),)}}
    again(check, UP_TO_DATE)
    assert verdict(check) == "recalled"
    served.broken["log/void-list"] = before
    again(check, UP_TO_DATE)
    assert verdict(check) == "recalled"


def test_another_language_needs_no_other_script(check: Page, served: Served) -> None:
    served.log = replace(served.log, entries=served.log.entries[:3])
    check.goto(f"{check.url}?lang=en")
    check.wait_for_selector("#status >> text=Nothing was updated: the ledger does not fit")
    assert "the ledger has shrunk" in check.inner_text("#trouble h2")
    assert verdict(check) == "broken"
    assert "No conclusion possible" in check.inner_text("#result")

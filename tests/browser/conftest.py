"""A live server, and pages of a real Chromium at the width of a phone and of a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support import chromium
from tests.support.makers import MASTER, World, make_world
from tests.support.opened import opened
from tests.support.web_server import WebServer, serve


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here is marked, and kept on one worker, so that one Chromium serves it."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; ended when this room's tests are done, for its event loop would be in the way of others."""
    executable = chromium.find_chromium()
    if executable is None:
        pytest.skip("no Chromium is installed (package chromium)")
    with sync_playwright() as playwright:
        found = chromium.launch(playwright, executable)
        yield found
        found.close()


@pytest.fixture
def start_server() -> Iterator[Callable[..., WebServer]]:
    """Start servers: ``start_server(database_url, instance, **settings)``; all end with the test."""
    with ExitStack() as running:
        yield lambda *args, **kwargs: running.enter_context(serve(*args, **kwargs))


@pytest.fixture
def live_server(sqlite_url: str, tmp_path: Path, start_server: Callable[..., WebServer]) -> WebServer:
    """The application on a migrated, empty SQLite database of this test's own."""
    instance = tmp_path / "instance"
    instance.mkdir()
    # The tests' own master key: what makers seal, the server can open.
    (instance / "master.key").write_bytes(MASTER)
    return start_server(sqlite_url, instance)


@pytest.fixture
def lotus(live_server: WebServer) -> Iterator[World]:
    """The world behind the live server: three labels of batch LOTUS-1 are printed."""
    db = opened(live_server.database_url)
    made = make_world(db)
    made.printed(made.ready(number="LOTUS-1"), 3)
    yield made
    db.dispose()


@contextmanager
def _page(browser: Browser, viewport: str, expected: list[str]) -> Iterator[Page]:
    width, height = chromium.VIEWPORTS[viewport]
    options: dict[str, Any] = {"is_mobile": True, "has_touch": True} if viewport == "phone" else {}
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    watch = chromium.Watch(page)
    yield page
    context.close()
    troubles = [line for line in watch.troubles if not any(text in line for text in expected)]
    assert not troubles, "\n".join(["the page was in trouble:", *troubles])


@pytest.fixture
def expected_troubles() -> list[str]:
    """Texts of the troubles that a test causes on purpose; it appends them."""
    return []


@pytest.fixture
def phone(browser: Browser, expected_troubles: list[str]) -> Iterator[Page]:
    """A page 360×740 CSS pixels, with touch; console errors, failed and outside requests fail the test."""
    with _page(browser, "phone", expected_troubles) as page:
        yield page


@pytest.fixture
def desktop(browser: Browser, expected_troubles: list[str]) -> Iterator[Page]:
    """A page 1280×800 CSS pixels, watched as ``phone`` is."""
    with _page(browser, "desktop", expected_troubles) as page:
        yield page


@pytest.fixture(params=list(chromium.VIEWPORTS))
def page(request: pytest.FixtureRequest) -> Page:
    """The test runs twice: on a phone's page and on a desktop's."""
    found: Page = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """``screenshot(page, name)`` saves the whole page under screenshots/ and returns the path."""
    return chromium.screenshot

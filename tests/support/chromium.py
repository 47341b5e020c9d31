"""A real Chromium under playwright, watched: console errors, failed and outside requests are failures."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, Route

from tests.support.network import is_this_machine
from tests.support.processes import is_root
from tests.support.tree import ROOT

VIEWPORTS = {"phone": (360, 740), "desktop": (1280, 800)}  # CSS pixels
SCREENSHOTS = ROOT / "screenshots"
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def find_chromium() -> str | None:
    """The path of an installed Chromium or Chrome."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def launch(playwright: Playwright, executable: str) -> Browser:
    """Start Chromium without a screen; as root it cannot have its sandbox."""
    flags = [*FLAGS, "--no-sandbox"] if is_root() else FLAGS
    return playwright.chromium.launch(executable_path=executable, args=flags)


def screenshot(page: Page, name: str) -> Path:
    """Save the whole page as ``screenshots/<name>-<width>.png`` and return the path."""
    assert page.viewport_size is not None
    path = SCREENSHOTS / f"{name}-{page.viewport_size['width']}.png"
    page.screenshot(path=path, full_page=True)
    return path


class Watch:
    """Collects what went wrong on a page while a test drove it."""

    def __init__(self, page: Page) -> None:
        self.troubles: list[str] = []
        self._visited: set[str] = set()
        page.route(lambda url: not _is_local(url), self._outside)
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))

    def _outside(self, route: Route) -> None:
        self.troubles.append(f"request to another host: {route.request.url}")
        route.abort()

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self._visited.add(request.url)

    def _failed(self, request: Request) -> None:
        # A download, or leaving a page before it and its scripts have loaded, ends as an aborted request.
        if request.failure != "net::ERR_ABORTED":
            self.troubles.append(f"request failed: {request.url}: {request.failure}")

    def _console(self, message: ConsoleMessage) -> None:
        # To the console, a page that answers 404 on purpose (a forged code) is a resource that did not load.
        own_status = message.text.startswith("Failed to load resource") and (
            message.location["url"] in self._visited
        )
        if message.type == "error" and not own_status:
            self.troubles.append(f"console: {message.text} ({message.location['url']})")


def _is_local(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("about", "blob", "data") or is_this_machine(parts.hostname)

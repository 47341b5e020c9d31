"""Nothing keeps anybody from reading the public pages: axe-core finds no fault, in any language, light or dark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser

from labels.code import sign
from tests.support import chromium
from tests.support.makers import MASTER, World, make_world
from tests.support.opened import opened
from tests.support.tree import ROOT
from tests.support.web_server import WebServer
from trace.services import recall, run
from trace.tables import Run, ScanMonth
from trace.web.i18n import LANGUAGES

AXE = (ROOT / "tests" / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN = "axe.run(document).then(found => [found.violations.map(one => `${one.id}: ${one.nodes[0].html}`), found.passes.length])"
OPEN = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture
def world(live_server: WebServer) -> Iterator[World]:
    """A batch with labels, another one recalled, and devices that asked."""
    db = opened(live_server.database_url)
    made = make_world(db)
    made.ready(number="LOTUS-1")
    made.ready(number="LOTUS-2")
    run_id = made.printed("LOTUS-1", 12)
    made.printed("LOTUS-2", 12)
    with db.write() as session:
        recall.open_recall(
            session, made.regulator, "LOTUS-2", "示例：抽检不合格", "示例：停止食用，到购买处退货"
        )
    with db.write(ledger=False) as session:
        session.add(ScanMonth(run_id=run_id, month="2026-11", province="44", devices=40))
        session.add(ScanMonth(run_id=run_id, month="2026-10", province="36", devices=2))
    yield made
    db.dispose()


def addresses(world: World) -> list[str]:
    with world.db.read() as session:
        row = session.get_one(Run, 1)
        digits = sign(run.signer(session, row, MASTER), 1, 1)
    return ["/", f"/b/{world.slug}", "/batch/LOTUS-1", "/batch/LOTUS-2", "/q?code=12", f"/c/{digits}", "/log"]


@pytest.mark.parametrize(
    ("viewport", "scheme", "languages"), [("phone", "light", LANGUAGES), ("desktop", "dark", LANGUAGES[:1])]
)
def test_axe_finds_no_fault_and_nothing_is_wider_than_the_window(
    browser: Browser,
    live_server: WebServer,
    world: World,
    viewport: str,
    scheme: Literal["light", "dark"],
    languages: tuple[str, ...],
) -> None:
    width, height = chromium.VIEWPORTS[viewport]
    # The tool itself is not what the pages' policy lets through.
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    faults = []
    for path in addresses(world):
        for language in languages:
            page.goto(f"{live_server.url}{path}{'&' if '?' in path else '?'}lang={language}")
            page.evaluate(OPEN)
            page.add_script_tag(content=AXE)
            found, passed = page.evaluate(RUN)
            assert passed > 10
            wide = page.evaluate("document.documentElement.scrollWidth") - width
            faults += [
                f"{path} {language}: {fault}" for fault in (*found, *(["too wide"] if wide > 0 else []))
            ]
    context.close()
    assert faults == []

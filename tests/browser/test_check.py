"""/check in a real Chromium: the verdict on a label by photo or digits, with a network and without."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, Page

from labels.code import sign
from labels.keys import SigningKey
from tests.support import chromium
from tests.support.makers import MASTER, World, make_world
from tests.support.processes import is_root
from tests.support.web_server import WebServer
from trace.config import Settings
from trace.services import freeze, key, ranges, recall, run, scan
from trace.services.database import open_database
from trace.tables import Run

OFFLINE = "ERR_INTERNET_DISCONNECTED"


@pytest.fixture
def world(live_server: WebServer) -> World:
    """A world in the served database; its labels bear another address than the test's server has."""
    return make_world(
        open_database(Settings(instance=live_server.instance, DATABASE_URL=live_server.database_url))
    )


def codes(world: World, run_id: int) -> list[str]:
    with world.db.read() as session:
        return list(run.urls(session, session.get_one(Run, run_id), MASTER))


def visit(page: Page, server: WebServer, query: str = "") -> None:
    """Open the page and wait until it has updated itself and can do without a network."""
    page.goto(f"{server.url}/check{query}")
    page.wait_for_selector("#installed:not([hidden])")


def verdict(page: Page, text: str) -> str:
    page.evaluate("document.getElementById('result').replaceChildren()")
    page.fill("#code", text)
    page.click("#typed button")
    return shown(page)


def shown(page: Page) -> str:
    return page.locator("#result [data-verdict]").get_attribute("data-verdict") or ""


def wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def photo(world: World, run_id: int, folder: Path) -> Path:
    """The first label of a drawn sheet, as a phone would take it: askew, a little blurred, JPEG."""
    with pypdfium2.PdfDocument(world.drawn(run_id, folder)) as document:
        page = document[0].render(scale=300 / 72).to_pil().convert("RGB")
    label = page.crop((0, 0, page.width // 3, page.height // 8)).rotate(7, expand=True, fillcolor="#d8c8a8")
    path = folder / "photo.jpg"
    label.filter(ImageFilter.GaussianBlur(1)).save(path, quality=80)
    return path


def test_a_label_is_read_from_a_photo(
    live_server: WebServer, world: World, page: Page, tmp_path: Path
) -> None:
    run_id = world.printed(world.ready(), 2)
    visit(page, live_server)
    page.set_input_files("#photo", photo(world, run_id, tmp_path))
    assert shown(page) == "good"
    said = page.inner_text("#result")
    assert "签名有效" in said
    assert "的作废名单里没有它" in said
    assert "示例琴江白莲专业合作社" in said
    assert wide(page) <= 0
    link = page.get_attribute("#result a.btn", "href") or ""
    assert link == f"{live_server.url}/c/{codes(world, run_id)[0].rpartition('/c/')[2]}"


def test_a_label_is_read_by_the_camera(
    browser: Browser, live_server: WebServer, world: World, tmp_path: Path
) -> None:
    run_id = world.printed(world.ready(), 2)
    with Image.open(photo(world, run_id, tmp_path)) as picture:
        frame = picture.resize((1280, 1280 * picture.height // picture.width)).crop((0, 0, 1280, 720))
    frame.save(tmp_path / "frame.jpg", quality=90)
    film = tmp_path / "film.mjpeg"
    film.write_bytes((tmp_path / "frame.jpg").read_bytes() * 30)
    camera = browser.browser_type.launch(
        executable_path=chromium.find_chromium(),
        args=[
            *chromium.FLAGS,
            *(["--no-sandbox"] if is_root() else []),
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    try:
        context = camera.new_context(viewport={"width": 360, "height": 740}, permissions=["camera"])
        page = context.new_page()
        page.goto(f"{live_server.url}/check")
        page.wait_for_selector("#check[data-ready]")
        page.click("#camera")
        assert shown(page) == "good"
        # The camera is off again once a code was read.
        assert page.evaluate("document.getElementById('video').srcObject") is None
        assert page.locator("#viewer").is_hidden()
    finally:
        camera.close()


@pytest.mark.usefixtures("world")
def test_a_camera_that_is_not_allowed_is_explained(live_server: WebServer, phone: Page) -> None:
    phone.goto(f"{live_server.url}/check")
    phone.click("#camera")
    phone.wait_for_selector("text=摄像头打不开")
    assert phone.locator("#viewer").is_hidden()


@pytest.mark.usefixtures("world")
def test_a_photo_without_a_code_says_so(live_server: WebServer, phone: Page, tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_bytes(b"no picture at all")
    phone.goto(f"{live_server.url}/check")
    phone.set_input_files("#photo", tmp_path / "notes.png")
    phone.wait_for_selector("text=照片里没有读到二维码")


def test_every_verdict_and_none_of_them_says_more_than_is_known(
    live_server: WebServer, world: World, phone: Page
) -> None:
    number, other = world.ready(number="L-1"), world.ready(number="L-2")
    plain, recalled = world.printed(number, 3), world.printed(other, 1)
    good, void, _ = codes(world, plain)
    [called] = codes(world, recalled)
    digits = good.rpartition("/c/")[2]
    with world.write() as session:
        ranges.void(session, world.coop, plain, 2, 2, "示例：贴坏")
        recall.open_recall(session, world.regulator, other, "示例：超标", "示例：停止食用")
    visit(phone, live_server)
    impostor = SigningKey.generate(int(digits[1:6]))
    cases = {
        good: "good",
        digits: "good",
        " ".join(re.findall(".{7}", digits)): "good",
        digits[:20]: "short",
        void: "void",
        void.rpartition("/c/")[2][:20]: "void",
        called: "recalled",
        sign(impostor, plain, 1): "forged",
        sign(SigningKey.generate(99_999), plain, 1): "forged",
        digits[:-1] + str((int(digits[-1]) + 1) % 10): "forged",
        "2" + digits[1:]: "malformed",
        digits[:-1]: "malformed",
        digits[:20] + "9" * 155: "forged",
        "https://shop.example/": "malformed",
    }
    assert {text: verdict(phone, text) for text in cases} == cases
    assert verdict(phone, void.rpartition("/c/")[2][:20]) == "void"
    assert "没有核对签名" in phone.inner_text("#result")
    with world.db.read() as session:
        assert scan.look(session, digits).verdict == "first"
    # A run printed after the list was fetched, a batch frozen and a key revoked since: an update tells.
    later = world.printed(number, 1)
    [fresh] = codes(world, later)
    assert verdict(phone, fresh) == "newer"
    with world.write() as session:
        held = freeze.freeze(session, world.regulator, number, "示例：抽检")
    phone.click("#update")
    phone.wait_for_selector("#result [data-verdict='frozen']")
    with world.write() as session:
        freeze.lift(session, world.regulator, held.id or 0, "示例：合格")
        key.end(session, None, int(digits[1:6]), "revoked", "示例：失窃", datetime(2020, 1, 1, tzinfo=UTC))
    phone.click("#update")
    phone.wait_for_selector("#result [data-verdict='revoked']")
    assert verdict(phone, good) == "revoked"


def test_it_works_in_flight_mode_after_one_visit_and_says_how_old_the_list_is(
    live_server: WebServer, world: World, phone: Page, expected_troubles: list[str]
) -> None:
    expected_troubles.append(OFFLINE)
    run_id = world.printed(world.ready(), 2)
    good, _ = codes(world, run_id)
    visit(phone, live_server)
    phone.context.set_offline(True)
    phone.reload()
    assert verdict(phone, good) == "good"
    said = phone.inner_text("#result")
    assert "没有联网，看不到它被查过几次" in said
    assert "看网上的记录" not in said
    assert phone.locator("#result .note.leaf").count() == 1
    # A key that nobody had registered when the list was fetched may be new.
    stranger = sign(SigningKey.generate(99_999), run_id, 1)
    now = datetime.now(UTC)
    for age, note, tone in (
        (timedelta(hours=25), "超过一天没有更新", "amber"),
        (timedelta(days=8), "超过 7 天没有更新", "red"),
    ):
        phone.clock.set_fixed_time(now + age)
        phone.reload()
        assert verdict(phone, good) == "good"
        assert phone.locator(f"#result .note.{tone}", has_text=note).count() == 1
        assert phone.locator("#result .band.unsure").count() == 1
        assert verdict(phone, stranger) == "unknown-key"
    phone.clock.set_fixed_time(now - timedelta(days=1))
    phone.reload()
    assert verdict(phone, good) == "good"
    assert "请校准设备的日期和时间" in phone.inner_text("#result")
    phone.clock.set_fixed_time(now)
    with world.write() as session:
        ranges.void(session, world.coop, run_id, 1, 1, "示例：贴坏")
    assert verdict(phone, good) == "good"
    # Back in the network it updates itself.
    phone.context.set_offline(False)
    phone.wait_for_selector("#result [data-verdict='void']")


def test_without_ed25519_in_the_browser_the_fallback_verifies_offline_too(
    live_server: WebServer, world: World, phone: Page, expected_troubles: list[str]
) -> None:
    expected_troubles.append(OFFLINE)
    good, _ = codes(world, world.printed(world.ready(), 2))
    digits = good.rpartition("/c/")[2]
    phone.add_init_script("Object.defineProperty(globalThis, 'crypto', { value: undefined })")
    visit(phone, live_server)
    phone.context.set_offline(True)
    phone.reload()
    assert phone.evaluate("typeof crypto") == "undefined"
    assert verdict(phone, good) == "good"
    assert verdict(phone, digits[:-1] + str((int(digits[-1]) + 1) % 10)) == "forged"


def test_a_page_that_was_never_updated_says_that_it_cannot_check(
    live_server: WebServer, phone: Page, expected_troubles: list[str]
) -> None:
    # An empty ledger has no key and no list.
    expected_troubles.append("404")
    phone.goto(f"{live_server.url}/check?lang=en")
    phone.wait_for_selector("#status >> text=did not answer as it should")
    assert verdict(phone, "1" + "0" * 4 + "1" + "0" * 7 + "1" + "0" * 5 + "1" + "0" * 155) == "nodata"
    assert "Nothing can be checked yet" in phone.inner_text("#result")


def test_an_address_of_another_host_is_pointed_out(live_server: WebServer, world: World, phone: Page) -> None:
    good, _ = codes(world, world.printed(world.ready(), 2))
    visit(phone, live_server)
    digits = good.rpartition("/c/")[2]
    assert verdict(phone, f"https://evil.example/c/{digits}") == "good"
    assert "https://evil.example/c/" in phone.inner_text("#result .note.amber")
    assert verdict(phone, f"{live_server.url}/c/{digits}") == "good"
    assert phone.locator("#result .note.amber").count() == 0


def test_the_counter_is_ready_for_the_next_scan(live_server: WebServer, world: World, page: Page) -> None:
    first, second = codes(world, world.printed(world.ready(), 2))
    page.goto(f"{live_server.url}/kiosk")
    for scanned in (first, second.translate({ord(char): ord(char) + 0xFEE0 for char in "0123456789:/."})):
        page.keyboard.type(scanned)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "签名有效" in page.inner_text(".band h2")
        assert page.evaluate("document.activeElement.id") == "code"
        assert page.input_value("#code") == ""
        assert wide(page) <= 0

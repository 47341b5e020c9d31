"""The public pages: small, whole, safe, in two languages, each verdict told apart."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, Response, render_template
from flask.testing import FlaskClient

from tests.web import public_samples as samples
from trace.config import Settings
from trace.core.errors import Conflict, InvalidInput, InvalidInputs
from trace.core.stages import STAGES
from trace.core.verdict import Verdict, words
from trace.services.public_view import FactView
from trace.web import brands, inline, verify
from trace.web.factory import create_app
from trace.web.filters import code_groups, day, dial, grams, when

# RFC 6928: what a server sends before it waits for the first answer, 10 segments of 1460 bytes.
FIRST_FLIGHT = 14_600
FOUND = [verdict for verdict in Verdict if verdict.status == 200]
UNREAD = [verdict for verdict in Verdict if verdict.status == 404]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
CJK = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("public")
    settings = Settings(
        instance=folder,
        DATABASE_URL=f"sqlite:///{folder}/none.db",
        hotline="0797-0000000",
        icp_number="赣ICP备00000000号",
    )
    made = create_app(settings)
    yield made
    made.extensions["trace"].db.dispose()


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    made = create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=database_url))
    yield made.test_client()
    made.extensions["trace"].db.dispose()


def scanned(app: Flask, verdict: Verdict, headers: dict[str, str] | None = None, query: str = "") -> Response:
    """The page of a scan as it leaves the application, headers and all."""
    with app.test_request_context(f"/c/{samples.DIGITS}{query}", headers=headers or CHINESE):
        return app.process_response(verify.item_answer(samples.scan(verdict), samples.DIGITS))


def every_page(app: Flask, headers: dict[str, str]) -> dict[str, str]:
    """All public pages as text, by name."""
    pages = {verdict.value: scanned(app, verdict, headers).get_data(as_text=True) for verdict in Verdict}
    with app.test_request_context("/batch/x", headers=headers):
        pages["batch"] = verify.batch_answer(samples.BATCH_PAGE, typed=True).get_data(as_text=True)
    with app.test_request_context("/b/x", headers=headers):
        pages["brand"] = brands.brand_answer(samples.BRAND_PAGE).get_data(as_text=True)
    with app.test_request_context("/", headers=headers):
        pages["home"] = brands.home_answer(samples.BRAND_CARDS).get_data(as_text=True)
        pages["typed"] = verify.typed_answer("12", "x", 422).get_data(as_text=True)
        pages["error"] = render_template("errors/error.html", status=404, error=None)
    return pages


def tags(page: str, name: str) -> list[str]:
    return re.findall(rf"<{name}\b[^>]*>", page)


@pytest.mark.parametrize("headers", [CHINESE, ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_scan_page_fits_the_first_flight(app: Flask, verdict: Verdict, headers: dict[str, str]) -> None:
    response = scanned(app, verdict, {**headers, "Accept-Encoding": "gzip"})
    assert len(samples.CHAIN) == 12
    assert response.headers["Content-Encoding"] == "gzip"
    head = sum(len(f"{name}: {value}\r\n".encode()) for name, value in response.headers)
    assert head + len(response.data) <= FIRST_FLIGHT


@pytest.mark.parametrize("verdict", list(Verdict))
def test_the_verdict_is_the_title_the_heading_and_the_status(app: Flask, verdict: Verdict) -> None:
    response = scanned(app, verdict)
    page = response.get_data(as_text=True)
    said = words(verdict)
    heading = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert heading is not None
    assert re.sub(r"<[^>]+>", "", heading[1]).strip() == said.title
    assert f"<title>{said.title}" in page
    assert said.meaning in page
    assert f'class="band {verdict.tone}"' in page
    assert inline.icons()[verdict.icon] in heading[1]
    assert response.status_code == verdict.status
    assert "正品" not in page


@pytest.mark.parametrize("verdict", FOUND)
def test_what_stands_behind_a_label_is_on_its_page(app: Flask, verdict: Verdict) -> None:
    page = scanned(app, verdict).get_data(as_text=True)
    for text in (
        "通芯白莲", "500 g", samples.GROWER.name, "大由乡、琴江镇", "2026年8月24日", samples.BATCH.number,
        "承诺达标合格证", "质量安全控制符合要求", "二氧化硫残留量", "0.011", "GB 5009.34-2022",
        "1000 0100 0000 4200 0317-8", "0797-0000000", "账本第 1702 条",
    ):  # fmt: skip
        assert text in page, text
    for step in samples.CHAIN:
        assert step.title in page
        assert inline.icons()[step.icon] in page


@pytest.mark.parametrize("verdict", UNREAD)
def test_a_code_that_is_not_ours_shows_no_record_but_a_way_on(app: Flask, verdict: Verdict) -> None:
    page = scanned(app, verdict).get_data(as_text=True)
    assert "通芯白莲" not in page
    assert words(verdict).advice in page
    assert 'action="/q"' in page
    assert 'href="tel:0797-0000000"' in page


@pytest.mark.parametrize("headers", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_pages_are_whole_without_scripts_and_outside_resources(app: Flask, headers: dict[str, str]) -> None:
    language = "en" if headers is ENGLISH else "zh-Hans"
    for name, page in every_page(app, headers).items():
        assert f'<html lang="{language}">' in page, name
        assert len(tags(page, "main")) == 1, name
        assert len(tags(page, "h1")) == 1, name
        assert "user-scalable" not in page, name
        # What a page says of itself to search engines is not fetched.
        loaded = re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", page)
        addresses = re.findall(r'(?:src|href|action)="([^"]*)"', loaded)
        assert all(address.startswith(("/", "#", "tel:")) for address in addresses), name
        assert not re.search(r"<[^>]*\s(?:style|on[a-z]+)=", page), name
        assert all(" src=" in tag and " defer" in tag for tag in tags(page, "script")), name
        for image in tags(page, "img"):
            assert re.search(r'width="\d+" height="\d+"', image), name
            assert " alt=" in image, name


@pytest.mark.parametrize("verdict", FOUND)
def test_a_scan_page_loads_two_pictures_at_most_and_photos_late(app: Flask, verdict: Verdict) -> None:
    page = scanned(app, verdict).get_data(as_text=True)
    pictures = tags(page, "img")
    assert len(pictures) == 2
    assert 'loading="lazy"' in pictures[1]
    assert page.count("/file/" + "b7" * 32) == 4, "one photo and its link, the others as links"


@pytest.mark.parametrize("headers", [CHINESE, ENGLISH], ids=["zh", "en"])
def test_every_text_of_ours_speaks_the_language_of_the_page(app: Flask, headers: dict[str, str]) -> None:
    for verdict in UNREAD:
        page = scanned(app, verdict, headers).get_data(as_text=True)
        body = page[page.index("</nav>") :].replace("赣ICP备00000000号", "")
        assert bool(CJK.search(body)) is (headers is CHINESE)


def test_the_policy_lets_through_exactly_the_style_of_the_page(app: Flask) -> None:
    response = scanned(app, Verdict.FIRST)
    page = response.get_data(as_text=True)
    styles = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = dict(part.split(" ", 1) for part in response.headers["Content-Security-Policy"].split("; "))
    assert policy["style-src"].split() == ["'self'", *map(inline.style_hash, styles)]
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert ":root{--accent:#b0567a}" in styles[0]


@pytest.mark.parametrize("accent", ["red", "#fff", "#12345g", "#123456}body{display:none", ""])
def test_a_colour_that_is_none_never_reaches_the_style(app: Flask, accent: str) -> None:
    with app.test_request_context("/"):
        assert inline.style("tokens", accent=accent) == inline.style("tokens")


@pytest.mark.parametrize("verdict", list(Verdict))
def test_public_pages_set_no_cookie_and_say_how_long_they_hold(app: Flask, verdict: Verdict) -> None:
    response = scanned(app, verdict)
    assert "Set-Cookie" not in response.headers
    assert {"Accept", "Accept-Language", "Accept-Encoding"} <= set(response.vary.as_set(preserve_casing=True))
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    held = response.headers["Cache-Control"]
    assert held.startswith("public") is (verdict in (Verdict.MALFORMED, Verdict.FORGED))
    assert ("no-cache" in held) is (verdict not in (Verdict.MALFORMED, Verdict.FORGED))


def test_only_https_answers_ask_for_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert "Strict-Transport-Security" in client.get("/", base_url="https://localhost").headers


def test_pages_are_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    plain, packed = client.get("/"), client.get("/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    refused = client.get("/", headers={"Accept-Encoding": "gzip;q=0"})
    assert refused.data == plain.data
    # Too small to gain anything, and a form that carries a token.
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "gzip"}).headers
    assert "Content-Encoding" not in client.get("/sign-in", headers={"Accept-Encoding": "gzip"}).headers


def test_a_style_sheet_comes_compressed_with_its_tag(client: FlaskClient) -> None:
    with client.get("/static/css/desk.css", headers={"Accept-Encoding": "gzip"}) as first:
        assert first.headers["Content-Encoding"] == "gzip"
        tag = first.headers["ETag"]
    with client.get(
        "/static/css/desk.css", headers={"Accept-Encoding": "gzip", "If-None-Match": tag}
    ) as again:
        assert again.status_code == 304


def test_the_link_asks_for_the_same_page_in_the_other_language(app: Flask) -> None:
    page = scanned(app, Verdict.FIRST).get_data(as_text=True)
    assert f'href="/c/{samples.DIGITS}?lang=en" hreflang="en"' in page
    english = scanned(app, Verdict.FIRST, CHINESE, "?lang=en").get_data(as_text=True)
    assert words(Verdict.FIRST, "en").title in english
    assert f'href="/c/{samples.DIGITS}?lang=zh" hreflang="zh-Hans"' in english
    assert f'href="/batch/{samples.BATCH.number}?lang=en"' in english
    assert '<html lang="zh-Hans">' in scanned(app, Verdict.FIRST, CHINESE, "?lang=fr").get_data(as_text=True)
    assert '<html lang="en">' in scanned(app, Verdict.FIRST, {"Accept-Language": "fr,en;q=0.3"}).get_data(
        as_text=True
    )
    assert '<html lang="zh-Hans">' in scanned(app, Verdict.FIRST, {"Accept-Language": "fr"}).get_data(
        as_text=True
    )


def test_a_recall_says_why_what_to_do_and_by_whom(app: Flask) -> None:
    page = scanned(app, Verdict.RECALLED).get_data(as_text=True)
    band = page[page.index('class="band') : page.index("</section>")]
    for text in (
        samples.RECALL.reason,
        samples.RECALL.advice,
        samples.RECALL.by,
        "2026年10月9日",
        samples.RECALL.batch_no,
    ):
        assert text in band


def test_late_and_corrected_records_are_told(app: Flask) -> None:
    page = scanned(app, Verdict.FIRST).get_data(as_text=True)
    assert "这条在事情发生 12 天后才记录" in page
    assert "2026年6月30日 记入账本" in page
    assert "后来更正过" in page
    assert "更正原因：通芯率抄错了" in page
    assert ">98%<" in page, "what was first written stays to be read"
    assert ">96%<" in page


def test_a_failed_test_is_told_in_words(app: Flask) -> None:
    failed = replace(
        samples.REPORTS[0], passed=False, tests=(replace(samples.REPORTS[0].tests[0], passed=False),)
    )
    view = replace(samples.FIRST, reports=(failed,))
    with app.test_request_context("/c/1", headers=CHINESE):
        page = verify.item_answer(view, samples.DIGITS).get_data(as_text=True)
    assert page.count("不合格") == 2


def test_a_bare_record_still_makes_a_page(app: Flask) -> None:
    view = replace(
        samples.FIRST, growers=(), authorisation=None, certificate=None, reports=(), chain=(),
        batch=replace(samples.BATCH, plots=(), parents=(), produced_on=None, packed_on=None),
        product=replace(samples.PRODUCT, picture="", accent="", brand_slug="", gtin="", shelf_life_days=0),
    )  # fmt: skip
    with app.test_request_context("/c/1", headers=CHINESE):
        page = verify.item_answer(view, samples.DIGITS).get_data(as_text=True)
    assert samples.PACKER.name in page
    assert "这一批还没有公开的记录" in page
    assert "None" not in page


def test_what_people_typed_is_text_and_never_markup(app: Flask) -> None:
    evil = "<script>alert(1)</script>\"'&"
    step = replace(
        samples.CHAIN[0],
        organisation=evil,
        place=evil,
        facts=(FactView(evil, evil, evil, evil),),
        corrects=evil,
    )
    view = replace(samples.FIRST, chain=(step,), product=replace(samples.PRODUCT, name=evil, picture="/x"))
    with app.test_request_context("/c/1", headers=CHINESE):
        page = verify.item_answer(view, samples.DIGITS).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;" in page


def test_json_says_the_same_as_the_page(app: Flask) -> None:
    data = scanned(app, Verdict.RECALLED, {"Accept": "application/json"}).get_json()
    assert data["verdict"] == "recalled"
    assert data["title"] == words(Verdict.RECALLED).title
    assert data["item"]["item"] == 317
    assert data["batch"]["number"] == samples.BATCH.number
    assert data["batch"]["produced_on"] == "2026-08-12"
    assert [event["stage"] for event in data["events"]] == [step.stage for step in samples.CHAIN]
    assert data["events"][0]["occurred_at"] == "2026-04-02T02:30:00Z"
    assert data["notice"]["reason"] == samples.RECALL.reason
    bare = scanned(app, Verdict.FORGED, {"Accept": "application/json"})
    assert bare.status_code == 404
    assert (bare.get_json()["verdict"], bare.get_json()["item"], bare.get_json()["events"]) == (
        "forged",
        None,
        [],
    )


def test_without_scripts_a_button_records_the_query(app: Flask) -> None:
    page = scanned(app, Verdict.REPEAT).get_data(as_text=True)
    form = page[page.index("<noscript>") : page.index("</noscript>")]
    assert f'action="/c/{samples.DIGITS}/seen" method="post"' in form


def test_a_scrap_of_a_code_gets_a_calm_answer(client: FlaskClient) -> None:
    response = client.get("/c/123", headers=CHINESE)
    assert response.status_code == 404
    assert words(Verdict.MALFORMED).title in response.get_data(as_text=True)
    assert client.post("/c/123/seen").status_code == 404


def test_typed_digits_lead_on_or_are_shown_again(client: FlaskClient) -> None:
    assert client.get("/q").status_code == 200
    wrong = client.get("/q?code=1234+5678", headers=CHINESE)
    assert wrong.status_code == 422
    assert 'value="1234 5678"' in wrong.get_data(as_text=True)
    assert "20 位" in wrong.get_data(as_text=True)
    missing = client.get("/q?code=10000100000042000317")
    assert missing.status_code == 404
    assert 'id="code"' in missing.get_data(as_text=True)
    pasted = client.get(f"/q?code=https://example.cn/c/{samples.DIGITS}")
    assert (pasted.status_code, pasted.location) == (303, f"/c/{samples.DIGITS}")
    refused = client.get("/q?code=12", headers={"Accept": "application/json"})
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"), ("", ""), ("unix:", "")],
)
def test_a_reader_is_known_by_network_and_browser_only(app: Flask, address: str, network: str) -> None:
    with app.test_request_context(
        "/", environ_base={"REMOTE_ADDR": address}, headers={"User-Agent": "x" * 900}
    ):
        assert verify.reader().network == network
        assert len(verify.reader().browser) == 400


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 418])
def test_error_pages_say_what_happened_and_what_to_do(app: Flask, status: int) -> None:
    seen = set()
    for headers in (CHINESE, ENGLISH):
        with app.test_request_context("/x", headers=headers):
            page = render_template("errors/error.html", status=status, error=None, reference="abc123")
        seen.add(re.sub(r"<[^>]+>", "", page[page.index("<h1>") : page.index("</section>")]))
        assert str(status) in page
        assert "abc123" in page
    chinese, english = sorted(seen, key=lambda text: bool(CJK.search(text)), reverse=True)
    assert CJK.search(chinese)
    assert not CJK.search(english)


def test_error_pages_say_every_refusal_with_its_code(app: Flask) -> None:
    one = Conflict("batch.not-enough", remaining="1 kg", asked="2 kg")
    two = InvalidInputs([InvalidInput("quantity.zero", "a"), InvalidInput("quantity.negative", "b")])
    with app.test_request_context("/x", headers=CHINESE):
        page = render_template("errors/error.html", status=409, error=one)
        assert one.message("zh") in page
        assert "batch.not-enough" in page
        page = render_template("errors/error.html", status=422, error=two)
        assert all(error.message("zh") in page for error in two.errors)


def test_every_icon_that_is_asked_for_is_drawn() -> None:
    asked = {stage.icon for stage in STAGES.values()} | {verdict.icon for verdict in Verdict}
    for template in TEMPLATES.rglob("*.html"):
        asked |= set(re.findall(r"icon\('([a-z-]+)'", template.read_text("utf-8")))
    assert asked <= set(inline.icons())


def test_dates_and_weights_are_written_as_people_write_them(app: Flask) -> None:
    late = datetime.fromisoformat("2026-08-11T16:05:00+00:00")
    with app.test_request_context("/", headers=CHINESE):
        assert (day(late), when(late)) == ("2026年8月12日", "2026年8月12日 00:05")
        assert (day(late - timedelta(hours=1)), day(date(2026, 1, 2)), day(None)) == (
            "2026年8月11日",
            "2026年1月2日",
            "",
        )
        assert (grams(500), grams(12_500), grams(1_250_000)) == ("500 g", "12.5 kg", "1,250 kg")
    with app.test_request_context("/", headers=ENGLISH):
        assert when(late) == "12 August 2026 00:05"
    with app.test_request_context("/?lang=zh-Hant"):
        assert (when(late), grams(500), grams(12_500)) == ("2026年8月12日 00:05", "500 公克", "12.5 公斤")
    assert dial("示例 0797-000 0000") == "0797-0000000"
    assert code_groups("123456789") == "1234 5678 9"
    assert code_groups("1000 0100-8") == "1000 0100-8"


def _luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_stands_out_from_its_ground(dark: bool) -> None:
    css = (inline.STATIC / "css" / "tokens.css").read_text("utf-8")
    light, _, night = css.partition("@media")
    tokens = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    tokens["on-fill"] = "#ffffff"
    if dark:
        tokens |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", night))
    pairs = [(text, ground) for text in ("ink", "soft", "leaf") for ground in ("paper", "card", "sunk")]
    pairs += [(tone, f"{tone}-bg") for tone in ("leaf", "seal", "amber", "blue", "teal")]
    pairs += [("on-fill", f"fill-{tone}") for tone in ("leaf", "seal", "amber", "blue", "teal", "grey")]
    pairs += [("seal", "card"), ("seal", "sunk"), ("amber", "card")]
    # WCAG 2.2: 4.5 for text, 3 for the edges of inputs.
    assert {
        pair: _contrast(tokens[pair[0]], tokens[pair[1]])
        for pair in pairs
        if _contrast(tokens[pair[0]], tokens[pair[1]]) < 4.5
    } == {}
    assert _contrast(tokens["edge"], tokens["card"]) >= 3

"""Which language a page speaks, and that in traditional Chinese nothing simplified stays but what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from html import unescape
from typing import Any

import pytest
from flask import Flask

from tests.support.simplified import SIMPLIFIED
from tests.web import public_samples as samples
from tests.web.test_public_pages import app as app
from tests.web.test_public_pages import every_page
from trace.core import languages
from trace.core.errors import InvalidInput
from trace.core.stage import FactValue
from trace.core.stages import STAGES
from trace.core.verdict import Verdict, words
from trace.services.step_view import _test, fact_views
from trace.web import i18n
from trace.web.filters import month, told


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("zh", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-SG", "zh"),
        ("zh-TW,zh;q=0.9,en-US;q=0.8", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Hans-HK", "zh"),
        ("ZH_tw", "zh-Hant"),
        ("en-GB", "en"),
        ("en;q=0.5, zh-TW", "zh-Hant"),
        ("fr, en;q=0.3", "en"),
        ("fr", "zh"),
        ("*", "zh"),
        ("en;q=0", "zh"),
        ("zh-min-nan-x, !!, ;;q=x", "zh"),
    ],
)
def test_the_browser_is_asked(app: Flask, header: str, language: str) -> None:
    with app.test_request_context("/", headers={"Accept-Language": header} if header else {}):
        assert i18n.lang() == language


def test_a_link_outranks_the_browser_and_is_kept(app: Flask) -> None:
    with app.test_request_context("/q?code=1&lang=zh-Hant", headers={"Accept-Language": "en"}):
        assert i18n.lang() == "zh-Hant"
        assert app.url_for("verify.batch", number="X") == "/batch/X?lang=zh-Hant"
        assert i18n.other_languages() == [
            i18n.Other("zh-Hans", "简体中文", "简", "/q?code=1&lang=zh"),
            i18n.Other("en", "English", "EN", "/q?code=1&lang=en"),
        ]
    with app.test_request_context("/?lang=klingon"):
        assert i18n.lang() == "zh"


def test_a_header_is_read_once(app: Flask) -> None:
    i18n.negotiated.cache_clear()
    for _ in range(3):
        with app.test_request_context("/", headers={"Accept-Language": "zh-HK,en;q=0.1"}):
            i18n.lang()
    assert (i18n.negotiated.cache_info().hits, i18n.negotiated.cache_info().misses) == (2, 1)


def _written(value: Any) -> Iterator[str]:
    """What people wrote, of a view: what stands in the catalogue is ours, and said in every language."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _written(part)
    elif isinstance(value, str) and value and i18n.catalogue("zh-Hant").gettext(value) == value:
        yield value


def test_traditional_pages_hold_nothing_simplified_but_what_people_wrote(app: Flask) -> None:
    views = [samples.scan(verdict) for verdict in Verdict]
    views += [samples.BATCH_PAGE, samples.BRAND_PAGE, *samples.BRAND_CARDS]  # type: ignore[list-item]
    written = {text for view in views for text in _written(asdict(view))} | {"赣ICP备00000000号"}
    in_order = sorted(written, key=len, reverse=True)
    for name, page in every_page(app, {"Accept-Language": "zh-TW"}).items():
        assert '<html lang="zh-Hant">' in page
        page = re.sub(r'<a [^>]*lang="zh-Hans"[^>]*>.*?</a>', "", page)
        for text in in_order:
            page = unescape(page).replace(text, "")
        left = SIMPLIFIED & set(page)
        assert not left, (
            name,
            left,
            [page[m.start() - 20 : m.end() + 20] for c in left for m in re.finditer(c, page)],
        )


def test_what_the_code_says_is_translated_before_its_gaps_are_filled(app: Flask) -> None:
    with app.test_request_context("/?lang=zh-Hant"):
        refused = InvalidInput("text.too-long", "reason", max=3, got=5)
        assert refused.message(i18n.lang()) == "寫得太長了：最多 3 個字，現在是 5 個字。"
        assert words(Verdict.FROZEN, i18n.lang()).title == "這批產品暫停流通"
        assert STAGES["harvest"].title(i18n.lang()) == "採收"
        # A language nobody translated speaks Chinese.
        assert words(Verdict.FROZEN, "ja").title == "这批产品暂停流通"


def test_facts_name_choices_and_units_in_each_language_and_leave_what_was_written(app: Flask) -> None:
    facts: dict[str, FactValue] = {"activity": "protection", "variety": "干莲", "area": "12.5"}
    with app.test_request_context("/?lang=zh-Hant"):
        shown = [told(fact) for fact in fact_views(STAGES["planting"], facts)]
    assert sorted(shown) == ["12.5 畝", "干莲", "病蟲害防治"]
    assert languages.further() == ("zh-Hant",)


def test_months_are_written_as_people_write_them(app: Flask) -> None:
    for language, text in (("zh", "2026年8月"), ("zh-Hant", "2026年8月"), ("en", "August 2026")):
        with app.test_request_context(f"/?lang={language}"):
            assert month("2026-08") == text


def test_what_a_quick_test_showed_is_said_in_each_language(app: Flask) -> None:
    row = {"item": "示例项目", "reaction": "negative", "result": "pass"}
    with app.test_request_context("/"):
        view = _test(STAGES["inspection"], row)
    by_hand = _test(STAGES["inspection"], {**row, "value": "0.05"})
    for language, text in (("zh", "阴性"), ("zh-Hant", "陰性"), ("en", "Negative")):
        with app.test_request_context(f"/?lang={language}"):
            assert told(view) == text
            assert told(by_hand) == "0.05"

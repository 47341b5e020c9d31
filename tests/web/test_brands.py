"""A brand's public page: what is told in figures, how it is drawn, and how search engines find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.support.makers import World, make_world
from tests.support.opened import opened
from tests.web import public_samples as samples
from tests.web.test_public_pages import app as app
from trace.config import Settings
from trace.services import authorisation, recall
from trace.services.brand_page import brand_page
from trace.tables import Authorisation
from trace.web import brands
from trace.web.chart import bars
from trace.web.factory import create_app

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    db = opened(database_url)
    yield make_world(db)
    db.dispose()


@pytest.fixture
def client(world: World, database_url: str, tmp_path: Path) -> Iterator[FlaskClient]:
    made = create_app(
        Settings(instance=tmp_path / "instance", DATABASE_URL=database_url, base_url="https://s.example")
    )
    yield made.test_client()
    made.extensions["trace"].db.dispose()


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_brand_says_who_may_use_it_who_no_longer_and_why(world: World, client: FlaskClient) -> None:
    with world.db.write() as session:
        row = session.get_one(Authorisation, 2)
        authorisation.revoke(session, world.office, row.id or 0, "示例：出租品牌标志")
    told = page(client, f"/b/{world.slug}")
    before, after = told.split("曾经授权、现已失效")
    assert "示例琴江白莲专业合作社" in before
    assert "示例横江白莲专业合作社" not in before
    assert "示例横江白莲专业合作社" in after
    assert "示例：出租品牌标志" in after
    assert "2027年12月31日" in before


def test_an_authorisation_for_some_products_names_them(world: World, client: FlaskClient) -> None:
    with world.db.read() as session:
        assert [one.products for one in brand_page(session, world.slug).authorised] == [(), ()]
    view = replace(samples.AUTHORISATION, products=(("通芯白莲", "Cored lotus"),))
    with client.application.test_request_context("/b/x?lang=en"):
        told = brands.brand_answer(replace(samples.BRAND_PAGE, authorised=(view,))).get_data(as_text=True)
    assert "Only for: Cored lotus" in told


def test_an_open_recall_stands_on_top_and_its_batch_is_no_example(world: World, client: FlaskClient) -> None:
    number = world.ready()
    world.printed(number)
    assert f"/batch/{number}" in page(client, f"/b/{world.slug}")
    with world.db.write() as session:
        opened_one = recall.open_recall(session, world.regulator, number, "示例：超标", "示例：退货")
    told = page(client, f"/b/{world.slug}")
    assert told.index('id="recalls"') < told.index('id="area"')
    with world.db.read() as session:
        assert brand_page(session, world.slug).examples == ("",)
    with world.db.write() as session:
        recall.close_recall(session, world.regulator, opened_one.id or 0, "示例：查明")
    assert "示例：超标" not in page(client, f"/b/{world.slug}")


def test_few_devices_of_a_province_are_told_in_words(app: Flask) -> None:
    with app.test_request_context("/b/x"):
        told = brands.brand_answer(samples.BRAND_PAGE).get_data(as_text=True)
    assert re.search(r"江西省</th><td>少于 5</td>", told)
    assert re.search(r"广东省</th><td>812</td>", told)


def test_the_json_twin_holds_the_same(app: Flask) -> None:
    with app.test_request_context("/b/x", headers={"Accept": "application/json"}):
        told = brands.brand_answer(samples.BRAND_PAGE).get_json()
    assert told["statistics"]["labels"] == 1_250_000
    assert told["statistics"]["provinces"][1]["devices"] is None
    assert told["recalls"][0]["batch_no"] == samples.BATCH.number


def test_a_chart_is_drawn_to_scale_and_said_in_words() -> None:
    drawn = bars("每月<标签>", "两个月", [("7", 0), ("8", 1), ("9", 5_000), ("10", 10_000)])
    root = ElementTree.fromstring(drawn)
    high = [float(bar.attrib["height"]) for bar in root.iter("rect")]
    assert high == [2, 56, 112]
    assert root.attrib["role"] == "img"
    assert [root.findtext("title"), root.findtext("desc")] == ["每月<标签>", "两个月"]
    assert {one.attrib["id"] for one in root if "id" in one.attrib} == set(
        root.attrib["aria-labelledby"].split()
    )
    assert "10,000" in [one.text for one in root.iter("text")]
    assert "style" not in drawn
    assert list(ElementTree.fromstring(bars("空", "没有", [])).iter("rect")) == []


def test_search_engines_are_told_what_a_page_is_about_and_in_which_languages(
    world: World, client: FlaskClient
) -> None:
    here = f"https://s.example/b/{world.slug}"
    told = page(client, f"/b/{world.slug}?lang=en")
    assert f'<link rel="canonical" href="{here}?lang=en">' in told
    alternates = dict(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', told))
    assert alternates == {
        "zh-Hans": f"{here}?lang=zh",
        "en": f"{here}?lang=en",
        "zh-Hant": f"{here}?lang=zh-Hant",
        "x-default": here,
    }
    assert re.search(r'<meta name="description" content="[^"]{20,}">', told)
    assert 'property="og:title"' in told
    assert "noindex" not in told
    assert f'<link rel="canonical" href="{here}">' in page(client, f"/b/{world.slug}")
    assert "noindex" not in page(client, "/")
    assert "noindex" in page(client, "/q")
    assert "noindex" in page(client, f"/batch/{world.ready()}")


def test_the_sitemap_lists_brands_in_all_languages_but_no_batch(world: World, client: FlaskClient) -> None:
    world.ready(number="LOTUS-1")
    root = ElementTree.fromstring(client.get("/sitemap.xml?lang=en").get_data())
    listed = [one.text for one in root.iter(f"{SITEMAP}loc")]
    assert listed[0] == "https://s.example/"
    assert f"https://s.example/b/{world.slug}" in listed
    assert not any("/batch/" in (one or "") or "lang=" in (one or "") for one in listed)
    assert "Sitemap: https://s.example/sitemap.xml" in page(client, "/robots.txt")


def test_the_way_in_shows_every_brand(world: World, client: FlaskClient) -> None:
    told = page(client, "/")
    assert f'href="/b/{world.slug}"' in told
    assert "2 家单位获得授权" in told

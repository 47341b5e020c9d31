"""/brand-office: who may use the brand, its products, its rules, its batches."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.accounts import Browser, make_user, signed_in_browser
from tests.support.makers import World, make_world
from trace.core.organisation import Role
from trace.db import Database
from trace.services import authorisation, brand, find
from trace.services.product import grades_of
from trace.tables import Product

OFFICE = "/brand-office/shicheng-bailian"
GRANT = {
    "valid_from": "2026-01-01",
    "valid_to": "2027-12-31",
    "quota": "30",
    "quota_unit": "t",
    "products": "TXBL",
}
PRODUCT = {
    "code": "lxf",
    "name": "示例莲心粉",
    "category": "dried",
    "crop": "莲",
    "unit_weight": "250",
    "unit_weight_unit": "g",
    "labelled": "yes",
    "shelf_life_days": "365",
    "yield_low": "12.5",
    "yield_high": "60",
    "grades.0.name": "特级",
    "grades.0.criteria": "示例：色白",
    "grades.1.name": "",
}
RULES = {
    "stages": ["planting", "harvest", "packaging"],
    "tests": "铅\n\n镉\n铅\n",
    "areas": "360735 琴江镇\n360735，横江镇\n",
    "activation": "pack",
    "late_days": "10",
}


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


@pytest.fixture
def office(app: Flask, world: World) -> Browser:
    return signed_in_browser(app, int(world.office.user_id))


def text_of(client: Browser, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def test_only_brand_offices_enter_and_only_their_own_brand(app: Flask, world: World, office: Browser) -> None:
    for actor in (world.coop, world.regulator, world.operator):
        assert signed_in_browser(app, int(actor.user_id)).get("/brand-office").status_code == 403
    with world.write() as session:
        given = brand.NewBrand("other", "示例别的品牌", int(world.coop.org_id), brand.BrandRules())
        brand.create(session, None, given)
    for address in ("", "/grant", "/products", "/products/new", "/rules", "/rules/new", "/batches"):
        assert office.get(f"/brand-office/other{address}").status_code == 404


def test_a_single_brand_is_gone_to_at_once(office: Browser) -> None:
    assert office.get("/brand-office").headers["Location"] == OFFICE


def test_authorisations_are_listed_with_what_was_used(office: Browser, world: World) -> None:
    world.printed(world.ready(), 10)
    page = text_of(office, OFFICE)
    assert page.count("有效") == 2
    assert "不限量，已贴标 5 kg" in page


def test_an_organisation_is_given_leave(office: Browser, world: World) -> None:
    typed = GRANT | {"organisation": str(world.rival.org_id)}
    assert office.submit(f"{OFFICE}/grant", typed).headers["Location"] == OFFICE
    page = text_of(office, OFFICE)
    assert "共 30,000 kg" in page
    assert "授权已写入账本" in page
    with world.db.read() as session:
        newest = authorisation.standings(session, find.brand(session, world.slug).id or 0)[0].row
    assert (newest.organisation_id, newest.products, newest.quota_g) == (
        world.rival.org_id,
        '["TXBL"]',
        30_000_000,
    )


def test_a_wrong_grant_comes_back_as_it_was_typed(office: Browser, world: World) -> None:
    answer = office.submit(f"{OFFICE}/grant", GRANT | {"quota": "viel", "valid_to": "morgen"})
    assert answer.status_code == 422
    assert answer.text.count('class="said"') == 3
    assert 'value="viel"' in answer.text
    swapped = GRANT | {"organisation": str(world.coop.org_id), "valid_to": "2025-01-01"}
    assert "截止日期不能早于开始日期" in office.submit(f"{OFFICE}/grant", swapped).text


def test_leave_is_revoked_for_a_reason_and_stays_on_the_list(office: Browser, world: World) -> None:
    address = f"{OFFICE}/authorisations/1/revoke"
    assert "会发生什么" in text_of(office, address)
    assert office.submit(address, {"reason": " "}).status_code == 422
    assert office.submit(address, {"reason": "示例：冒用产地"}).status_code == 303
    page = text_of(office, OFFICE)
    assert "示例：冒用产地" in page
    assert "已撤销" in page
    assert office.get(address).status_code == 303
    assert office.get(f"{OFFICE}/authorisations/99/revoke").status_code == 404


def test_a_product_is_added(office: Browser, world: World) -> None:
    assert "每件净重" in text_of(office, f"{OFFICE}/products/new")
    assert office.submit(f"{OFFICE}/products/new", PRODUCT).status_code == 303
    assert "示例莲心粉" in text_of(office, f"{OFFICE}/products")
    with world.db.read() as session:
        made = session.get_one(Product, 3)
    assert (made.code, made.unit_weight_g, made.shelf_life_days) == ("LXF", 250, 365)
    assert (made.yield_min_permille, made.yield_max_permille) == (125, 600)
    assert made.cert_required is False
    assert [(grade.name, grade.criteria) for grade in grades_of(made)] == [("特级", "示例：色白")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "1"),
        ("category", ""),
        ("unit_weight", "0"),
        ("yield_low", "0.05"),
        ("yield_high", "101"),
        ("gtin", "123"),
        ("name", ""),
        ("shelf_life_days", "4000"),
    ],
)
def test_a_wrong_product_is_told_at_its_field(office: Browser, field: str, value: str) -> None:
    answer = office.submit(f"{OFFICE}/products/new", PRODUCT | {field: value})
    assert answer.status_code == 422
    assert f'id="{field}-said"' in answer.text
    assert "示例：色白" in answer.text


def test_a_product_code_is_used_once(office: Browser) -> None:
    assert office.submit(f"{OFFICE}/products/new", PRODUCT).status_code == 303
    assert office.submit(f"{OFFICE}/products/new", PRODUCT).status_code == 409


def test_rules_are_put_in_force_and_earlier_editions_stay(office: Browser, world: World) -> None:
    form = text_of(office, f"{OFFICE}/rules/new")
    assert "360735 琴江镇\n360735 横江镇" in form
    assert office.submit(f"{OFFICE}/rules/new", RULES).status_code == 303
    page = text_of(office, f"{OFFICE}/rules")
    assert "第 2 版" in page
    assert "第 1 版" in page
    with world.db.read() as session:
        now = brand.rules_of(session, find.brand(session, world.slug).id or 0)
    assert now.tests == ("铅", "镉")
    assert [(area.region, area.township) for area in now.areas] == [
        ("360735", "琴江镇"),
        ("360735", "横江镇"),
    ]
    assert (now.stages, now.activation, now.late_days) == (("planting", "harvest", "packaging"), "pack", 10)


def test_the_same_rules_again_are_no_new_edition(office: Browser) -> None:
    for _ in range(2):
        assert office.submit(f"{OFFICE}/rules/new", RULES).status_code == 303
    assert "第 3 版" not in text_of(office, f"{OFFICE}/rules")


@pytest.mark.parametrize(
    ("field", "value"),
    [("areas", "琴江镇"), ("areas", "990735 琴江镇"), ("late_days", "bald"), ("late_days", "400")],
)
def test_wrong_rules_come_back_as_they_were_typed(office: Browser, field: str, value: str) -> None:
    answer = office.submit(f"{OFFICE}/rules/new", RULES | {field: value})
    assert answer.status_code == 422
    assert "镉" in answer.text
    assert value in answer.text


def test_batches_of_the_brand_are_read_only(office: Browser, world: World) -> None:
    ours, theirs = world.ready(), world.batch(actor=world.rival)
    page = text_of(office, f"{OFFICE}/batches")
    assert ours in page
    assert theirs in page
    assert "共 2 批" in page
    found = text_of(office, f"{OFFICE}/batches?q=横江")
    assert theirs in found
    assert ours not in found


def test_readers_see_and_change_nothing(app: Flask, world: World) -> None:
    reader = signed_in_browser(app, make_user(world.db, "looker", (int(world.office.org_id), Role.READER)))
    page = text_of(reader, OFFICE)
    assert "/grant" not in page
    assert "/revoke" not in page
    assert "/new" not in text_of(reader, f"{OFFICE}/products")
    assert reader.get(f"{OFFICE}/grant").status_code == 403
    typed = GRANT | {"organisation": str(world.coop.org_id)}
    assert reader.submit(f"{OFFICE}/grant", typed).status_code == 403
    assert reader.submit(f"{OFFICE}/authorisations/1/revoke", {"reason": "x"}).status_code == 403
    assert reader.submit(f"{OFFICE}/products/new", PRODUCT).status_code == 403
    assert reader.submit(f"{OFFICE}/rules/new", RULES).status_code == 403

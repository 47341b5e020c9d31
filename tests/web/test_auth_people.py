"""The operator's pages and the pages about people: who gets in, whom they reach."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from stdnum.cn import uscc

from tests.support.accounts import Browser, Village, browser, signed_in_browser

STEM = "93360735MA0000001"
CODE = STEM + str(uscc.calc_check_digit(STEM))
ORGANISATION = {"kind": "cooperative", "name": "示例丙合作社", "credit_code": CODE, "region_code": "360735"}
PERSON = {"username": "new.one", "display_name": "示例新人", "role": "clerk"}


@pytest.fixture
def operator(app: Flask, village: Village) -> Browser:
    return signed_in_browser(app, village.operator)


@pytest.fixture
def manager(app: Flask, village: Village) -> Browser:
    return signed_in_browser(app, village.manager)


def test_the_operator_registers_an_organisation(operator: Browser) -> None:
    assert operator.get("/admin/organisations/new").status_code == 200
    answer = operator.submit("/admin/organisations/new", ORGANISATION)
    assert answer.status_code == 303
    form = operator.get(answer.location).text
    assert "已登记：示例丙合作社" in form
    assert "示例丙合作社" in operator.get("/admin").text
    assert CODE in operator.get("/admin").text


def test_a_form_with_mistakes_comes_back_as_typed(operator: Browser) -> None:
    wrong = {**ORGANISATION, "credit_code": CODE[:-1] + "0", "region_code": "99", "name": "=示例"}
    answer = operator.submit("/admin/organisations/new", wrong)
    assert answer.status_code == 422
    assert "有 3 处要改" in answer.text
    assert "统一社会信用代码不对" in answer.text
    for typed in wrong.values():
        assert f'value="{typed}"' in answer.text


@pytest.mark.parametrize("change", [{"name": "示例甲合作社"}, {"name": "示例另一家"}])
def test_names_and_codes_are_taken_once(operator: Browser, change: dict[str, str]) -> None:
    operator.submit("/admin/organisations/new", ORGANISATION)
    answer = operator.submit("/admin/organisations/new", {**ORGANISATION, **change})
    assert answer.status_code == 409


@pytest.mark.parametrize("path", ["/admin", "/admin/organisations/new"])
def test_the_operators_pages_are_the_operators(app: Flask, village: Village, path: str) -> None:
    for who in (village.manager, village.clerk, village.inspector):
        assert signed_in_browser(app, who).get(path).status_code == 403
    assert browser(app).get(path).status_code == 303
    assert signed_in_browser(app, village.operator_clerk).get(path).status_code == 200


def test_only_the_operator_registers(app: Flask, village: Village, operator: Browser) -> None:
    for who in (village.manager, village.inspector):
        assert signed_in_browser(app, who).submit("/admin/organisations/new", ORGANISATION).status_code == 403
    assert operator.post("/admin").status_code == 405
    assert "示例丙合作社" not in operator.get("/admin").text


def test_a_manager_adds_a_colleague_who_signs_in(app: Flask, village: Village, manager: Browser) -> None:
    assert manager.get("/people/new").status_code == 200
    answer = manager.submit("/people/new", {**PERSON, "organisation": str(village.coop)})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    password = re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", answer.text)
    assert password is not None
    assert browser(app).sign_in("new.one", password[0]).location == "/desk"
    assert "示例新人" in manager.get("/people").text
    assert password[0] not in manager.get("/people").text


def test_a_manager_adds_nobody_to_another_organisation(village: Village, manager: Browser) -> None:
    for place, status in ((village.other_coop, 403), (village.platform, 403), ("4711", 404), ("", 422)):
        assert manager.submit("/people/new", {**PERSON, "organisation": str(place)}).status_code == status
    assert "示例新人" not in manager.get("/people").text


def test_a_taken_name_comes_back_with_the_form(village: Village, manager: Browser) -> None:
    answer = manager.submit("/people/new", {**PERSON, "username": "clerk", "organisation": str(village.coop)})
    assert answer.status_code == 409
    assert "已经有人用了" in answer.text
    assert 'value="示例新人"' in answer.text


def test_clerks_and_readers_look_after_nobody(app: Flask, village: Village) -> None:
    for who in (village.clerk, village.reader):
        client = signed_in_browser(app, who)
        for path in ("/people", "/people/new", f"/people/{village.manager}"):
            assert client.get(path).status_code == 403
        assert client.submit(f"/people/{village.manager}/password").status_code == 403
        assert client.submit(f"/people/{village.manager}/disable").status_code == 403
        assert client.submit("/people/new", PERSON).status_code == 403


def test_another_organisations_people_are_not_there(app: Flask, village: Village, manager: Browser) -> None:
    assert "outsider" not in manager.get("/people").text
    assert manager.get(f"/people/{village.outsider}").status_code == 404
    assert manager.get("/people/4711").status_code == 404
    assert manager.get("/people/x").status_code == 404
    assert manager.submit(f"/people/{village.outsider}/password").status_code == 404
    assert manager.submit(f"/people/{village.outsider}/disable").status_code == 404
    assert manager.submit(f"/people/{village.outsider}/places/{village.other_coop}/remove").status_code == 403
    assert signed_in_browser(app, village.outsider).get("/account").status_code == 200


def test_a_forgotten_password(app: Flask, village: Village, manager: Browser) -> None:
    clerk = signed_in_browser(app, village.clerk)
    answer = manager.submit(f"/people/{village.clerk}/password")
    password = re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", answer.text)
    assert password is not None
    assert clerk.get("/account").status_code == 303
    assert clerk.sign_in("clerk", password[0]).status_code == 303
    assert manager.get(f"/people/{village.clerk}/password").status_code == 405


def test_somebody_who_left(app: Flask, village: Village, manager: Browser) -> None:
    clerk = signed_in_browser(app, village.clerk)
    assert manager.submit(f"/people/{village.clerk}/disable").location == "/people"
    assert clerk.get("/account").status_code == 303
    assert "已停用" in manager.get(f"/people/{village.clerk}").text
    assert manager.submit(f"/people/{village.both}/disable").status_code == 403
    assert manager.submit(f"/people/{village.both}/places/{village.coop}/remove").status_code == 303
    assert "both" not in manager.get("/people").text


def test_the_operator_gives_a_second_place(app: Flask, village: Village, operator: Browser) -> None:
    assert "加入另一个单位" in operator.get(f"/people/{village.clerk}").text
    place = {"organisation": str(village.other_coop), "role": "reader"}
    assert operator.submit(f"/people/{village.clerk}/places", place).status_code == 303
    assert operator.submit(f"/people/{village.clerk}/places", place).status_code == 409
    assert operator.submit(f"/people/{village.clerk}/places", {**place, "role": "king"}).status_code == 422
    assert "示例乙合作社" in operator.get(f"/people/{village.clerk}").text


def test_the_platforms_last_manager_stays(operator: Browser, village: Village) -> None:
    assert operator.submit(f"/people/{village.operator}/disable").status_code == 409
    assert operator.get("/account").status_code == 200


def test_a_manager_cannot_bring_in_a_stranger(app: Flask, village: Village, manager: Browser) -> None:
    place = {"organisation": str(village.coop), "role": "clerk"}
    assert manager.submit(f"/people/{village.outsider}/places", place).status_code == 404

"""The pages of suspicious codes and of key alarms: who sees them, what they say, what a decision does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import select

from labels.code import ED25519, ItemCode, sign
from tests.support.accounts import Browser, browser, make_user, signed_in_browser
from tests.support.makers import MASTER, World, make_world
from tests.support.scanning import ask, geoip_file, reviews, seen
from trace.config import Settings
from trace.core.organisation import Role
from trace.db import Database
from trace.services import code_alarm, complaint, run
from trace.services.complaint import Typed
from trace.tables import Audit, CodeAlarm, Run
from trace.web.context import App
from trace.web.factory import create_app

DAY = date(2026, 11, 2)
OFFICE = "/brand-office/shicheng-bailian"
COPY = {"decision": "copied", "reason": "示例：外地店里查获"}


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


@pytest.fixture
def run_id(world: World) -> int:
    """The second of three labels was asked for by eight devices."""
    made = world.printed(world.ready(), 3)
    for net in range(8):
        ask(world.db, made, 2, net=net, province="36" if net else "44", day=DAY + timedelta(days=net // 4))
    return made


def digits(world: World, run_id: int, item: int) -> str:
    with world.db.read() as session:
        return sign(run.signer(session, session.get_one(Run, run_id), MASTER), run_id, item)


def alarm(world: World, run_id: int) -> str:
    """The address of an alarm's page below its desk."""
    with world.db.write(ledger=False) as session:
        key_id = session.get_one(Run, run_id).key_id
        code_alarm.raise_for(session, ItemCode(ED25519, key_id, 77, 5))
    return f"/alarms/{key_id}/77/5"


def as_one(app: Flask, world: World, name: str) -> Browser:
    return signed_in_browser(app, int(getattr(world, name).user_id))


def text_of(client: Browser, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


VIEWS = {
    "regulator": ["/gov/reviews", "/gov/reviews?state=done", "/gov/reviews/1", "/gov/alarms"],
    "office": [f"{OFFICE}/reviews", f"{OFFICE}/reviews?state=done", f"{OFFICE}/reviews/1"],
    "operator": ["/admin/alarms"],
}


@pytest.mark.parametrize(("name", "addresses"), VIEWS.items())
def test_each_desk_is_for_its_own_people(
    app: Flask, world: World, run_id: int, name: str, addresses: list[str]
) -> None:
    below = alarm(world, run_id)
    addresses = addresses + {"regulator": [f"/gov{below}"], "operator": [f"/admin{below}"]}.get(name, [])
    for address in addresses:
        text_of(as_one(app, world, name), address)
        for other in {"coop", "rival", "laboratory", *VIEWS} - {name}:
            assert as_one(app, world, other).get(address).status_code == 403, (other, address)
        assert browser(app).get(address).status_code == 303
        assert 'lang="en"' in text_of(
            as_one(app, world, name), f"{address}{'&' if '?' in address else '?'}lang=en"
        )


def test_the_menu_counts_what_waits(app: Flask, world: World, run_id: int) -> None:
    alarm(world, run_id)
    assert '<b class="count">2</b>' in text_of(as_one(app, world, "regulator"), "/gov")
    assert '<b class="count">1</b>' in text_of(as_one(app, world, "office"), f"{OFFICE}/products")
    assert '<b class="count">1</b>' in text_of(as_one(app, world, "operator"), "/admin")


@pytest.mark.parametrize(("name", "base"), [("regulator", "/gov"), ("office", OFFICE)])
def test_a_code_is_confirmed_as_copied(app: Flask, world: World, run_id: int, name: str, base: str) -> None:
    person = as_one(app, world, name)
    listed = text_of(person, f"{base}/reviews")
    assert "很多台设备查过" in listed
    assert f'href="{base}/reviews/1"' in listed
    page = text_of(person, f"{base}/reviews/1")
    for told in ("8 台", "满 8 台就提醒", "2 个省", "2026年11月2日", "江西省 3 · 广东省 1", "2027年8月20日"):
        assert told in page, told
    assert person.submit(f"{base}/reviews/1", COPY).headers["Location"] == f"{base}/reviews"
    assert "这枚码已作废" in text_of(person, f"{base}/reviews")
    assert "没有疑码" in text_of(person, f"{base}/reviews")
    assert f'href="{base}/reviews/1"' in text_of(person, f"{base}/reviews?state=done")
    done = text_of(person, f"{base}/reviews/1")
    assert "示例：外地店里查获" in done
    assert 'name="decision"' not in done
    scanned = text_of(browser(app), f"/c/{digits(world, run_id, 2)}")
    assert "这枚标签已作废" in scanned
    assert "示例：外地店里查获" in scanned
    assert "首次查询" in text_of(browser(app), f"/c/{digits(world, run_id, 1)}")


@pytest.mark.parametrize(("name", "base"), [("regulator", "/gov"), ("office", OFFICE)])
def test_what_buyers_reported_of_the_label_is_a_click_away(
    app: Flask, world: World, run_id: int, name: str, base: str
) -> None:
    parts = app.extensions["trace"]
    with world.db.write(ledger=False) as session:
        for item, text in ((2, "示例：包装上的批号被刮过"), (1, "示例：另一枚标签的事")):
            typed = Typed(kind="record", text=text, code=digits(world, run_id, item))
            complaint.lodge(session, parts.settings, complaint.check(typed))
    page = text_of(as_one(app, world, name), f"{base}/reviews/1")
    assert "批号被刮过" in page
    assert "另一枚标签的事" not in page
    assert f'href="{base}/complaints/1"' in page
    assert "批号被刮过" in text_of(as_one(app, world, name), f"{base}/complaints/1")


def test_nothing_wrong_makes_it_blue_again_at_once(app: Flask, world: World, run_id: int) -> None:
    code = digits(world, run_id, 2)
    assert "查询情况不寻常" in text_of(browser(app), f"/c/{code}")
    answer = as_one(app, world, "office").submit(
        f"{OFFICE}/reviews/1", {"decision": "cleared", "reason": "示例：展销会样品"}
    )
    assert answer.status_code == 303
    scanned = text_of(browser(app), f"/c/{code}")
    assert "查询情况不寻常" not in scanned
    assert "展销会" not in scanned


@pytest.mark.parametrize("field", ["decision", "reason"])
def test_a_form_that_lacks_something_comes_back(app: Flask, world: World, run_id: int, field: str) -> None:
    answer = as_one(app, world, "office").submit(f"{OFFICE}/reviews/1", COPY | {field: " "})
    assert answer.status_code == 422
    assert f'id="{field}-said"' in answer.text
    empty = as_one(app, world, "office").submit(f"{OFFICE}/reviews/1")
    assert empty.text.count('class="said"') == 2
    with world.db.read() as session:
        assert reviews(session, run_id, 2)[0].decision == ""


def test_who_comes_second_is_shown_what_was_decided(app: Flask, world: World, run_id: int) -> None:
    as_one(app, world, "office").submit(f"{OFFICE}/reviews/1", COPY)
    answer = as_one(app, world, "regulator").submit("/gov/reviews/1", COPY | {"decision": "cleared"})
    assert answer.status_code == 409
    assert "刚刚已经有人处理过" in answer.text
    assert "示例：外地店里查获" in answer.text


@pytest.mark.parametrize("role", [Role.CLERK, Role.READER])
def test_clerks_read_and_do_not_decide(app: Flask, world: World, run_id: int, role: Role) -> None:
    for name, base in (("office", OFFICE), ("regulator", "/gov")):
        actor = replace(getattr(world, name), role=role)
        user = make_user(world.db, f"{name}-{role.value}", (int(actor.org_id), role))
        client = signed_in_browser(app, user)
        page = text_of(client, f"{base}/reviews/1")
        assert "要由负责人作出结论" in page
        assert 'name="decision"' not in page
        assert client.submit(f"{base}/reviews/1", COPY).status_code == 403
    with world.db.read() as session:
        assert reviews(session, run_id, 2)[0].decision == ""


@pytest.mark.parametrize(
    "address", ["/gov/reviews/9", f"{OFFICE}/reviews/9", "/gov/alarms/1/1/1", "/gov/reviews/99999999999"]
)
def test_what_is_not_there_is_not_found(app: Flask, world: World, run_id: int, address: str) -> None:
    del run_id
    name = "office" if address.startswith(OFFICE) else "regulator"
    assert as_one(app, world, name).get(address).status_code == 404
    assert as_one(app, world, name).submit(address, COPY).status_code in (404, 405)


@pytest.mark.parametrize(("name", "base"), [("regulator", "/gov"), ("operator", "/admin")])
def test_an_alarm_is_looked_into(app: Flask, world: World, run_id: int, name: str, base: str) -> None:
    address = f"{base}{alarm(world, run_id)}"
    client = as_one(app, world, name)
    assert address in text_of(client, f"{base}/alarms")
    assert "签名私钥外泄" in text_of(client, address)
    assert client.submit(address, {"note": ""}).status_code == 422
    assert client.submit(address, {"note": "示例：已吊销"}).status_code == 303
    assert address not in text_of(client, f"{base}/alarms")
    assert address in text_of(client, f"{base}/alarms?state=done")
    assert "示例：已吊销" in text_of(client, address)
    assert client.submit(address, {"note": "示例"}).status_code == 409


def test_a_well_signed_code_of_no_label_raises_an_alarm(app: Flask, world: World, run_id: int) -> None:
    text_of(browser(app), f"/c/{digits(world, run_id, 4)}", 404)
    with world.db.read() as session:
        assert [(one.run, one.item) for one in session.exec(select(CodeAlarm)).all()] == [(run_id, 4)]


def test_watch_settings_are_changed_and_pages_follow(app: Flask, world: World, run_id: int) -> None:
    office, code = as_one(app, world, "office"), digits(world, run_id, 2)
    address = f"{OFFICE}/products/TXBL/watch"
    assert "满 8 台设备或 4 个省" in text_of(office, f"{OFFICE}/products")
    assert 'value="8"' in text_of(office, address)
    assert "查询情况不寻常" in text_of(browser(app), f"/c/{code}")
    assert office.submit(address, {"watch_devices": "９", "watch_provinces": "3"}).status_code == 303
    assert "满 9 台设备或 3 个省" in text_of(office, f"{OFFICE}/products")
    assert "查询情况不寻常" not in text_of(browser(app), f"/c/{code}")
    with world.db.read() as session:
        said = session.exec(select(Audit.subject).where(Audit.action == "brand:product:set")).all()
    assert list(said) == ["shicheng-bailian/TXBL:9,3"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("watch_devices", "1"), ("watch_devices", "1001"), ("watch_devices", "viele"), ("watch_devices", ""),
     ("watch_provinces", "1"), ("watch_provinces", "35"), ("watch_provinces", "-3")],
)  # fmt: skip
def test_a_wrong_watch_comes_back_as_it_was_typed(app: Flask, world: World, field: str, value: str) -> None:
    typed = {"watch_devices": "8", "watch_provinces": "4", field: value}
    answer = as_one(app, world, "office").submit(f"{OFFICE}/products/TXBL/watch", typed)
    assert answer.status_code == 422
    assert f'id="{field}-said"' in answer.text
    assert f'value="{value}"' in answer.text


def test_only_the_office_s_managers_set_the_watch(app: Flask, world: World) -> None:
    address, typed = f"{OFFICE}/products/TXBL/watch", {"watch_devices": "9", "watch_provinces": "3"}
    for role in (Role.CLERK, Role.READER):
        user = make_user(world.db, f"office-{role.value}", (int(world.office.org_id), role))
        client = signed_in_browser(app, user)
        assert client.get(address).status_code == 403
        assert client.submit(address, typed).status_code == 403
        assert "products/TXBL/watch" not in text_of(client, f"{OFFICE}/products")
    office = as_one(app, world, "office")
    assert office.get(f"{OFFICE}/products/NONE/watch").status_code == 404
    assert office.submit(f"{OFFICE}/products/NONE/watch", typed).status_code == 404


@pytest.fixture
def located(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application with a file of provinces."""
    instance = tmp_path / "located"
    instance.mkdir()
    (instance / "master.key").write_bytes(MASTER)
    file = geoip_file(tmp_path / "places.mmdb")
    made = create_app(Settings(instance=instance, DATABASE_URL=database_url, geoip_file=file))
    yield made
    made.extensions["trace"].db.dispose()


def test_the_beacon_counts_with_the_province_and_keeps_no_address(located: Flask) -> None:
    parts: App = located.extensions["trace"]
    world = make_world(parts.db)
    run_id = world.printed(world.ready(), 1)
    code = digits(world, run_id, 1)
    for address in ("10.0.1.7", "10.0.2.7", "10.0.1.99", "10.9.9.9", "2001:db8::5"):
        answer = browser(located).post(f"/c/{code}/seen", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == 204
    with parts.db.read() as session:
        assert seen(session, run_id) == (4, 3)
        connection = session.connection()
        rows = connection.exec_driver_sql("SELECT * FROM item_cluster").all()
    assert not any("10.0" in str(cell) or "2001" in str(cell) for row in rows for cell in row)

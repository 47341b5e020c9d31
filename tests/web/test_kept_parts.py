"""Kept pages of labels that lie in cartons or have PINs: each label's own carton and PIN, as of now."""

from __future__ import annotations

import pytest
from flask import Flask

from labels.pin import pins
from tests.support.cartons import cartons, pack, split
from tests.support.makers import World, make_world
from tests.web.test_label_front import codes, passed, tidy
from trace.core.carton import PALLET, Packing
from trace.db import Database
from trace.services import pin
from trace.services.carton import Content
from trace.tables import Run
from trace.web.factory import create_app
from trace.web.kept_pages import KeptPages, Page
from trace.web.spliced import Spliced

__all__ = ["passed"]  # a fixture


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


def same_as_anew(app: Flask, path: str) -> str:
    """The page of a label, after it was found to say what a service says that keeps nothing."""
    anew = create_app(app.extensions["trace"].settings)
    drawn = tidy(anew.test_client().get(path).text)
    anew.extensions["trace"].db.dispose()
    assert tidy(app.test_client().get(path).text) == drawn
    return drawn


def test_each_label_names_its_own_carton_and_pallet(app: Flask, world: World, passed: list[str]) -> None:
    number = world.ready()
    items = world.printed(number, 30)
    boxes = cartons(world, number, Content(items), per_carton=12).run_id
    cartons(world, number, Content(boxes, (1, 2)), per_carton=2, level=PALLET)
    paths = codes(world, items)
    client = app.test_client()
    for first, second in ((paths[0], paths[12]), (paths[24], paths[25])):
        client.get(first)
        del passed[:]
        page = same_as_anew(app, second)
        assert passed == []
        assert page.count("装在外箱") == 1
        assert ("装在托盘" in page) is (second == paths[12])


def test_packing_and_opening_a_carton_are_on_the_very_next_page(
    app: Flask, world: World, passed: list[str]
) -> None:
    number, other = world.ready(), world.ready()
    items = world.printed(number, 24)
    boxes = cartons(world, other, None, per_carton=12, count=2).run_id
    first, second, *_ = codes(world, items)
    client = app.test_client()
    client.get(first)
    del passed[:]
    assert "装在外箱" not in client.get(second).text
    assert passed == []
    pack(world, Packing(boxes, 1, 2, items, 1, 24, 12))
    assert "装在外箱" in same_as_anew(app, second)
    client.get(first)
    del passed[:]
    assert "装在外箱" in client.get(second).text
    assert passed == []
    split(world, boxes, 1)
    assert "装在外箱" not in same_as_anew(app, second)
    assert "装在外箱" in same_as_anew(app, codes(world, items)[12])


def test_how_a_pin_stands_is_told_to_its_own_label_only(app: Flask, world: World, passed: list[str]) -> None:
    run_id = world.printed(world.ready(), 4, pin=True, master=app.extensions["trace"].settings.master_key)
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        secret = pin.secret(session, row, app.extensions["trace"].settings.master_key)
    [right] = pins(secret, run_id, range(2, 3))
    first, second, third, *_ = codes(world, run_id)
    client = app.test_client()
    client.get(first)
    del passed[:]
    assert "还可以输错 5 次" in same_as_anew(app, second)
    assert passed == []
    client.post(f"{second}/pin", data={"pin": f"{(int(right) + 1) % 1_000_000:06d}"})
    assert "还可以输错 4 次" in same_as_anew(app, second)
    client.post(f"{second}/pin", data={"pin": right})
    assert "这枚验证码已有人验证过" in same_as_anew(app, second)
    assert "还可以输错 5 次" in same_as_anew(app, third)


def test_pages_least_asked_for_make_room() -> None:
    kept = KeptPages(limit=2)
    one, two, three = (Page(Spliced([text], []), ()) for text in "甲乙丙")
    kept.put(0, None, "one", one)
    kept.put(0, None, "two", two)
    assert kept.get(0, None, "one") is one
    kept.put(0, None, "three", three)
    assert (kept.get(0, None, "one"), kept.get(0, None, "two"), kept.get(0, None, "three")) == (
        one,
        None,
        three,
    )
    assert len(kept) == 2


def test_made_up_queries_fill_no_memory(app: Flask, world: World) -> None:
    first, second, *_ = codes(world, world.printed(world.ready(), 4))
    client = app.test_client()
    for query in ("", "lang=en", "lang=xx", "lang=aa-BB", "lang=zh&lang=en"):
        for path in (first, second, f"/c/{'1' * 175}"):
            client.get(path, query_string=query)
    assert len(app.extensions["trace"].kept) == 4

"""A regulator's own inspection (抽检): the laboratory's form, from the batch's history and back to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.desk import Desk, make_desk
from trace.config import Settings
from trace.web.factory import create_app

INSPECTION = {
    "facts__kind": "sensory",
    "facts__lab": "示例县抽检组",
    "facts__result": "pass",
    "facts__items__0__item": "霉变",
    "facts__items__0__result": "pass",
}


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """A world behind the pages."""
    app: Flask = create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=database_url))
    yield make_desk(app)
    app.extensions["trace"].db.dispose()


def test_a_regulator_records_an_inspection_of_anybodys_batch(desk: Desk) -> None:
    number = desk.world.batch()
    path = f"/desk/batches/{number}/record/inspection"
    assert f'href="{path}"' in desk.page(f"/gov/batches/{number}", "regulator")
    sent = desk.send(path, "regulator", **INSPECTION)
    assert sent.status_code == 303
    back = desk.browser("regulator").get(sent.location)
    assert back.location == f"/gov/batches/{number}"
    told = desk.page(back.location, "regulator")
    assert "示例县抽检组" in told
    assert "示例石城县农业农村局" in told


def test_a_regulator_records_nothing_else_and_has_its_own_home(desk: Desk) -> None:
    number = desk.world.batch()
    before = desk.entries()
    for stage in ("planting", "harvest", "transport", "sale"):
        assert desk.browser("regulator").get(f"/desk/batches/{number}/record/{stage}").status_code == 403
    assert desk.browser("regulator").get("/desk").location == "/gov"
    assert desk.entries() == before

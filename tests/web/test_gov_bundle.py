"""A regulator takes a batch's bundle away, with or without what is about persons; nobody else does."""

from __future__ import annotations

import io
from datetime import date

import pytest
from flask import Flask
from sqlmodel import select

from tests.support.accounts import browser, signed_in_browser
from tests.support.makers import World, make_world
from trace.db import Database
from trace.ledger.note import VerifierKey
from trace.services import log_identity
from trace.tables import Audit
from trace.verify.check import check

WORKER = "示例王小明"
FACTS = {"activity": "transplanting", "variety": "太空莲36号", "worker": WORKER}


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


@pytest.mark.parametrize("personal", [False, True])
def test_a_regulator_downloads_what_the_verifier_proves(app: Flask, world: World, personal: bool) -> None:
    number = world.ready()
    world.record(number, "planting", date(2026, 3, 29), facts=FACTS)
    client = signed_in_browser(app, int(world.regulator.user_id))
    answer = client.get(
        f"/gov/batches/{number}/bundle.zip", query_string={"personal": "1"} if personal else {}
    )
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={number}-bundle.zip"
    data = answer.data
    answer.close()
    with world.db.read() as session:
        key: VerifierKey = log_identity.in_force(session).verifier
        noted = session.exec(select(Audit.subject).where(Audit.action == "regulator:batch:export")).one()
    found = check(io.BytesIO(data), key)
    assert found.fault is None
    assert ("withheld" not in [code for code, _ in found.unproven]) is personal
    assert noted == f"{number}:bundle{':personal' if personal else ''}"


def test_the_page_offers_both(app: Flask, world: World) -> None:
    number = world.batch()
    page = signed_in_browser(app, int(world.regulator.user_id)).get(f"/gov/batches/{number}").text
    assert f'href="/gov/batches/{number}/bundle.zip"' in page
    assert f'href="/gov/batches/{number}/bundle.zip?personal=1"' in page


def test_nobody_else_takes_one(app: Flask, world: World) -> None:
    number = world.batch()
    address = f"/gov/batches/{number}/bundle.zip"
    for actor in (world.coop, world.office, world.laboratory, world.operator):
        assert signed_in_browser(app, int(actor.user_id)).get(address).status_code == 403
    assert browser(app).get(address).status_code == 303
    client = signed_in_browser(app, int(world.regulator.user_id))
    assert client.get("/gov/batches/NO-SUCH/bundle.zip").status_code == 404

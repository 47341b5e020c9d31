"""/.well-known/trace-keys.json: what somebody who builds a reader of their own needs."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from flask import Flask

from labels import code as item_code
from labels.errors import ForgedCode
from labels.keys import PublicKey
from tests.support.makers import MASTER, World, make_world
from trace.db import Database
from trace.services import key, run
from trace.tables import Run

ADDRESS = "/.well-known/trace-keys.json"


COOP = "示例琴江白莲专业合作社"


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


def published(app: Flask) -> list[dict[str, str]]:
    """The cooperative's keys; every organisation that recorded something has one."""
    keys = app.test_client().get(ADDRESS).get_json(force=True)["keys"]
    return [one for one in keys if one["organisation"] == COOP]


def test_a_label_is_checked_with_the_published_key_alone(app: Flask, world: World) -> None:
    run_id = world.printed(world.ready(), 2)
    with world.db.read() as session:
        [first, _] = run.urls(session, session.get_one(Run, run_id), MASTER)
    answer = app.test_client().get(ADDRESS)
    assert answer.mimetype == "application/jwk-set+json"
    digits = first.rpartition("/c/")[2]
    [found] = [one for one in answer.get_json(force=True)["keys"] if one["kid"] == digits[1:6]]
    assert (found["kty"], found["crv"]) == ("OKP", "Ed25519")
    assert found["organisation"] == "示例琴江白莲专业合作社"
    assert (found["status"], found["held_by"]) == ("active", "service")
    public = PublicKey(int(found["kid"]), base64.urlsafe_b64decode(found["x"] + "="))
    assert item_code.verify(digits, {public.key_id: public}.get).run == run_id
    with pytest.raises(ForgedCode):
        item_code.verify(digits[:-1] + str((int(digits[-1]) + 1) % 10), {public.key_id: public}.get)


def test_ended_keys_stay_with_how_and_since_when(app: Flask, world: World) -> None:
    since = datetime(2026, 9, 1, tzinfo=UTC)
    with world.write() as session:
        first = key.current(session, int(world.coop.org_id))
        assert first is not None
        more = [key.create(session, None, int(world.coop.org_id), MASTER) for _ in range(2)]
        ids = [row.id or 0 for row in (first, *more)]
        key.end(session, None, ids[0], "retired", "示例：到期", since)
        key.end(session, None, ids[1], "retired", "示例：到期")
        key.end(session, None, ids[1], "revoked", "示例：泄露", since)
    keys = {int(one["kid"]): one for one in app.test_client().get(ADDRESS).get_json(force=True)["keys"]}
    assert [(keys[one]["status"], keys[one].get("since")) for one in ids] == [
        ("retired", "2026-09-01T00:00:00.000000Z"),
        ("revoked", "2026-09-01T00:00:00.000000Z"),
        ("active", None),
    ]


def test_nothing_secret_is_published(app: Flask, world: World) -> None:
    for found in app.test_client().get(ADDRESS).get_json(force=True)["keys"]:
        assert set(found) == {
            "kty", "crv", "alg", "use", "kid", "x", "organisation", "credit_code", "held_by", "status",
        }  # fmt: skip


def test_it_may_be_kept_for_minutes_and_asked_for_again(app: Flask, world: World) -> None:
    client = app.test_client()
    first = client.get(ADDRESS)
    assert len(first.get_json(force=True)["keys"]) > 1
    assert "max-age=300" in first.headers["Cache-Control"]
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in first.headers
    assert client.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with world.write() as session:
        key.create(session, None, int(world.coop.org_id), MASTER)
    assert client.get(ADDRESS, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200

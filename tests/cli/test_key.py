"""`flask key` and `flask brand`."""

from __future__ import annotations

from sqlalchemy import select

from tests.cli.conftest import Terminal
from tests.support.makers import World
from trace.ledger.envelope import Envelope
from trace.services.ledger import ENTRY

COOP = "示例琴江白莲专业合作社"


def test_keys_are_made_listed_retired_and_revoked(terminal: Terminal, world: World) -> None:
    first = terminal.data("key", "create", "--org", COOP)["key"]
    second = terminal.data("key", "create", "--org", str(world.coop.org_id))["key"]
    assert second == first + 1
    terminal.run("key", "retire", str(first), "--reason", "示例：到期")
    since = ("--since", "2026-09-01 00:00")
    terminal.run("key", "revoke", str(second), *since, "--reason", "示例：泄露")
    found = {one["kid"]: one for one in terminal.data("key", "list") if one["organisation"] == COOP}
    states = {kid: one["status"] for kid, one in found.items()}
    assert (states[f"{first:05d}"], states[f"{second:05d}"]) == ("retired", "revoked")
    assert found[f"{second:05d}"]["since"] == "2026-08-31T16:00:00+00:00"
    assert str(first) in terminal.run("key", "list").stdout


def test_a_rotation_names_the_new_key_and_the_old(terminal: Terminal, world: World) -> None:
    before = [one["kid"] for one in terminal.data("key", "list") if one["organisation"] == COOP]
    done = terminal.data("key", "rotate", "--org", COOP, "--reason", "示例：换人")
    assert [f"{one:05d}" for one in done["retired"]] == before
    states = {one["kid"]: one["status"] for one in terminal.data("key", "list")}
    assert states[f"{done['key']:05d}"] == "active"
    assert {states[kid] for kid in before} == {"retired"}
    said = terminal.run("key", "rotate", "--org", COOP, "--reason", "示例：再换").stdout
    assert f"{done['key']:05d}" in said


def test_revoking_lists_what_the_leaked_key_signed_since(terminal: Terminal, world: World) -> None:
    [kid] = [one["kid"] for one in terminal.data("key", "list") if one["organisation"] == COOP]
    with world.db.read() as session:
        signed = [
            int(entry.seq)
            for entry in session.execute(select(ENTRY).order_by(ENTRY.c.seq))
            if Envelope.parse(entry.envelope).key == kid
        ]
    done = terminal.data("key", "revoke", kid, "--since", "2020-01-01 00:00", "--reason", "示例：泄露")
    assert [one["seq"] for one in done["entries"]] == signed
    refused = terminal.refused("key", "revoke", kid, "--since", "2020-01-01 00:00", "--reason", "示例")
    assert refused == "key.ended-already"


def test_refusals_about_keys(terminal: Terminal, world: World) -> None:
    assert terminal.refused("key", "create", "--org", "无此单位") == "organisation.unknown"
    assert terminal.refused("key", "retire", "54321", "--reason", "x") == "key.unknown"
    made = str(terminal.data("key", "create", "--org", COOP)["key"])
    terminal.run("key", "retire", made, code=2)
    terminal.run("key", "retire", made, "--reason", "x")
    assert terminal.refused("key", "retire", made, "--reason", "x") == "key.ended-already"
    assert terminal.refused("key", "revoke", made, "--since", "bald", "--reason", "x") == "event.not-a-time"


def test_brands_are_listed_with_their_rules(terminal: Terminal, world: World) -> None:
    [found] = terminal.data("brand", "list")
    assert (found["slug"], found["owner"]) == ("shicheng-bailian", "示例石城白莲品牌办")
    assert found["rules"]["tests"] == ["铅"]
    assert "石城白莲" in terminal.run("brand", "list").stdout

"""`flask key` and `flask brand`."""

from __future__ import annotations

from tests.cli.conftest import Terminal
from tests.support.makers import World

COOP = "示例琴江白莲专业合作社"


def test_keys_are_made_listed_retired_and_revoked(terminal: Terminal, world: World) -> None:
    first = terminal.data("key", "create", "--org", COOP)["key"]
    second = terminal.data("key", "create", "--org", str(world.coop.org_id))["key"]
    assert [first, second] == [10_001, 10_002]
    terminal.run("key", "retire", str(first), "--reason", "示例：到期")
    since = ("--since", "2026-09-01 00:00")
    terminal.run("key", "revoke", str(second), *since, "--reason", "示例：泄露")
    found = terminal.data("key", "list")
    assert [(one["kid"], one["status"], one["organisation"]) for one in found] == [
        ("10001", "retired", COOP),
        ("10002", "revoked", COOP),
    ]
    assert found[1]["since"] == "2026-08-31T16:00:00+00:00"
    assert "10001" in terminal.run("key", "list").stdout


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

"""`flask audit find` and `flask audit erase`."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.cli.conftest import Terminal
from tests.support.makers import World
from trace.services.event import Recorded

NAME = "示例司马小红"
GROUND = ("--reason", "示例：当事人申请", "--requested-on", "2026-10-02", "--as", "operator")


@pytest.fixture
def worked(world: World) -> Recorded:
    facts = {"activity": "weeding", "worker": NAME, "note": f"{NAME}除草"}
    return world.record(world.batch(), "planting", date(2026, 4, 1), facts=facts)


def test_every_place_is_listed_with_whether_it_may_go(terminal: Terminal, worked: Recorded) -> None:
    found = terminal.data("audit", "find", NAME)
    assert {(one["entry"], one["field"], one["may_go"]) for one in found} == {
        (worked.entry, "facts.worker", True),
        (worked.entry, "facts.note", True),
    }
    assert str(worked.entry) in terminal.run("audit", "find", NAME).stdout
    assert terminal.data("audit", "find", "示例无此人") == []
    assert terminal.refused("audit", "find", "王") == "erasure.text"


def test_erased_by_text_the_ledger_still_verifies_and_says_so(terminal: Terminal, worked: Recorded) -> None:
    done = terminal.data("audit", "erase", "--text", NAME, *GROUND, "--yes")
    assert [(one["seq"], one["fields"]) for one in done["erased"]] == [
        (worked.entry, ["facts.note", "facts.worker"])
    ]
    assert terminal.data("audit", "find", NAME) == []
    report = terminal.data("ledger", "verify")
    assert report["ok"]
    [note] = [one for one in report["notes"] if one["code"] == "ledger.note-erased"]
    assert (note["count"], note["first"]) == (1, worked.entry)
    assert report["erased_fields"] == 2
    again = terminal.data("audit", "erase", "--text", NAME, *GROUND, "--yes")
    assert (again["erased"], again["beside"]) == ([], [])


def test_it_shows_what_will_go_and_does_nothing_without_a_yes(
    app: Flask, terminal: Terminal, worked: Recorded
) -> None:
    words = ["audit", "erase", "--text", NAME, *GROUND]
    refused = app.test_cli_runner().invoke(args=words, input="n\n")
    assert refused.exit_code == 1
    assert "facts.worker" in refused.stderr
    assert len(terminal.data("audit", "find", NAME)) == 2
    agreed = app.test_cli_runner().invoke(args=words, input="y\n")
    assert agreed.exit_code == 0, agreed.output
    assert terminal.data("audit", "find", NAME) == []


def test_single_fields_go_by_name(terminal: Terminal, worked: Recorded) -> None:
    entry = str(worked.entry)
    one = ("--entry", entry, "--field", "facts.worker")
    done = terminal.data("audit", "erase", *one, *GROUND, "--yes")
    assert [(each["seq"], each["fields"]) for each in done["erased"]] == [(worked.entry, ["facts.worker"])]
    again = terminal.data("audit", "erase", *one, *GROUND, "--yes")
    assert again["gone"] == [{"entry": worked.entry, "field": "facts.worker"}]
    kept = ("--entry", entry, "--field", "facts.activity")
    assert terminal.refused("audit", "erase", *kept, *GROUND, "--yes") == "erasure.kept"
    terminal.run("audit", "erase", "--entry", entry, *GROUND, "--yes", code=2)


def test_only_those_who_may_act(terminal: Terminal, worked: Recorded) -> None:
    ground = (*GROUND[:-1], "coop")
    assert terminal.refused("audit", "erase", "--text", NAME, *ground, "--yes") == "organisation.may-not"
    # Two could: the regulator's manager and the operator's.
    terminal.run("audit", "erase", "--text", NAME, *GROUND[:-2], "--yes", code=2)


def test_a_reason_that_names_the_person_is_refused(terminal: Terminal, worked: Recorded) -> None:
    ground = ("--reason", f"{NAME}申请", *GROUND[2:])
    assert terminal.refused("audit", "erase", "--text", NAME, *ground, "--yes") == "erasure.named-in-reason"
    ground = (*GROUND[:3], "2999-01-01", *GROUND[4:])
    assert terminal.refused("audit", "erase", "--text", NAME, *ground, "--yes") == "erasure.requested-later"
    assert terminal.refused("audit", "erase", *GROUND, "--yes") == "erasure.nothing"

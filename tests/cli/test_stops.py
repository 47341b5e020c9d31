"""`flask recall` and `flask freeze`."""

from __future__ import annotations

from tests.cli.conftest import Terminal
from tests.support.makers import World


def test_a_recall_is_opened_listed_and_closed(terminal: Terminal, world: World) -> None:
    number = world.ready()
    words = (
        "recall",
        "open",
        number,
        "--reason",
        "示例：异物",
        "--advice",
        "示例：退货",
        "--as",
        "regulator",
    )
    assert terminal.data(*words)["batch"] == number
    assert terminal.refused(*words) == "batch.recalled-already"
    [found] = terminal.data("recall", "list")
    assert (found["batch"], found["reason"]) == (number, "示例：异物")
    assert terminal.data("freeze", "list") == []
    assert number in terminal.run("recall", "list").stdout
    closed = terminal.run("recall", "close", number, "--reason", "示例：已全部收回")
    assert "以 regulator（示例regulator）的名义" in closed.stderr
    assert terminal.data("recall", "list") == []


def test_a_freeze_is_held_by_the_only_one_who_can_and_lifted(terminal: Terminal, world: World) -> None:
    number = world.ready()
    held = terminal.run("freeze", "hold", number, "--reason", "示例：抽检")
    assert "regulator" in held.stderr
    assert [one["batch"] for one in terminal.data("freeze", "list")] == [number]
    lift = ("freeze", "lift", number, "--reason", "示例：合格")
    assert terminal.refused(*lift, "--as", "coop") == "organisation.may-not"
    terminal.run(*lift)
    assert terminal.refused(*lift) == "batch.freeze-unknown"


def test_reasons_must_be_given(terminal: Terminal, world: World) -> None:
    number = world.ready()
    terminal.run("freeze", "hold", number, code=2)
    terminal.run("recall", "open", number, "--reason", "x", code=2)
    assert terminal.refused("freeze", "hold", number, "--reason", " ") == "text.required"
    assert terminal.refused("freeze", "hold", "NOPE", "--reason", "x") == "batch.unknown"

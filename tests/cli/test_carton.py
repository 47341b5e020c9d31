"""`flask carton`: print, pack, split, show."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Terminal
from tests.support.makers import MASTER, World
from trace.services import carton_record, ledger_audit, run
from trace.tables import Run


def urls(world: World, run_id: int) -> list[str]:
    with world.db.read() as session:
        return list(run.urls(session, session.get_one(Run, run_id), MASTER))


def number(world: World, run_id: int, item: int) -> str:
    with world.db.read() as session:
        return carton_record.number_of(session.get_one(Run, run_id), item)


def test_cartons_for_a_run_are_printed_and_packed_and_shown(terminal: Terminal, world: World) -> None:
    items = world.printed(world.ready(), 30)
    words = (
        "carton",
        "print",
        "--content",
        str(items),
        "--per-carton",
        "12",
        "--stock",
        "a4-24",
        "--as",
        "coop",
    )
    made = terminal.data(*words, "--request-id", "one-request")
    assert (made["cartons"], made["packed"], made["repeated"]) == (3, 30, False)
    assert terminal.data(*words, "--request-id", "one-request")["repeated"]
    shown = terminal.data("carton", "show", f"{made['run']}:3")
    assert (shown["carton"]["count"], shown["carton"]["weight_g"]) == (6, 3_000)
    assert [(one["first"], one["last"]) for one in shown["carton"]["contents"]] == [(25, 30)]
    [home] = terminal.data("carton", "show", f"{items}:13")["packed_in"]
    assert (home["run"], home["number"], home["printed"]) == (made["run"], 2, number(world, made["run"], 2))
    assert "25-30" in terminal.run("carton", "show", f"{made['run']}:3").stdout
    assert terminal.refused(*words) == "carton.nothing-loose"


def test_empty_cartons_are_packed_by_codes_and_by_numbers(terminal: Terminal, world: World) -> None:
    batch = world.ready()
    items = world.printed(batch, 30)
    words = ("--per-carton", "10", "--stock", "a4-24", "--as", "coop")
    boxes = terminal.data("carton", "print", "--batch", batch, "--count", "3", *words)["run"]
    scanned, printed = urls(world, items), urls(world, boxes)
    codes = (printed[0], scanned[9], number(world, items, 1))
    done = terminal.data("carton", "pack", *codes, "--as", "clerk")
    assert (done["first"], done["content_first"], done["content_last"], done["labels"]) == (1, 1, 10, 10)
    assert terminal.refused("carton", "pack", *codes, "--as", "clerk") == "carton.content-packed"
    by_numbers = (
        "--cartons",
        str(boxes),
        "2",
        "3",
        "--content",
        str(items),
        "11",
        "30",
        "--per-carton",
        "10",
    )
    assert terminal.data("carton", "pack", *by_numbers, "--as", "clerk")["labels"] == 20
    with world.db.read() as session:
        assert ledger_audit.verify(session).fault is None


def test_a_split_is_told_with_its_reason(terminal: Terminal, world: World) -> None:
    items = world.printed(world.ready(), 10)
    words = ("--content", str(items), "--per-carton", "10", "--stock", "a4-24", "--as", "coop")
    boxes = terminal.data("carton", "print", *words)["run"]
    terminal.run("carton", "split", f"{boxes}:1", "--reason", "门店零售", "--as", "clerk")
    shown = terminal.data("carton", "show", f"{boxes}:1")["carton"]
    assert shown["opened_reason"] == "门店零售"
    assert shown["opened_at"]
    assert "门店零售" in terminal.run("carton", "show", f"{boxes}:1").stdout
    assert terminal.refused("carton", "split", f"{boxes}:1", "--reason", "x", "--as", "clerk") == (
        "carton.opened-already"
    )
    assert terminal.data("carton", "show", f"{items}:1")["packed_in"] == []


@pytest.mark.parametrize(
    ("code", "refusal"),
    [
        ("99:1", "run.unknown"),
        ("1:11", "carton.code-unknown"),
        ("12345", "carton.code"),
        ("not a code", "carton.code"),
    ],
)
def test_what_is_no_label_is_refused_kindly(
    terminal: Terminal, world: World, code: str, refusal: str
) -> None:
    world.printed(world.ready(), 10)
    assert terminal.refused("carton", "show", code) == refusal


def test_a_code_with_a_wrong_digit_or_a_strangers_signature_is_refused(
    terminal: Terminal, world: World
) -> None:
    items = world.printed(world.ready(), 10)
    right = number(world, items, 1)
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    assert terminal.refused("carton", "show", wrong) == "carton.check-digit"
    scanned = urls(world, items)[0]
    forged = scanned[:-1] + str((int(scanned[-1]) + 1) % 10)
    assert terminal.refused("carton", "show", forged) == "carton.code-unknown"
    assert terminal.data("carton", "show", scanned)["item"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("pack",),
        ("pack", "1"),
        ("pack", "1", "2", "3", "4"),
        ("pack", "--cartons", "1", "1", "1"),
        ("print", "--per-carton", "5", "--stock", "a4-24"),
        ("print", "--per-carton", "5", "--stock", "a4-24", "--batch", "X", "--content", "1"),
    ],
)
def test_a_command_called_wrongly_says_how_to_call_it(
    terminal: Terminal, world: World, words: tuple[str, ...]
) -> None:
    assert world.slug
    terminal.run("carton", *words, code=2)


def test_a_recall_says_which_cartons_hold_its_labels(terminal: Terminal, world: World) -> None:
    batch = world.ready()
    items = world.printed(batch, 30)
    words = ("--content", str(items), "--per-carton", "10", "--stock", "a4-24", "--as", "coop")
    boxes = terminal.data("carton", "print", *words)["run"]
    terminal.run("carton", "split", f"{boxes}:1", "--reason", "门店零售", "--as", "clerk")
    why = ("--reason", "示例：超标", "--advice", "示例：停止食用", "--as", "regulator")
    told = terminal.data("recall", "open", batch, *why)
    assert told["cartons"] == [{"run": boxes, "first": 2, "last": 3}]
    assert told["pallets"] == []

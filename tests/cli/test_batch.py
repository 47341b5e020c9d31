"""`flask batch`: begin, split, merge, process, look."""

from __future__ import annotations

from datetime import date

from tests.cli.conftest import Terminal
from tests.support.makers import World

CREATE = ("batch", "create", "--product", "TXBL", "--plot", "A1", "--on", "2026-03-28", "--as", "coop")


def test_a_batch_is_begun_and_listed(terminal: Terminal, world: World) -> None:
    number = terminal.data(*CREATE, "--grade", "一级")["number"]
    assert number == "TXBL-20260328-01"
    [found] = terminal.data("batch", "list")
    assert (found["number"], found["grade"], found["total_g"]) == (number, "一级", 0)
    assert number in terminal.run("batch", "list", "--find", "琴江").stdout
    assert terminal.data("batch", "list", "--find", "别的") == []


def test_a_batch_tells_its_weights_and_what_it_still_needs(terminal: Terminal, world: World) -> None:
    number = world.batch()
    world.record(number, "planting", date(2026, 3, 28))
    found = terminal.data("batch", "show", number)
    assert [need["code"] for need in found["needs"]][:2] == ["run.stage-missing", "run.stage-missing"]
    assert found["labels_left"] == 0
    ready = world.ready()
    found = terminal.data("batch", "show", ready)
    assert (found["needs"], found["labels_left"]) == ([], 200)
    assert found["balance"] == [
        {
            "batch": ready,
            "in_g": 100_000,
            "used_g": 0,
            "sold_g": 0,
            "left_g": 100_000,
            "difference_g": 0,
            "labelled_g": 0,
        }
    ]
    assert "100 kg" in terminal.run("batch", "show", ready).stdout


def test_a_batch_is_split_and_merged_again(terminal: Terminal, world: World) -> None:
    number = world.ready()
    split = ("batch", "split", number, "--on", "2026-09-01", "--as", "coop")
    made = terminal.data(*split, "--into", "30kg:一级", "--into", "20斤", "--loss", "500g")
    first, second = made["numbers"]
    found = terminal.data("batch", "show", number)
    assert found["children"] == [first, second]
    assert found["balance"][0]["used_g"] == 40_500
    merged = terminal.data(
        "batch", "merge", f"{first}:10kg", f"{second}:10kg", "--on", "2026-09-02", "--as", "coop"
    )
    [whole] = merged["numbers"]
    found = terminal.data("batch", "show", whole)
    assert found["parents"] == [first, second]
    assert [one["difference_g"] for one in found["balance"]] == [0, 0, 0, 0]


def test_raw_material_is_processed(terminal: Terminal, world: World) -> None:
    raw = world.batch(product_id=world.raw_id)
    world.record(raw, "harvest", date(2026, 8, 12), quantity_g=100_000)
    words = ("batch", "transform", f"{raw}:100kg", "--into", "TXBL:40kg:一级", "--on", "2026-08-20")
    [number] = terminal.data(*words, "--as", "coop")["numbers"]
    assert terminal.data("batch", "show", number)["balance"][-1]["in_g"] == 40_000


def test_refusals_are_diagnosed(terminal: Terminal, world: World) -> None:
    number = world.ready()
    assert terminal.refused("batch", "show", "NOPE") == "batch.unknown"
    assert terminal.refused(*CREATE[:3], "XXXX", *CREATE[4:]) == "product.unknown"
    assert terminal.refused(*CREATE, "--grade", "特级") == "product.grade"
    assert terminal.refused("batch", "split", number, "--into", "500kg", "--as", "coop") == "batch.not-enough"
    assert terminal.refused("batch", "split", number, "--into", "5", "--as", "coop") == "quantity.unit"
    assert terminal.refused("batch", "merge", f"{number}:5kg", "--as", "coop") == "batch.merge-two"


def test_who_acts_is_said_and_must_be_allowed(terminal: Terminal, world: World) -> None:
    number = world.ready()
    split = ("batch", "split", number, "--into", "5kg")
    assert "clerk, coop" in terminal.run(*split, code=2).stderr
    assert terminal.refused(*split, "--as", "reader") == "organisation.may-not"
    assert terminal.refused(*split, "--as", "rival") == "organisation.may-not"
    assert terminal.refused(*split, "--as", "nobody") == "account.not-found"
    assert terminal.refused("recall", "close", number, "--reason", "x") == "batch.recall-unknown"

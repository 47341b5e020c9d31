"""What the operator does with the log at the terminal."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from flask import Flask

from tests.cli.conftest import Terminal
from tests.support.makers import World
from tests.support.small_log import private_key
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.cosignature import witness_key
from trace.ledger.merkle import leaf_hash
from trace.ledger.note import VerifierKey
from trace.ledger.proof import TlogProof
from trace.ledger.tile_tree import TileTree
from trace.web.context import App

WITNESS = witness_key("county.example/w", private_key(2)).text()


def log_key(terminal: Terminal) -> VerifierKey:
    return VerifierKey.parse(terminal.data("ledger", "checkpoint")["vkey"])


def test_the_newest_checkpoint_is_printed_as_it_was_signed(terminal: Terminal, world: World) -> None:
    told = terminal.data("ledger", "checkpoint")
    found, _ = open_checkpoint(told["note"], [log_key(terminal)])
    assert (found.size, found.root.hex(), found.origin) == (told["size"], told["root"], told["origin"])
    assert terminal.run("ledger", "checkpoint").stdout == told["note"]


def test_an_entry_is_proven(terminal: Terminal, world: World) -> None:
    number = world.batch()
    done = world.record(number, "planting", date(2026, 3, 28))
    (one,) = terminal.data("ledger", "prove", str(done.entry))
    TlogProof.parse(one["proof"]).check(leaf_hash(one["entry"].encode()), [log_key(terminal)])
    assert json.loads(one["entry"])["seq"] == done.entry
    assert terminal.run("ledger", "prove", "--batch", number).stdout == one["proof"]


def test_every_entry_of_a_batch_is_proven_into_a_folder(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    number = world.batch()
    world.record(number, "planting", date(2026, 3, 28))
    terminal.run("ledger", "prove", "--batch", number, "--out", str(tmp_path / "proofs"))
    found = sorted((tmp_path / "proofs").glob("*.tlog-proof"))
    assert len(found) == 2
    for path in found:
        leaf = leaf_hash(path.with_suffix(".json").read_bytes())
        TlogProof.parse(path.read_text("utf-8")).check(leaf, [log_key(terminal)])


def test_what_is_not_in_the_log_is_not_proven(terminal: Terminal, world: World) -> None:
    assert terminal.refused("ledger", "prove", "9999") == "ledger.no-such-entry"
    assert terminal.refused("ledger", "prove", "--batch", "NO-1") == "ledger.batch-not-entered"
    terminal.run("ledger", "prove", code=2)
    terminal.run("ledger", "prove", "1", "--batch", "NO-1", code=2)
    terminal.run("ledger", "prove", "-1", code=2)


def test_the_exported_files_are_the_log(terminal: Terminal, world: World, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    for _ in range(2):
        told = terminal.data("ledger", "export", str(folder))
        key = VerifierKey.parse((folder / "key").read_text("utf-8").strip())
        found, _ = open_checkpoint((folder / "checkpoint").read_bytes(), [key])
        tree = TileTree(lambda path: (folder / path).read_bytes(), found.size, found.root)
        assert len(tree.entries(0)) == found.size == told["size"]
        world.batch()


def test_witnesses_are_added_listed_and_ended(terminal: Terminal, world: World) -> None:
    assert terminal.data("ledger", "witnesses")["witnesses"] == []
    terminal.run("ledger", "witness-add", WITNESS, "--operator", "示例县农业农村局")
    assert terminal.refused("ledger", "witness-add", WITNESS, "--operator", "示例") == "witness.taken"
    assert terminal.refused("ledger", "witness-add", "x", "--operator", "示例") == "witness.key"
    (one,) = terminal.data("ledger", "witnesses")["witnesses"]
    assert (one["name"], one["operator"], one["size"]) == ("county.example/w", "示例县农业农村局", 0)
    assert "county.example/w" in terminal.run("ledger", "witnesses").stdout
    terminal.run("ledger", "witness-end", "county.example/w", "--reason", "示例")
    assert terminal.data("ledger", "witnesses")["witnesses"] == []
    terminal.run("ledger", "verify")


def test_a_loss_is_told_with_the_way_out_and_the_way_out_works(
    terminal: Terminal, world: World, app: Flask
) -> None:
    assert terminal.refused("ledger", "restart", "--reason", "示例") == "ledger.not-lost"
    parts: App = app.extensions["trace"]
    path = parts.settings.checkpoints / "checkpoint"
    size = terminal.data("ledger", "checkpoint")["size"]
    path.write_text(path.read_text("utf-8").replace(f"\n{size}\n", f"\n{size + 5}\n", 1), "utf-8")
    assert terminal.refused("ledger", "checkpoint") == "ledger.behind"
    told = terminal.data("ledger", "restart", "--reason", "示例：硬盘损坏")
    assert told["origin"].endswith("/log-2")
    assert terminal.data("ledger", "checkpoint")["origin"] == told["origin"]
    terminal.run("ledger", "verify")


def test_without_an_authority_the_time_stamp_is_skipped(terminal: Terminal, world: World) -> None:
    assert "TRACE_TSA_URL" in terminal.run("ledger", "timestamp").stdout
    assert terminal.data("ledger", "timestamp") is None

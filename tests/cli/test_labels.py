"""`flask labels`: print, activate, void, runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import Terminal
from tests.support.makers import World, make_world
from trace.services import ledger_audit, run, scan
from trace.tables import Run
from trace.web.context import App


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "labels.pdf"


def printing(number: str, out: Path, *more: str, count: int = 5) -> tuple[str, ...]:
    return (
        "labels", "print", "--batch", number, "--count", str(count), "--stock", "a4-24",
        "--out", str(out), "--as", "coop", *more,
    )  # fmt: skip


def test_a_sheet_is_entered_drawn_and_its_taking_entered(terminal: Terminal, world: World, out: Path) -> None:
    number = world.ready()
    made = terminal.data(*printing(number, out))
    assert out.read_bytes().startswith(b"%PDF-")
    assert (made["count"], made["repeated"], made["taken_before"]) == (5, False, 0)
    [found] = terminal.data("labels", "runs", "--batch", number)
    assert (found["run"], found["active"], found["downloads"]) == (made["run"], 5, 1)
    assert terminal.data("labels", "runs", "--org", "示例横江白莲专业合作社") == []
    assert list(out.parent.glob(".labels*")) == []


def test_the_same_request_gives_the_same_file_and_tells_it_was_taken(
    terminal: Terminal, world: World, out: Path
) -> None:
    number = world.ready()
    words = printing(number, out, "--request-id", "from-the-packing-line-3")
    first = terminal.data(*words)
    before = out.read_bytes()
    second = terminal.data(*words)
    assert (second["run"], second["repeated"], second["taken_before"]) == (first["run"], True, 1)
    assert out.read_bytes() == before
    assert terminal.refused(*printing(number, out, "--request-id", "from-the-packing-line-3", count=6)) == (
        "run.request-differs"
    )


def test_the_printed_codes_are_the_runs(terminal: Terminal, world: World, out: Path, app: Flask) -> None:
    parts: App = app.extensions["trace"]
    made = terminal.data(*printing(world.ready(), out))
    with parts.db.read() as session:
        urls = list(run.urls(session, session.get_one(Run, made["run"]), parts.settings.master_key))
        assert len(urls) == 5
        assert all(scan.look(session, url.rpartition("/c/")[2]).verdict == "first" for url in urls)


def test_ranges_are_activated_and_voided(terminal: Terminal, app: Flask, out: Path) -> None:
    parts: App = app.extensions["trace"]
    world = make_world(parts.db, activation="pack")
    run_id = str(terminal.data(*printing(world.ready(), out))["run"])
    assert terminal.data("labels", "activate", run_id, "1", "3", "--as", "clerk")["activated"] == 3
    assert terminal.data("labels", "activate", run_id, "--as", "clerk")["activated"] == 2
    void = ("labels", "void", run_id, "2", "4", "--reason", "示例：印坏了")
    assert terminal.data(*void, "--as", "coop")["voided"] == 3
    assert terminal.refused(*void, "--as", "coop") == "run.void-already"
    assert terminal.refused(*void, "--as", "clerk") == "organisation.may-not"
    [found] = terminal.data("labels", "runs")
    assert (found["active"], found["printed"], found["void"]) == (2, 0, 3)


def test_spoilt_labels_are_replaced(terminal: Terminal, world: World, out: Path) -> None:
    number = world.ready()
    old = terminal.data(*printing(number, out))["run"]
    terminal.run(*printing(number, out, "--replaces", f"{old}:4-5", "--reason", "示例：卡纸", count=2))
    newer, older = terminal.data("labels", "runs")
    assert (newer["count"], older["void"]) == (2, 2)


def test_what_cannot_be_written_or_printed_enters_nothing(
    terminal: Terminal, world: World, out: Path, tmp_path: Path
) -> None:
    number = world.ready()
    terminal.run(*printing(number, tmp_path / "nowhere" / "x.pdf"), code=2)
    terminal.run(*printing(number, tmp_path), code=2)
    terminal.run(*printing(number, out, "--replaces", "1"), code=2)
    assert terminal.refused(*printing(number, out, count=201)) == "run.too-many"
    assert terminal.refused(*printing(number, out, "--start-cell", "25")) == "run.start-cell"
    assert terminal.refused(*printing(world.batch(), out)) == "run.stage-missing"
    assert terminal.data("labels", "runs") == []
    assert not out.exists()


def test_a_wrong_master_key_enters_no_run(terminal: Terminal, world: World, out: Path, app: Flask) -> None:
    """Labels that nobody can sign must not use up the batch's weight."""
    parts: App = app.extensions["trace"]
    number = world.ready()
    terminal.run(*printing(number, out))
    (parts.settings.instance / "master.key").write_bytes(bytes(32))
    assert terminal.refused(*printing(number, out)) == "key.sealed"
    assert len(terminal.data("labels", "runs")) == 1
    with parts.db.read() as session:
        assert ledger_audit.verify(session).fault is None


def test_wrong_ranges_are_refused(terminal: Terminal, world: World, out: Path) -> None:
    run_id = str(terminal.data(*printing(world.ready(), out))["run"])
    assert terminal.refused("labels", "activate", "999", "--as", "coop") == "run.unknown"
    assert terminal.refused("labels", "activate", run_id, "3", "9", "--as", "coop") == "run.range"
    terminal.run("labels", "activate", run_id, "3", "--as", "coop", code=2)
    terminal.run("labels", "void", run_id, "1", "2", "--as", "coop", code=2)

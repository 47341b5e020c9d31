"""`flask event`: record, list."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Terminal
from tests.services import upload_samples as samples
from tests.support.makers import World
from trace.core import clock, dates

HARVEST = ("--stage", "harvest", "--at", "2026-08-12 09:30", "--weight", "120kg", "--fact", "method=hand")


def test_an_event_is_recorded_in_chinas_time_and_listed(terminal: Terminal, world: World) -> None:
    number = world.batch()
    made = terminal.data("event", "record", number, *HARVEST, "--place", "一号田", "--as", "clerk")
    [found] = terminal.data("event", "list", number)
    assert found["occurred_at"] == "2026-08-12T01:30:00+00:00"
    assert (found["quantity_g"], found["ledger_entry"]) == (120_000, made["ledger_entry"])
    assert (found["recorded_by"], found["place"]) == ("示例clerk", "一号田")
    assert "120 kg" in terminal.run("event", "list", number).stdout


def test_facts_come_as_json_or_from_a_file_and_photos_come_along(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    number = world.batch()
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"activity": "transplanting", "variety": "太空莲36号"}), "utf-8")
    photo = tmp_path / "移栽.jpg"
    photo.write_bytes(samples.jpeg())
    words = ("event", "record", number, "--stage", "planting", "--at", "2026-03-28 08:00", "--as", "coop")
    terminal.run(*words, "--facts", f"@{facts}", "--fact", "variety=建选17号", "--attach", str(photo))
    [found] = terminal.data("event", "list", number)
    assert {"name": "品种", "value": "建选17号"} in found["facts"]
    assert len(found["attachments"]) == 1


def test_the_same_request_records_once(terminal: Terminal, world: World) -> None:
    number = world.batch()
    words = ("event", "record", number, *HARVEST, "--request-id", "from-the-scales-17", "--as", "coop")
    first, second = terminal.data(*words), terminal.data(*words)
    assert (first["repeated"], second["repeated"]) == (False, True)
    assert first["event"] == second["event"]
    assert len(terminal.data("event", "list", number)) == 1


def test_a_family_is_listed_with_what_was_corrected(terminal: Terminal, world: World) -> None:
    number = world.ready()
    [child] = terminal.data("batch", "split", number, "--into", "5kg", "--as", "coop")["numbers"]
    world.record(child, "storage", dates.local_day(clock.now()))
    assert len(terminal.data("event", "list", child)) == 1
    assert len(terminal.data("event", "list", child, "--family")) == 5


def test_refusals_name_the_field(terminal: Terminal, world: World) -> None:
    number = world.batch()
    words = ("event", "record", number, "--stage", "harvest", "--as", "coop")
    assert terminal.refused(*words, "--at", "gestern") == "event.not-a-time"
    told = terminal.run(*words, "--at", "2026-08-12 09:30", code=1).stderr
    assert "quantity.required --quantity" in told
    assert terminal.refused("event", "list", "NOPE") == "batch.unknown"


def test_wrong_calls_leave_with_two(terminal: Terminal, world: World) -> None:
    number = world.batch()
    terminal.run("event", "record", number, "--stage", "dancing", "--at", "2026-08-12", code=2)
    terminal.run("event", "record", number, *HARVEST, "--fact", "novalue", code=2)
    terminal.run("event", "record", number, *HARVEST, "--facts", "[1]", code=2)
    terminal.run("event", "record", number, *HARVEST, "--facts", "@/does/not/exist", code=2)
    terminal.run("event", "record", number, *HARVEST, "--attach", "/does/not/exist", code=2)

"""`flask ledger verify`: what it says of a sound ledger, and of one that was tampered with."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import delete, update

from tests.cli.conftest import Terminal
from tests.services import upload_samples as samples
from tests.support.forging import regrow
from tests.support.makers import World, new_event
from tests.support.tampering import behind
from trace.config import Settings
from trace.services import attachment, event
from trace.services.attachment_file import path_of
from trace.services.ledger import ENTRY
from trace.services.ledger_points import CHECKPOINT
from trace.tables.ledgered import LEDGERED
from trace.web.context import App
from trace.web.factory import create_app

EVENT = LEDGERED["event"].table


def test_a_sound_ledger_is_said_to_be_sound(terminal: Terminal, world: World) -> None:
    world.ready()
    found = terminal.data("ledger", "verify")
    assert (found["ok"], found["fault"], found["attachments"]) == (True, None, [])
    told = terminal.run("ledger", "verify").stdout
    assert str(found["entries"]) in told
    assert found["root"] in told


def test_a_changed_record_is_named(terminal: Terminal, world: World) -> None:
    number = world.ready()
    done = world.record(number, "storage", date(2026, 8, 23))
    with behind(world.db) as link:
        link.execute(update(EVENT).where(EVENT.c.id == done.event_id).values(facts='{"place":"别处"}'))
    told = terminal.run("ledger", "verify", code=1).stdout
    assert told.startswith("ledger.record-changed: ")
    assert f"第 {done.entry} 条" in told
    assert f"[event.recorded · event {done.event_id}]" in told
    fault = terminal.data("ledger", "verify", code=1)["fault"]
    assert (fault["seq"], fault["code"]) == (done.entry, "ledger.record-changed")


def cut_off_after(world: World, root: str, done: event.Recorded) -> None:
    """Take the last record and its entry away, so that the tree is the one with this root again."""
    with behind(world.db) as link:
        link.execute(delete(EVENT).where(EVENT.c.id == done.event_id))
        link.execute(delete(ENTRY).where(ENTRY.c.seq == done.entry))
        assert regrow(link) == root


def forget_checkpoints(app: Flask, world: World) -> None:
    """Take away every checkpoint that was signed, in the database and outside."""
    parts: App = app.extensions["trace"]
    shutil.rmtree(parts.settings.checkpoints)
    with behind(world.db) as link:
        link.execute(delete(CHECKPOINT))


def test_what_was_noted_earlier_finds_what_was_cut_off(terminal: Terminal, world: World, app: Flask) -> None:
    number = world.batch()
    before = terminal.data("ledger", "verify")
    done = world.record(number, "planting", date(2026, 3, 28))
    noted = terminal.data("ledger", "verify")
    cut_off_after(world, before["root"], done)
    found = terminal.data("ledger", "verify", code=1)["fault"]
    assert (found["seq"], found["code"], found["detail"]) == (done.entry, "ledger.cut-off", "outside")
    assert "库外检查点" in terminal.run("ledger", "verify", code=1).stdout
    forget_checkpoints(app, world)
    terminal.run("ledger", "verify")
    printed = f"账本 {noted['entries']:,} · {noted['root'][:4]} {noted['root'][4:16]}"
    for known in (f"{noted['entries']}:{noted['root']}", printed):
        found = terminal.data("ledger", "verify", "--known", known, code=1)
        assert (found["fault"]["seq"], found["fault"]["code"]) == (done.entry, "ledger.cut-off")
    terminal.run("ledger", "verify", "--known", f"{before['entries']}:{before['root'][:16]}")
    terminal.run("ledger", "verify", "--known", "12:abc", code=2)


def test_all_faults_are_told_when_asked(terminal: Terminal, world: World) -> None:
    number = world.ready()
    done = [world.record(number, "storage", date(2026, 8, day)) for day in (23, 24)]
    with behind(world.db) as link:
        for one in done:
            link.execute(update(EVENT).where(EVENT.c.id == one.event_id).values(place="别处"))
    assert len(terminal.data("ledger", "verify", code=1)["faults"]) == 1
    found = terminal.data("ledger", "verify", "--all", code=1)["faults"]
    assert [(one["seq"], one["code"]) for one in found] == [
        (one.entry, "ledger.record-changed") for one in done
    ]
    told = terminal.run("ledger", "verify", "--all", code=1).stdout
    assert [line.partition(":")[0] for line in told.splitlines()] == ["ledger.record-changed"] * 2


def test_what_is_no_fault_is_noted(terminal: Terminal, world: World) -> None:
    done = world.record(world.ready(), "storage", date(2026, 8, 23))
    [note] = [one for one in terminal.data("ledger", "verify")["notes"] if one["code"] == "ledger.note-late"]
    assert note["count"] >= 1
    assert note["first"] <= done.entry
    assert note["message"] in terminal.run("ledger", "verify").stdout


def test_a_missing_or_changed_attachment_is_named(terminal: Terminal, world: World, app: Flask) -> None:
    parts: App = app.extensions["trace"]
    number = world.batch()
    with world.write() as session:
        kept = attachment.store(session, world.coop, parts.settings, samples.jpeg(), "移栽.jpg")
        carried = new_event("planting", date(2026, 3, 28), attachments=(event.Attached(kept.id),))
        event.record(session, world.coop, number, carried)
    terminal.run("ledger", "verify")
    path = path_of(parts.settings, kept.sha256)
    body = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(body[:-1] + b"x")
    assert terminal.data("ledger", "verify", code=1)["attachments"] == [
        {"attachment_id": kept.id, "sha256": kept.sha256, "kind": "changed"}
    ]
    path.unlink()
    assert kept.sha256 in terminal.run("ledger", "verify", code=1).stdout


def test_a_database_that_was_never_set_up_is_a_diagnosis(empty_database_url: str, tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=empty_database_url))
    told = app.test_cli_runner().invoke(args=["key", "list"])
    assert told.exit_code == 1
    assert told.stderr.startswith("web.unavailable: ")
    assert "Traceback" not in told.stderr
    app.extensions["trace"].db.dispose()

"""`flask audit bundle`: one file, whole or not there, that the verifier proves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import update

from tests.cli.conftest import Terminal
from tests.support.makers import World
from tests.support.tampering import behind
from trace.tables import Event
from trace.verify.__main__ import main

EVENT = Event.__table__  # type: ignore[attr-defined]
FACTS = {"activity": "transplanting", "variety": "太空莲36号", "worker": "示例王小明"}


def test_a_bundle_is_written_and_proven(terminal: Terminal, world: World, tmp_path: Path) -> None:
    number, out = world.ready(), tmp_path / "bundle.zip"
    world.record(number, "planting", date(2026, 3, 29), facts=FACTS)
    made = terminal.data("audit", "bundle", number, "--out", str(out))
    assert (made["batch"], made["batches"], made["file"]) == (number, 1, str(out))
    assert main([str(out), "--key", made["vkey"]]) == 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".part"] == []
    told = terminal.run("audit", "bundle", number, "--out", str(out), "--with-personal").stdout
    assert f"--key '{made['vkey']}'" in told
    assert main([str(out), "--key", made["vkey"]]) == 0


def test_in_the_name_of_those_who_may(terminal: Terminal, world: World, tmp_path: Path) -> None:
    number, out = world.batch(), tmp_path / "bundle.zip"
    terminal.run("audit", "bundle", number, "--out", str(out), "--as", "regulator")
    assert out.exists()
    out.unlink()
    assert (
        terminal.refused("audit", "bundle", number, "--out", str(out), "--as", "coop")
        == "organisation.may-not"
    )
    assert terminal.refused("audit", "bundle", "NO-SUCH", "--out", str(out)) == "batch.unknown"
    assert not out.exists()


def test_what_stood_there_stays_when_none_can_be_made(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    number, out = world.batch(), tmp_path / "bundle.zip"
    done = world.record(number, "planting", date(2026, 3, 28))
    out.write_bytes(b"yesterday's")
    with behind(world.db) as link:
        link.execute(update(EVENT).where(EVENT.c.id == done.event_id).values(place="别处"))
    assert terminal.refused("audit", "bundle", number, "--out", str(out)) == "bundle.record-changed"
    assert out.read_bytes() == b"yesterday's"
    terminal.run("audit", "bundle", number, "--out", str(tmp_path / "no" / "folder.zip"), code=2)
    terminal.run("audit", "bundle", number, code=2)

"""`flask labels print` with what it cannot do: one sentence, no trace, nothing entered, nothing left behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import Terminal
from tests.support.makers import World
from tests.support.rare import RARE, rarely_named
from tests.support.snapshot import unchanged
from trace.core import clock, dates
from trace.db import Database
from trace.services import authorisation, key
from trace.tables import Run


@pytest.fixture
def db(app: Flask) -> Database:
    found: Database = app.extensions["trace"].db
    return found


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "labels.pdf"


@pytest.fixture
def number(world: World) -> str:
    return world.ready()


def words(
    number: str, out: Path | str, *more: str, count: object = 5, stock: str = "a4-24"
) -> tuple[str, ...]:
    return (
        "labels", "print", "--batch", number, f"--count={count}", "--stock", stock,
        "--out", str(out), "--as", "coop", *more,
    )  # fmt: skip


def test_numbers_and_names_that_cannot_be(terminal: Terminal, db: Database, number: str, out: Path) -> None:
    terminal.data(*words(number, out))
    out.unlink()
    refusals: list[tuple[str, tuple[str, ...]]] = [
        *(("run.count", words(number, out, count=count)) for count in (0, -1, 10**7, 10**30)),
        *(("run.too-many", words(number, out, count=count)) for count in (196, 999_999)),
        *(("label.stock-unknown", words(number, out, stock=name)) for name in ("a4-99", "", "纸" * 500)),
        *(("run.start-cell", words(number, out, f"--start-cell={cell}")) for cell in (0, -1, 25, 10**30)),
        *(("label.dpi", words(number, out, f"--dpi={dpi}")) for dpi in (0, -203, 72, 2401, 10**30)),
        ("batch.unknown", words("NO-SUCH", out)),
        ("run.unknown", words(number, out, "--replaces", "99:1-2", "--reason", "示例：卡纸")),
        ("run.range", words(number, out, "--replaces", "1:4-6", "--reason", "示例：卡纸")),
        ("text.required", words(number, out, "--replaces", "1:1-2")),
        ("printer.unknown", words(number, out, "--printer", "没有这台")),
        ("sheet.unknown", words(number, out, "--sheet", "99")),
        ("sheet.cells", words(number, out, "--sheet", "1:24-25")),
        ("sheet.cells-taken", words(number, out, "--sheet", "1:5-6")),
    ]
    for code, line in refusals:
        with unchanged(db):
            assert terminal.refused(*line) == code, line
    usage = [
        words(number, out, count=count) for count in ("", "many", "1.5", "1e3", "0x10", "五")
    ] + [
        words(number, out, *more)
        for more in (
            ("--dpi", "fine"), ("--start-cell", "last"), ("--replaces", "1"), ("--replaces", "1:2"),
            ("--replaces", "-1:1-2"), ("--replaces", "1:１-2"), ("--sheet", "0"), ("--sheet", "1:3-"),
            ("--sheet", "１"),
        )
    ]  # fmt: skip
    for line in usage:
        with unchanged(db):
            terminal.run(*line, code=2)
    assert list(out.parent.iterdir()) == []


def test_full_width_digits_are_numbers_too(terminal: Terminal, number: str, out: Path) -> None:
    assert terminal.data(*words(number, out, count="１２"))["count"] == 12


def test_a_missing_glyph_is_named(terminal: Terminal, db: Database, world: World, out: Path) -> None:
    line = words(rarely_named(world), out)
    with unchanged(db):
        assert terminal.refused(*line) == "label.missing-glyphs"
        assert RARE in terminal.run(*line, code=1).stderr
    assert not out.exists()


def test_what_cannot_be_written_enters_nothing(
    terminal: Terminal, db: Database, number: str, out: Path, tmp_path: Path
) -> None:
    special = tmp_path / "pipe"
    os.mkfifo(special)
    places = (
        out.parent,
        out.parent / "nowhere" / "x.pdf",
        out.parent / ("x" * 300 + ".pdf"),
        Path("/proc/labels.pdf"),
        special,
        special / "x.pdf",
    )
    for place in places:
        with unchanged(db):
            terminal.run(*words(number, place), code=2)
    assert special.is_fifo()
    assert list(out.parent.iterdir()) == []


def test_the_longest_name_that_a_folder_takes_is_written(terminal: Terminal, number: str, out: Path) -> None:
    long = out.with_name("x" * 251 + ".pdf")
    terminal.data(*words(number, long))
    assert list(out.parent.iterdir()) == [long]


def test_a_file_that_lies_there_stays_whole_until_the_new_one_is(
    terminal: Terminal, number: str, out: Path
) -> None:
    out.write_text("older", encoding="utf-8")
    assert terminal.refused(*words(number, out, count=0)) == "run.count"
    assert out.read_text(encoding="utf-8") == "older"
    terminal.data(*words(number, out))
    assert out.read_bytes().startswith(b"%PDF-")
    assert [one.name for one in out.parent.iterdir()] == [out.name]


def test_the_same_number_with_other_contents_is_a_conflict(
    terminal: Terminal, db: Database, number: str, out: Path
) -> None:
    same = ("--request-id", "line-3")
    terminal.data(*words(number, out, *same))
    before = out.read_bytes()
    changes = (
        words(number, out, *same, count=6),
        words(number, out, *same, stock="a4-33"),
        words(number, out, *same, "--pin"),
        words(number, out, *same, "--start-cell", "2"),
        words(number, out, *same, "--replaces", "1:1-2", "--reason", "示例：卡纸"),
    )
    for line in changes:
        with unchanged(db):
            assert terminal.refused(*line) == "run.request-differs"
    assert out.read_bytes() == before


def test_an_authorisation_that_ended_refuses_the_next_run(
    terminal: Terminal, db: Database, world: World, number: str, out: Path
) -> None:
    with clock.at(dates.day_start(dates.parse_day("2028-01-01", "day"))), unchanged(db):
        assert terminal.refused(*words(number, out)) == "run.no-authorisation"
    with world.write() as session:
        [mine] = authorisation.standings(session, 1, int(world.coop.org_id))
        authorisation.revoke(session, world.office, mine.row.id or 0, "示例：收回")
    with unchanged(db):
        assert terminal.refused(*words(number, out)) == "run.no-authorisation"
    assert list(out.parent.iterdir()) == []


def test_a_key_that_ended(terminal: Terminal, db: Database, world: World, number: str, out: Path) -> None:
    same = ("--request-id", "line-3")
    first = terminal.data(*words(number, out, *same))["run"]
    before = out.read_bytes()
    with db.read() as session:
        row = session.get_one(Run, first)
    with world.write() as session:
        key.end(session, None, row.key_id, "retired", "示例：换密钥")
    terminal.data(*words(number, out, *same))
    assert out.read_bytes() == before, "a run made under a key that retired later draws the same bytes"
    with world.write() as session:
        key.end(session, None, row.key_id, "revoked", "示例：密钥失窃", row.created_at)
    out.unlink()
    with unchanged(db):
        assert terminal.refused(*words(number, out, *same)) == "run.key-revoked"
    assert not out.exists()
    assert terminal.data(*words(number, out))["run"] != first, "and a new key signs what is printed now"

"""`flask labels export`: other forms of a run's labels, each taking entered, a second one only knowingly."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
import zxingcpp
from flask import Flask

from tests.cli.conftest import Terminal
from tests.support.makers import World
from tests.support.printer_languages import Tspl, Zpl, picture
from trace.services import recall, scan
from trace.services.outlet import OUTLETS
from trace.web.context import App


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "labels.out"


@pytest.fixture
def printed(app: Flask, world: World) -> int:
    """A roll of four labels that nobody has taken."""
    parts: App = app.extensions["trace"]
    return world.printed(
        world.ready(number="LOTUS-1"), 4, master=parts.settings.master_key, stock="roll-60x40", dpi=203
    )


def words(run_id: int, form: str, out: Path, *more: str) -> tuple[str, ...]:
    return ("labels", "export", str(run_id), "--form", form, "--out", str(out), "--as", "clerk", *more)


@pytest.mark.parametrize("form", OUTLETS)
def test_each_form_is_written_and_its_taking_entered(
    terminal: Terminal, printed: int, out: Path, form: str
) -> None:
    told = terminal.data(*words(printed, form, out))
    assert (told["form"], told["count"], told["taken_before"]) == (form, 4, 0)
    assert out.stat().st_size > 0
    [found] = terminal.data("labels", "runs")
    assert found["downloads"] == 1
    assert [path.name for path in out.parent.iterdir() if path.name.endswith(".part")] == []


def test_a_second_taking_is_told_who_took_the_first_and_needs_to_be_meant(
    terminal: Terminal, printed: int, out: Path
) -> None:
    terminal.data(*words(printed, "csv", out))
    out.unlink()
    assert terminal.refused(*words(printed, "pdf", out)) == "run.taken"
    said = terminal.run(*words(printed, "pdf", out), code=1).stderr
    assert "示例clerk" in said
    assert "--again" in said
    assert not out.exists()
    [found] = terminal.data("labels", "runs")
    assert found["downloads"] == 1
    assert terminal.data(*words(printed, "csv", out, "--again"))["taken_before"] == 1


@pytest.mark.parametrize("more", [(), ("--native-qr",)])
def test_printers_draw_codes_that_are_found(
    terminal: Terminal, printed: int, out: Path, app: Flask, more: tuple[str, ...]
) -> None:
    parts: App = app.extensions["trace"]
    terminal.run(*words(printed, "tspl", out, *more))
    labels = Tspl(203).feed(out.read_bytes())
    terminal.run(*words(printed, "zpl", out, "--again", *more))
    labels += Zpl().feed(out.read_bytes())
    assert len(labels) == 8
    with parts.db.read() as session:
        for label in labels:
            [found] = zxingcpp.read_barcodes(picture(label))
            assert scan.look(session, found.text.rpartition("/c/")[2]).verdict == "first"


def test_after_a_paper_jam_some_labels_are_taken_again_the_same_as_before(
    terminal: Terminal, printed: int, out: Path
) -> None:
    terminal.run(*words(printed, "tspl", out))
    whole = Tspl(203).feed(out.read_bytes())
    out.unlink()
    part = ("--items", "2-3")
    assert terminal.refused(*words(printed, "tspl", out, *part)) == "run.taken"
    told = terminal.data(*words(printed, "tspl", out, *part, "--again"))
    assert (told["first"], told["count"], told["taken_before"]) == (2, 2, 1)
    assert hashlib.sha256(out.read_bytes()).hexdigest() == told["sha256"]
    again = Tspl(203).feed(out.read_bytes())
    assert [label.tobytes() for label in again] == [label.tobytes() for label in whole[1:3]]
    [found] = terminal.data("labels", "runs")
    assert found["downloads"] == 2


@pytest.mark.parametrize("form", [form for form in OUTLETS if form != "pdf"])
def test_a_part_is_to_be_had_in_every_form_but_the_pdf(
    terminal: Terminal, printed: int, out: Path, app: Flask, form: str
) -> None:
    parts: App = app.extensions["trace"]
    assert terminal.data(*words(printed, form, out, "--items", "4-4"))["count"] == 1
    assert [path for path in (parts.settings.instance / "labels").iterdir() if path.is_dir()] == []
    if form in ("svg", "png"):
        [name] = zipfile.ZipFile(out).namelist()
        assert name.startswith(f"{printed:08d}-000004-")
    if form == "csv":
        assert out.read_text("utf-8-sig").splitlines()[1].startswith('"4",')


def test_a_part_that_is_not_there_or_void_is_refused(terminal: Terminal, printed: int, out: Path) -> None:
    for part in ("3-2", "0-1", "4-5"):
        assert terminal.refused(*words(printed, "csv", out, "--items", part)) == "run.range"
    terminal.run(*words(printed, "csv", out, "--items", "3"), code=2)
    terminal.run(*words(printed, "pdf", out, "--items", "1-2"), code=2)
    terminal.run("labels", "void", str(printed), "2", "3", "--reason", "示例卡纸", "--as", "coop")
    assert terminal.refused(*words(printed, "csv", out, "--items", "2-3")) == "run.all-void"
    assert not out.exists()


def test_letting_the_printer_make_the_codes_comes_with_a_warning_and_only_for_printers(
    terminal: Terminal, printed: int, out: Path
) -> None:
    terminal.run(*words(printed, "csv", out, "--native-qr"), code=2)
    assert "用手机扫过" in terminal.run(*words(printed, "tspl", out, "--native-qr")).output


def test_pictures_are_as_many_as_labels(terminal: Terminal, printed: int, out: Path) -> None:
    terminal.run(*words(printed, "png", out))
    with zipfile.ZipFile(io.BytesIO(out.read_bytes())) as archive:
        assert len(archive.namelist()) == 4


def test_what_cannot_be_is_refused_and_enters_nothing(
    terminal: Terminal, world: World, printed: int, out: Path, tmp_path: Path, app: Flask
) -> None:
    parts: App = app.extensions["trace"]
    flat = world.printed("LOTUS-1", 2, master=parts.settings.master_key)
    assert terminal.refused(*words(flat, "tspl", out)) == "label.not-a-roll"
    assert terminal.refused(*words(999, "csv", out)) == "run.unknown"
    terminal.run(*words(printed, "csv", tmp_path / "nowhere" / "x.csv"), code=2)
    terminal.run(*words(printed, "docx", out), code=2)
    asked = ("labels", "export", str(printed), "--form", "csv", "--out", str(out), "--as")
    assert terminal.refused(*asked, "reader") == "organisation.may-not"
    with world.write() as session:
        recall.open_recall(session, world.regulator, "LOTUS-1", "示例抽检不合格", "请退货")
    assert terminal.refused(*words(printed, "csv", out)) == "batch.recalled"
    assert [found["downloads"] for found in terminal.data("labels", "runs")] == [0, 0]
    assert not out.exists()

"""The forms in which labels leave: made once, whole or not at all, released by the self-check, on record."""

from __future__ import annotations

import csv
import io
import threading
import zipfile
from pathlib import Path

import pytest
from sqlmodel import Session, select

from labels import code, pin
from labels.errors import BadCount, LabelError
from tests.support.makers import MASTER, World
from trace.core.errors import Conflict, Forbidden, NotFound, Unavailable
from trace.services import key, ledger_audit, outlet, recall, run, sheet
from trace.services import pin as pins
from trace.services.outlet import OUTLETS, PDF, Outlet
from trace.tables import Audit, Download, LedgerEntry, Run

ROLL = {"stock": "roll-60x40", "dpi": 203}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where labels are kept; not there yet."""
    return tmp_path / "labels"


def made(world: World, run_id: int, form: Outlet, folder: Path) -> bytes:
    with world.db.read() as session:
        return outlet.make(session, session.get_one(Run, run_id), form, folder, MASTER).read_bytes()


def row(world: World, run_id: int) -> Run:
    with world.db.read() as session:
        return session.get_one(Run, run_id)


@pytest.mark.parametrize("form", OUTLETS.values(), ids=OUTLETS)
def test_each_form_is_made_once_and_is_the_same_again(world: World, folder: Path, form: Outlet) -> None:
    run_id = world.printed(world.ready(), 5, **ROLL)
    first = made(world, run_id, form, folder)
    assert made(world, run_id, form, folder) == first
    assert made(world, run_id, form, folder / "elsewhere") == first
    [file] = [path.name for path in folder.iterdir() if path.is_file()]
    assert file == f"run-{run_id:08d}{form.suffix}"
    assert outlet.size(folder, row(world, run_id), form) == (len(first), True)


@pytest.mark.parametrize("form", OUTLETS.values(), ids=OUTLETS)
def test_the_size_told_before_it_is_made_is_about_right(world: World, folder: Path, form: Outlet) -> None:
    run_id = world.printed(world.ready(), 200, **ROLL)
    told, exact = outlet.size(folder, row(world, run_id), form)
    assert not exact
    assert told / 4 < len(made(world, run_id, form, folder)) < told * 4


def test_every_code_of_a_table_is_the_runs_and_pins_are_its_secrets(world: World, folder: Path) -> None:
    run_id = world.printed(world.ready(), 8, **ROLL, pin=True)
    text = made(world, run_id, OUTLETS["csv"], folder).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    with world.db.read() as session:
        found = session.get_one(Run, run_id)
        known = key.known(session, found.key_id)
        assert known is not None
        assert [line["网址 URL"] for line in rows] == list(run.urls(session, found, MASTER))
        secret = pins.secret(session, found, MASTER)
    for item, line in enumerate(rows, 1):
        digits = code.split_url(line["网址 URL"])
        assert code.verify(digits, {found.key_id: known.public}).item == item
    assert [line["验证码 PIN"] for line in rows] == pin.pins(secret, run_id, range(1, 9))


def test_a_sheet_has_no_command_file_and_a_roll_has(world: World, folder: Path) -> None:
    number = world.ready()
    flat, roll = row(world, world.printed(number, 5)), row(world, world.printed(number, 5, **ROLL))
    assert [one.key for one in outlet.offered(flat)] == ["pdf", "xlsx", "csv", "svg", "png"]
    assert [one.key for one in outlet.offered(roll)] == list(OUTLETS)
    with pytest.raises(LabelError) as refusal:
        made(world, flat.id or 0, OUTLETS["tspl"], folder)
    assert refusal.value.code == "label.not-a-roll"
    assert not folder.exists()


def test_too_many_labels_for_pictures_are_refused(world: World) -> None:
    found = row(world, world.printed(world.ready(), 5, **ROLL))
    found.count = 20_001
    with pytest.raises(BadCount):
        outlet.check(found, OUTLETS["png"])
    assert [one.key for one in outlet.offered(found)] == ["pdf", "tspl", "zpl", "xlsx", "csv", "svg"]


def test_an_unknown_form_names_those_there_are() -> None:
    with pytest.raises(NotFound, match=r"run\.outlet") as refusal:
        outlet.named("docx")
    assert "xlsx" in refusal.value.message("zh")


@pytest.mark.parametrize("name", ["csv", "xlsx", "svg", "tspl"])
def test_a_folder_that_cannot_be_made_is_told(world: World, folder: Path, name: str) -> None:
    run_id = world.printed(world.ready(), 5, **ROLL)
    folder.touch()
    with pytest.raises(Unavailable, match=r"run\.folder"):
        made(world, run_id, OUTLETS[name], folder)
    assert folder.read_bytes() == b""


def test_taking_any_form_is_entered_and_the_next_one_hears_of_it(world: World, folder: Path) -> None:
    run_id = world.printed(world.ready(), 5, **ROLL)
    world.drawn(run_id, folder)
    data = made(world, run_id, OUTLETS["csv"], folder)
    with world.write() as session:
        first = outlet.hand_out(session, world.clerk, run_id, OUTLETS["csv"], folder)
    with world.write() as session:
        second = outlet.hand_out(session, world.coop, run_id, PDF, folder)
    assert first.earlier == ()
    assert [(line.outlet, line.recorded_by) for line in second.earlier] == [("csv", int(world.clerk.user_id))]
    with world.db.read() as session:
        lines = session.exec(select(Download).order_by(Download.id)).all()  # type: ignore[arg-type]  # a column
        assert [line.outlet for line in lines] == ["csv", None]
        assert lines[0].sha256 == first.sha256
        kinds = session.exec(select(LedgerEntry.kind).where(LedgerEntry.subject == "download")).all()
        assert kinds == ["run.downloaded"] * 2
        notes = session.exec(select(Audit.subject).where(Audit.action == "organisation:run:download")).all()
        assert sorted(notes) == [f"{run_id}:csv", f"{run_id}:pdf"]
        assert ledger_audit.verify(session).fault is None
    assert len(data) > 0


def test_no_form_leaves_before_the_self_check_or_while_recalled(world: World, folder: Path) -> None:
    number = world.ready()
    run_id = world.printed(number, 5, **ROLL)
    made(world, run_id, OUTLETS["zpl"], folder)
    made(world, run_id, PDF, folder)

    def hand_out() -> None:
        with world.write() as session:
            outlet.hand_out(session, world.clerk, run_id, OUTLETS["zpl"], folder)

    with pytest.raises(Conflict, match=r"run\.unchecked"):
        hand_out()
    world.drawn(run_id, folder)
    with world.write() as session:
        recall.open_recall(session, world.regulator, number, "示例抽检不合格", "请退货")
    with pytest.raises(Conflict, match=r"batch\.recalled"):
        hand_out()
    with world.db.read() as session:
        assert session.exec(select(Download)).all() == []


def test_only_the_runs_own_people_take_it(world: World, folder: Path) -> None:
    run_id = world.printed(world.ready(), 5, **ROLL)
    world.drawn(run_id, folder)
    for actor, refusal in ((world.rival, NotFound), (world.reader, Forbidden), (world.regulator, Forbidden)):
        with pytest.raises(refusal), world.write() as session:
            outlet.hand_out(session, actor, run_id, PDF, folder)


def test_of_two_takers_at_once_one_is_told_of_the_other(world: World, folder: Path) -> None:
    run_id = world.printed(world.ready(), 5, **ROLL)
    world.drawn(run_id, folder)
    made(world, run_id, OUTLETS["csv"], folder)
    start, heard = threading.Barrier(2), []

    def take() -> None:
        start.wait()
        with world.write() as session:
            taken = outlet.hand_out(session, world.clerk, run_id, OUTLETS["csv"], folder)
            heard.append(len(taken.earlier))

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(heard) == [0, 1]
    with world.db.read() as session:
        assert _downloads(session) == 2


def _downloads(session: Session) -> int:
    return len(session.exec(select(Download)).all())


def test_pictures_in_a_zip_are_as_many_as_labels(world: World, folder: Path) -> None:
    run_id = world.printed(world.ready(), 7, **ROLL)
    for name in ("svg", "png"):
        with zipfile.ZipFile(io.BytesIO(made(world, run_id, OUTLETS[name], folder))) as archive:
            assert len(archive.namelist()) == 7
            assert archive.testzip() is None


def test_the_pdf_is_the_sheets(world: World, folder: Path) -> None:
    run_id = world.printed(world.ready(), 5)
    assert outlet.place(folder, run_id, PDF) == sheet.place(folder, run_id)

"""Full disks, folders that cannot be written, keys that are gone: refused plainly, nothing half done, resumable."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from tests.crash.installation import Installation
from tests.support.makers import MASTER
from tests.support.processes import is_root
from trace.core import clock
from trace.jobs.handlers import folder
from trace.services import key
from trace.tables import Run

COUNT = 300  # labels: a PDF of 140 kB

pytestmark = pytest.mark.crash


@pytest.fixture
def installed(sqlite_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation: what is told of here happens outside the database."""
    made = Installation.new(sqlite_url, tmp_path / "here", labels=COUNT + 5)
    yield made
    made.close()


def printed(installed: Installation) -> None:
    """The same request succeeds now, prints once, and leaves nothing behind."""
    answer = installed.print_labels("one", COUNT)
    assert answer["code"] == 0, answer
    installed.check({"one": COUNT})


def refused(answer: dict[str, object], *codes: str) -> None:
    assert answer["code"] == 1, answer
    assert any(code in str(answer["err"]) for code in codes), answer


@contextlib.contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A file system of its own of that size at `place`."""
    place.mkdir(parents=True, exist_ok=True)
    mount = shutil.which("mount")
    if not is_root() or mount is None:
        pytest.skip("only root can mount a small file system")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"no small file system here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_disk_that_fills_up_in_the_middle_of_drawing(installed: Installation) -> None:
    place = folder(installed.settings)
    with small_disk(place, "64k"):
        for _ in range(2):
            refused(installed.print_labels("one", COUNT), "label.output")
            assert list(place.iterdir()) == []
        assert installed.stage("one") == "decided"
        assert not installed.out("one").exists()
    printed(installed)


def test_a_disk_that_fills_up_when_the_file_is_handed_out(installed: Installation) -> None:
    with small_disk(installed.outs, "64k"):
        answer = installed.print_labels("one", COUNT)
        assert answer["code"] == 1, answer
        assert "No space left" in answer["err"]
        assert list(installed.outs.iterdir()) == []
    printed(installed)


@pytest.mark.parametrize("limit", [40_000, 120_000])
def test_a_file_that_may_not_grow_is_a_full_disk_too(postgres_url: str, tmp_path: Path, limit: int) -> None:
    # On PostgreSQL, whose files are another process's: here the limit meets the labels alone.
    installed = Installation.new(postgres_url, tmp_path, labels=COUNT)
    try:
        refused(installed.print_labels("one", COUNT, file_limit=limit), "label.output")
        assert list(folder(installed.settings).iterdir()) == []
        printed(installed)
    finally:
        installed.close()


def test_a_database_that_may_not_grow_loses_nothing(sqlite_url: str, tmp_path: Path) -> None:
    installed = Installation.new(sqlite_url, tmp_path, labels=COUNT)
    try:
        for limit in (4_096, 30_000, 60_000, 100_000, 200_000):
            answer = installed.print_labels("one", COUNT, file_limit=limit)
            assert answer["code"] in (0, 1), answer
            assert installed.litter() == []
        printed(installed)
    finally:
        installed.close()


def test_output_that_cannot_be_written_is_refused_before_anything_is_decided(installed: Installation) -> None:
    installed.out("one").mkdir()
    answer = installed.print_labels("one", COUNT)
    assert answer["code"] == 2, answer
    assert installed.stage("one") == "nothing"
    installed.out("one").rmdir()
    printed(installed)


def test_a_folder_of_labels_that_cannot_be_made(installed: Installation) -> None:
    folder(installed.settings).write_text("in the way")
    refused(installed.print_labels("one", COUNT), "run.folder")
    assert installed.stage("one") == "decided"
    folder(installed.settings).unlink()
    printed(installed)


def test_a_key_retired_between_deciding_and_drawing_still_signs_what_was_decided(
    installed: Installation,
) -> None:
    folder(installed.settings).write_text("in the way")
    refused(installed.print_labels("one", COUNT), "run.folder")
    folder(installed.settings).unlink()
    db = installed.database()
    with db.write() as session:
        old = session.exec(select(Run)).one().key_id
        key.end(session, None, old, "retired", "换新钥匙")
    printed(installed)
    answer = installed.print_labels("two", 5)
    assert answer["code"] == 0, answer
    with db.read() as session:
        assert [run.key_id == old for run in session.exec(select(Run).order_by(col(Run.id))).all()] == [
            True,
            False,
        ]


def test_a_key_revoked_between_deciding_and_drawing_hands_nothing_out(installed: Installation) -> None:
    folder(installed.settings).write_text("in the way")
    refused(installed.print_labels("one", COUNT), "run.folder")
    folder(installed.settings).unlink()
    db = installed.database()
    with db.write() as session:
        signing = session.exec(select(Run)).one().key_id
        key.end(session, None, signing, "revoked", "钥匙泄露", since=clock.now() - timedelta(hours=1))
    refused(installed.print_labels("one", COUNT), "run.key-revoked")
    assert not installed.out("one").exists()
    assert installed.stage("one") != "taken"


def test_a_wrong_master_key_prints_nothing_and_uses_up_no_weight(installed: Installation) -> None:
    master = installed.instance / "master.key"
    master.write_bytes(bytes(32))
    refused(installed.print_labels("one", COUNT), "key.sealed")
    assert installed.stage("one") == "nothing"
    master.write_bytes(MASTER)
    printed(installed)


def test_a_master_key_lost_between_deciding_and_drawing(installed: Installation) -> None:
    master = installed.instance / "master.key"
    folder(installed.settings).write_text("in the way")
    refused(installed.print_labels("one", COUNT), "run.folder")
    folder(installed.settings).unlink()
    master.write_bytes(bytes(32))
    refused(installed.print_labels("one", COUNT), "key.sealed")
    assert installed.litter() == []
    master.write_bytes(MASTER)
    printed(installed)

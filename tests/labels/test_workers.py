"""Signing on several cores: the same bytes, and nothing left behind however a run ends."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labels import code, signing
from labels.errors import BadCount, OutputError
from labels.marks import marks
from labels.pdf import render
from labels.signing import SIGNATURE_BYTES, Signing, cores
from labels.stock import STOCKS
from tests.labels.samples import BASE, KEY, PLAIN, ROOT, pdf_of, run_of

ROLL = STOCKS["roll-40x30"]
SCRIPT = signing.__name__.rpartition(".")[2] + "_process.py"

pytestmark = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc to see processes")


def signers(parent: int) -> set[int]:
    """The processes that sign for this one."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
            after_name = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if SCRIPT.encode() in command and int(after_name[1]) == parent and after_name[0] != "Z":
            found.add(int(entry.name))
    return found


def mine() -> set[int]:
    return signers(os.getpid())


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def batches(*lengths: int) -> Iterator[range]:
    first = 1
    for length in lengths:
        yield range(first, first + length)
        first += length


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_workers_gives_the_same_bytes(workers: int) -> None:
    run = run_of(PLAIN, 2_600)
    alone = pdf_of(run, STOCKS["a4-65"])
    assert pdf_of(run, STOCKS["a4-65"], workers=workers) == alone
    assert mine() == set()


def test_signatures_come_in_order_however_long_the_batches_are() -> None:
    lengths = [1, 700, 3, 1, 400, 2, 2, 2, 900, 1, 5]
    with Signing(KEY, 7, batches(*lengths), 3) as signed:
        found = list(signed)
    assert [len(some) // SIGNATURE_BYTES for some in found] == lengths
    together = b"".join(found)
    for item in (1, 2, 701, 702, 1_111, sum(lengths)):
        signature = together[SIGNATURE_BYTES * (item - 1) : SIGNATURE_BYTES * item]
        assert KEY.public.verify(signature, code.message(code.item_code(KEY.key_id, 7, item).head))


def test_no_batches_no_signatures() -> None:
    with Signing(KEY, 7, batches(), 2) as signed:
        assert list(signed) == []


@pytest.mark.parametrize("workers", [0, -1, 65])
def test_workers_that_make_no_sense_are_refused(workers: int) -> None:
    with pytest.raises(BadCount):
        cores(workers, 1)
    with pytest.raises(BadCount):
        pdf_of(run_of(PLAIN, 1), ROLL, workers=workers)


def test_a_small_run_starts_no_process_and_a_large_one_no_more_than_there_are_cores() -> None:
    assert cores(None, 100) == 1
    assert 1 <= cores(None, 1_000_000) <= (os.cpu_count() or 1)
    assert cores(5, 1) == 5


def test_a_server_with_python_built_in_signs_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/sbin/uwsgi")
    assert cores(None, 1_000_000) == 1


def test_a_process_that_is_killed_stops_the_run_and_leaves_no_file(tmp_path: Path) -> None:
    killed: list[int] = []

    def kill(done: int, of: int) -> None:
        for pid in mine() if not killed else ():
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    with pytest.raises(OutputError) as caught:
        render(
            tmp_path / "labels.pdf",
            run=run_of(PLAIN, 40_000),
            signer=KEY,
            stock=ROLL,
            workers=2,
            progress=kill,
        )
    assert killed
    assert caught.value.code == "label.signing-process"
    assert list(tmp_path.iterdir()) == []
    assert mine() == set()


def test_a_process_that_cannot_start_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(OutputError) as caught:
        pdf_of(run_of(PLAIN, 10), ROLL, workers=2)
    assert caught.value.code == "label.signing-process"


def test_an_interrupted_run_leaves_no_file_and_no_process(tmp_path: Path) -> None:
    def interrupt(done: int, of: int) -> None:
        assert mine()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(
            tmp_path / "labels.pdf",
            run=run_of(PLAIN, 20_000),
            signer=KEY,
            stock=ROLL,
            workers=2,
            progress=interrupt,
        )
    assert list(tmp_path.iterdir()) == []
    assert mine() == set()


def test_a_full_disk_ends_the_processes() -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        render(Full(), run=run_of(PLAIN, 20_000), signer=KEY, stock=ROLL, workers=2)
    assert mine() == set()


def test_whoever_takes_no_more_marks_ends_the_processes() -> None:
    made = marks(run_of(PLAIN, 20_000), KEY, workers=2)
    next(made)
    assert mine()
    made.close()
    assert mine() == set()


@pytest.fixture
def printing(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A large run on the command line, in a group of processes of its own, once it signs."""
    (tmp_path / "key.pem").write_bytes(KEY.to_pem(None))
    (tmp_path / "out").mkdir()
    command = [
        *(sys.executable, "-m", "labels", "sheet", "--key", str(tmp_path / "key.pem"), "--id", "1"),
        *("--run", "1", "--base", BASE, "--count", "900000", "--stock", "roll-40x30", "--product", "莲子"),
        *("--workers", "2", "--out", str(tmp_path / "out" / "labels.pdf")),
    ]
    # What runs the tests in the background may ignore Ctrl-C, and its children would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            command, cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert within(60, lambda: bool(signers(process.pid)) and any((tmp_path / "out").iterdir()))
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_ctrl_c_does_not_reach_the_processes_that_sign(printing: subprocess.Popen[bytes]) -> None:
    # One that is only just starting would answer it with a traceback on the terminal.
    assert {os.getpgid(pid) for pid in signers(printing.pid)}.isdisjoint({os.getpgid(printing.pid)})


def test_ctrl_c_ends_all_of_it_quietly(printing: subprocess.Popen[bytes], tmp_path: Path) -> None:
    helpers = signers(printing.pid)
    os.killpg(printing.pid, signal.SIGINT)
    said = printing.communicate(timeout=60)
    assert printing.returncode == 130
    assert said == (b"", b"")
    assert list((tmp_path / "out").iterdir()) == []
    assert within(30, lambda: not any(Path(f"/proc/{pid}").exists() for pid in helpers))


def test_the_processes_end_when_the_one_they_sign_for_is_killed(printing: subprocess.Popen[bytes]) -> None:
    helpers = signers(printing.pid)
    printing.kill()
    printing.wait()
    assert within(30, lambda: not any(Path(f"/proc/{pid}").exists() for pid in helpers))

"""A file is replaced whole or not at all, by one writer at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.at_once import at_once
from tests.support.tree import ROOT
from trace.services import steady_file


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file"
    steady_file.replace(path, b"first")
    steady_file.replace(path, b"second")
    assert path.read_bytes() == b"second"
    assert [one.name for one in path.parent.iterdir()] == ["file"]


def test_a_replacement_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "file").mkdir()
    with pytest.raises(OSError, match="file"):
        steady_file.replace(tmp_path / "file", b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_file_is_made_once(tmp_path: Path) -> None:
    path = tmp_path / "key"
    made = at_once(lambda number: int(steady_file.create(path, b"%02d" % number)))
    assert made.count(1) == 1
    assert path.read_bytes() == b"%02d" % made.index(1)
    assert [one.name for one in tmp_path.iterdir()] == ["key"]


def test_threads_and_processes_take_turns(tmp_path: Path) -> None:
    """Each adds one to a number in a file: nothing is lost between reading and writing."""
    script = (
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from trace.services import steady_file\n"
        "folder = Path(sys.argv[1])\n"
        "for _ in range(50):\n"
        "    with steady_file.locked(folder / 'lock'):\n"
        "        path = folder / 'number'\n"
        "        steady_file.replace(path, str(int(path.read_text()) + 1).encode())\n"
    )
    number = tmp_path / "number"
    number.write_text("0")
    processes = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path)]) for _ in range(3)]

    def add(_: int) -> int:
        with steady_file.locked(tmp_path / "lock"):
            value = int(number.read_text()) + 1
            steady_file.replace(number, str(value).encode())
        return value

    seen = at_once(add)
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len(set(seen)) == 16
    assert number.read_text() == "166"

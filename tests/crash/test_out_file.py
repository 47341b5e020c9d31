"""A command that is killed while it copies the labels out leaves a part, which the next one removes."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from trace.cli.out_file import copy

pytestmark = pytest.mark.crash


def test_what_a_killed_copy_left_goes_with_the_next(tmp_path: Path) -> None:
    drawn, out, other = tmp_path / "drawn.pdf", tmp_path / "o" / "labels.pdf", tmp_path / "o" / ".other.part"
    drawn.write_bytes(b"%PDF-" * 1_000)
    out.parent.mkdir()
    other.write_bytes(b"not ours")
    child = os.fork()
    if child == 0:

        def die_half_way(_source: Path, target: Path) -> None:
            target.write_bytes(b"%PDF-")
            os.kill(os.getpid(), signal.SIGKILL)

        shutil.copyfile = die_half_way
        copy(drawn, out)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert len(list(out.parent.iterdir())) == 2
    assert not out.exists()
    copy(drawn, out)
    assert sorted(path.name for path in out.parent.iterdir()) == [".other.part", "labels.pdf"]
    assert out.read_bytes() == drawn.read_bytes()

"""Runs one command for as long as standard input stays open, then ends it and removes its folder.

The tests hold the other end of that pipe: however they end, no server and no folder is left behind.
Run as a script, with the standard library alone: ``keeper.py '{"command": [...], …}'``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import Any


def main(wanted: dict[str, Any]) -> int:
    """Start ``command``, wait for it or for end of file, and return its exit code."""
    owner = {"user": wanted["uid"], "group": wanted["gid"], "extra_groups": []} if wanted["uid"] else {}
    try:
        process = subprocess.Popen(
            wanted["command"], stdin=subprocess.DEVNULL, pass_fds=wanted["pass_fds"], umask=0o077, **owner
        )
        for fd in wanted["pass_fds"]:
            os.close(fd)
        threading.Thread(target=_end_with_input, args=(process, wanted["signal"]), daemon=True).start()
        return process.wait()
    finally:
        if wanted["remove"]:
            shutil.rmtree(wanted["remove"], ignore_errors=True)


def _end_with_input(process: subprocess.Popen[bytes], number: int) -> None:
    sys.stdin.buffer.read()
    process.send_signal(number)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


if __name__ == "__main__":
    # An interrupt at the terminal is for the tests, which then close the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(main(json.loads(sys.argv[1])))

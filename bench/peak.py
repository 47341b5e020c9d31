"""Run a command and print its seconds and its peak memory: `python -I bench/peak.py COMMAND…`.

A process of its own, and small: Linux counts what a child shared with its parent before it became
another program, so a large parent would be measured instead.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_MB = 1_000_000


def main() -> None:
    """Print {"seconds", "peak_mb", "together_mb", "code"}.

    `peak_mb` is the largest process; `together_mb` the most that the command and its children held at one time,
    looked at twenty times a second, pages that they share counted for each.
    """
    began = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    ended, most = threading.Event(), [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, ended, most))
    watcher.start()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    ended.set()
    watcher.join()
    peak = used.ru_maxrss * 1024
    print(
        json.dumps(
            {
                "seconds": seconds,
                "peak_mb": peak / _MB,
                "together_mb": max(peak, most[0]) / _MB,
                "code": os.waitstatus_to_exitcode(status),
            }
        )
    )


def _watch(pid: int, ended: threading.Event, most: list[int]) -> None:
    while not ended.wait(0.05):
        most[0] = max(most[0], sum(map(_resident, (pid, *_children(pid)))))


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, task.read_text().split())
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    """Bytes in memory; nothing once the process has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    main()

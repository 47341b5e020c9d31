"""Run a command and print its seconds and its peak memory: `python -I bench/peak.py COMMAND…`.

A process of its own, and small: Linux counts what a child shared with its parent before it became
another program, so a large parent would be measured instead.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> None:
    """Print {"seconds", "peak_mb", "code"}; the children of the command are counted by the largest."""
    began = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    print(
        json.dumps(
            {
                "seconds": seconds,
                "peak_mb": used.ru_maxrss / 1024,
                "code": os.waitstatus_to_exitcode(status),
            }
        )
    )


if __name__ == "__main__":
    main()

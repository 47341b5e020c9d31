"""Runs the `flask` command in processes of their own that may be killed: `python -m tests.crash.printer`.

Reads one order a line: {"args": [...], "kill_after": seconds or null, "file_limit": bytes or null}. Imports the
application once and forks for each order, so that a hundred deaths cost seconds. Answers with one line for each:
{"code": exit code or -9, "seconds": …, "out": …, "err": …}.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
import time
from typing import Any

from flask.cli import main as flask

from labels import pdf, readback
from trace.services import outlet
from wsgi import app


def obey(order: dict[str, Any]) -> dict[str, Any]:
    """Fork, let the child run the command, kill it when its time is over."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        child = os.fork()
        if child == 0:
            _be_the_command(order, out.fileno(), err.fileno())
        status = _ended(child, order.get("kill_after"), started)
        seconds = time.monotonic() - started
        out.seek(0)
        err.seek(0)
        said = out.read().decode(), err.read().decode()
    return {"code": status, "seconds": seconds, "out": said[0], "err": said[1]}


def _be_the_command(order: dict[str, Any], out: int, err: int) -> None:
    os.dup2(out, 1)
    os.dup2(err, 2)
    limit = order.get("file_limit")
    if limit is not None:
        # Python ignores SIGXFSZ: writing on is an error, as on a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    sys.argv = ["flask", "--app", "wsgi", *order["args"]]
    code = 70
    try:
        flask()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _ended(child: int, kill_after: float | None, started: float) -> int:
    while True:
        pid, status = os.waitpid(child, os.WNOHANG if kill_after is not None else 0)
        if pid:
            return os.waitstatus_to_exitcode(status)
        if kill_after is not None and time.monotonic() - started >= kill_after:
            os.kill(child, signal.SIGKILL)
            kill_after = None
        time.sleep(0.0005)


def main() -> None:
    """Obey until standard input ends."""
    # What a command imports only when it is called, imported before the first fork.
    assert app and pdf and readback and outlet
    print("ready", flush=True)
    for line in sys.stdin:
        print(json.dumps(obey(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

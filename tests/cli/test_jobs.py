"""`flask jobs`: work, once, list."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from flask import Flask

from tests.cli.conftest import Terminal
from tests.support.makers import World
from tests.support.tree import ROOT
from trace.core import clock
from trace.jobs import queue
from trace.jobs.handlers import RUN_DRAW, folder
from trace.services import sheet
from trace.web.context import App


@pytest.fixture
def run_id(world: World) -> int:
    """A run that waits to be drawn."""
    made = world.printed(world.ready(), 3)
    enqueue(world, made)
    return made


def enqueue(world: World, subject: int) -> None:
    with world.db.write(ledger=False) as session:
        queue.enqueue(session, RUN_DRAW, subject, clock.now())


def test_a_job_is_done_and_listed(terminal: Terminal, run_id: int) -> None:
    [waiting] = terminal.data("jobs", "list")
    assert (waiting["kind"], waiting["subject"], waiting["state"]) == ("run.draw", run_id, "queued")
    done = terminal.data("jobs", "once")
    assert done == {"kind": "run.draw", "subject": run_id, "attempt": 1}
    assert terminal.data("jobs", "list")[0]["state"] == "done"
    assert terminal.data("jobs", "once") is None
    assert "nothing waits" in terminal.run("jobs", "once").output


def test_a_job_that_fails_is_told_and_refused(terminal: Terminal, world: World) -> None:
    enqueue(world, 99_999)
    told = terminal.data("jobs", "once", code=1)
    assert [one["code"] for one in told["errors"]] == ["run.unknown"]
    assert "run.unknown" in terminal.run("jobs", "list").output


def test_a_worker_works_until_it_is_told_to_stop(
    terminal: Terminal, world: World, app: Flask, run_id: int
) -> None:
    parts: App = app.extensions["trace"]
    drawn = sheet.place(folder(parts.settings), run_id)

    def interrupt_when_drawn() -> None:
        while True:
            with parts.db.read() as session:
                job = queue.find(session, RUN_DRAW, run_id)
            if job is not None and job.state == "done":
                break
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    other = threading.Thread(target=interrupt_when_drawn)
    other.start()
    assert terminal.data("jobs", "work", "--pause", "0.05") == {"done": 1}
    other.join()
    assert drawn.exists()


def test_a_worker_process_ends_cleanly_on_sigterm(world: World, app: Flask, run_id: int) -> None:
    parts: App = app.extensions["trace"]
    environment = {
        **os.environ,
        "DATABASE_URL": parts.settings.database_url,
        "TRACE_INSTANCE": str(parts.settings.instance),
        "LC_ALL": "zh_CN.UTF-8",
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work", "--pause", "0.05", "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    path = sheet.place(folder(parts.settings), run_id)
    wait_for(path, worker)
    worker.send_signal(signal.SIGTERM)
    said, complaints = worker.communicate(timeout=60)
    assert worker.returncode == 0, complaints
    assert '"done":' in said
    assert "Traceback" not in complaints
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def wait_for(path: Path, worker: subprocess.Popen[str]) -> None:
    while not path.exists():
        assert worker.poll() is None, worker.communicate()[1]
        time.sleep(0.02)

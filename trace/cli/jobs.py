"""`flask jobs`: work that waits, done by a worker; without one, whoever asks for labels draws them."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

import click

from labels.errors import LabelError
from trace.cli.app import REFUSED, Answer, TraceGroup, diagnosis, language, table
from trace.core.errors import TraceError
from trace.jobs import queue, runner
from trace.jobs.runner import Outcome
from trace.tables import Job
from trace.web.context import app_db, app_settings

jobs = TraceGroup("jobs", help="后台任务 Jobs: work, once, list.")


@jobs.command("work")
@click.option(
    "--pause",
    default=2.0,
    show_default=True,
    type=click.FloatRange(0.05, 60),
    help="没有任务时等几秒再看 Seconds between looks while nothing waits.",
)
def work(pause: float) -> Answer:
    """一直做，直到收到 SIGTERM 或 Ctrl-C Do jobs until SIGTERM or Ctrl-C; one in hand is put back for another."""
    stop = threading.Event()

    def told(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {one: signal.signal(one, told) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        done = runner.work(app_db(), app_settings(), stop, pause=pause)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    return Answer(f"做完 {done} 个任务 jobs done", {"done": done})


@jobs.command("once")
def once() -> Answer:
    """做一个等得最久的任务 Do the job that has waited longest; refused (1) if it failed."""
    outcome = runner.work_once(app_db(), app_settings())
    if outcome is None:
        return Answer("没有等着的任务 nothing waits", None)
    data = _told(outcome)
    if outcome.error is None:
        return Answer(f"做完 done: {data['kind']} {data['subject']}", data)
    said = "\n".join(one["message"] for one in data["errors"])
    return Answer(f"没做成 failed: {data['kind']} {data['subject']}: {said}", data, REFUSED)


def _told(outcome: Outcome) -> dict[str, Any]:
    claim, error = outcome.claim, outcome.error
    told = {"kind": claim.kind, "subject": claim.subject_id, "attempt": claim.attempt}
    if error is None:
        return told
    # A mistake of ours stands in the log with its trace.
    known = error if isinstance(error, TraceError | LabelError) else TraceError("job.crashed")
    return told | {"errors": diagnosis(known, language())}


@jobs.command("list")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="最多几行 At most."
)
def listing(limit: int) -> Answer:
    """列出任务，新的在前 List jobs, newest first."""
    with app_db().read() as session:
        found = [_data(job) for job in queue.newest(session, limit)]
    rows = [tuple(str(one[name] if one[name] is not None else "") for name in _HEADS) for one in found]
    return Answer(table(tuple(_HEADS.values()), rows), found)


_HEADS = {
    "job": "任务 job",
    "kind": "种类 kind",
    "subject": "对象",
    "state": "状态 state",
    "progress": "‰",
    "attempts": "次数",
    "error": "错误 error",
    "worker": "谁在做 worker",
}


def _data(job: Job) -> dict[str, Any]:
    return {
        "job": job.id,
        "kind": job.kind,
        "subject": job.subject_id,
        "state": job.state,
        "progress": job.progress,
        "attempts": job.attempts,
        "error": job.error,
        "worker": job.worker,
        "run_after": job.run_after.isoformat(),
        "lease_until": job.lease_until.isoformat() if job.lease_until else None,
    }

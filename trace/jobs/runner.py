"""Runs jobs: in a worker that waits for them, or at once for whoever asks first.

No worker running must not mean no labels: `ensure` does the work itself, unless another is at it.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from datetime import date

from labels.errors import LabelError, OutputError
from trace.config import Settings
from trace.core import clock, dates
from trace.core.errors import NotFound, TraceError, Unavailable
from trace.db import Database
from trace.jobs import queue
from trace.jobs.handlers import DAILY, HANDLERS
from trace.jobs.queue import Claim, JobState
from trace.logs import logger
from trace.services.database import open_database

_BEAT_EVERY = 1.0  # s; a lease outlasts many beats
_LOOK_EVERY = 0.2  # s
_MOST_STARTED = 2  # processes that one asking process starts at a time

_log = logger("trace.jobs")
_names: dict[int, str] = {}  # by process: a fork is another worker
_started: list[multiprocessing.process.BaseProcess] = []


class LeaseLost(Exception):
    """Another worker has taken the job over: leave it to them."""


class Stopped(Exception):
    """The worker was told to stop: the job was put back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where work stands: `progress` in thousandths, `error` the code of what went wrong last."""

    state: JobState
    progress: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one claim came to."""

    claim: Claim
    error: Exception | None = None


def worker_name() -> str:
    """A name for this process as a worker that no other has: host, process, a random part."""
    pid = os.getpid()
    if pid not in _names:
        _names[pid] = f"{_host()}:{pid}:{secrets.token_hex(8)}"
    return _names[pid]


def _host() -> str:
    return socket.gethostname()[:40]


def _is_dead(worker: str) -> bool:
    """Whether a worker of this host has ended for certain; of others only their lease tells."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != _host() or not rest.isdigit() or os.name == "nt":
        return False
    if int(rest) == os.getpid():
        return worker != worker_name()
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def standing(db: Database, kind: str, subject_id: int) -> Standing | None:
    """Where the work about a subject stands; None if nobody ever asked for it."""
    with db.read() as session:
        job = queue.find(session, kind, subject_id)
        return None if job is None else Standing(JobState(job.state), job.progress, job.error)


def ensure(
    db: Database,
    settings: Settings,
    kind: str,
    subject_id: int,
    *,
    inline: bool = True,
    hurry: bool = True,
    wait: float = 0,
) -> Standing:
    """See that the work about a subject gets done, and say where it stands.

    Whoever asks first does it: at once if `inline`, else in a process of its own. Where another is at it, wait up
    to `wait` seconds, and take over if they die or fail. Raises what the work raises, if it was done here.
    Without `hurry` work that failed or pauses after a failure is left as it is.
    """
    handler = HANDLERS.get(kind)
    if handler is None:
        raise NotFound("job.unknown", kind=kind)
    if handler.is_done(db, settings, subject_id):
        return Standing(JobState.DONE, 1000)
    _ask(db, kind, subject_id, again=hurry)
    until = time.monotonic() + wait
    while True:
        held = _claim(db, kind, subject_id) if inline or _may_start() else None
        if held is not None and inline:
            outcome = _do(db, settings, held, threading.Event())
            if outcome.error is not None:
                raise outcome.error
        elif held is not None:
            _start(db, settings, held)
        found = standing(db, kind, subject_id)
        if found is None or found.state is JobState.DONE or time.monotonic() >= until:
            return found or Standing(JobState.QUEUED)
        if found.error and found.state is not JobState.RUNNING:
            if not (inline and hurry):
                return found
            # Another failed at it: what is wrong is best told by who meets it.
            _ask(db, kind, subject_id, again=True)
            continue
        time.sleep(_LOOK_EVERY)


def _ask(db: Database, kind: str, subject_id: int, *, again: bool) -> None:
    with db.write(ledger=False) as session:
        queue.enqueue(session, kind, subject_id, clock.now(), again=again)


def work_once(db: Database, settings: Settings, stop: threading.Event | None = None) -> Outcome | None:
    """Do the job that has waited longest; None if none waits. An error is in the outcome, not raised."""
    held = _claim(db)
    return None if held is None else _do(db, settings, held, stop or threading.Event())


def work(db: Database, settings: Settings, stop: threading.Event, *, pause: float = 2.0) -> int:
    """Do jobs until told to stop, and return how many were done well. A job in hand is put back for another."""
    done = 0
    asked: date | None = None
    while not stop.is_set():
        asked = _daily(db, settings, asked)
        outcome = work_once(db, settings, stop)
        if outcome is None:
            stop.wait(pause)
        elif outcome.error is None:
            done += 1
    return done


def _daily(db: Database, settings: Settings, asked: date | None) -> date:
    """Ask for what is done once a day, if this day's was not asked for; any number of workers ask for one."""
    today = dates.local_day(clock.now())
    if today != asked:
        day = today.toordinal()
        for kind in DAILY:
            if not HANDLERS[kind].is_done(db, settings, day):
                with db.write(ledger=False) as session:
                    queue.enqueue(session, kind, day, clock.now())
    return today


def _claim(db: Database, kind: str | None = None, subject_id: int | None = None) -> Claim | None:
    with db.write(ledger=False) as session:
        now = clock.now()
        for held in queue.running(session):
            if _is_dead(held.worker):
                queue.expire(session, held, now)
        return queue.claim(session, worker_name(), now, kind=kind, subject_id=subject_id)


def _do(db: Database, settings: Settings, held: Claim, stop: threading.Event) -> Outcome:
    """Work on a claimed job and settle it."""
    handler = HANDLERS.get(held.kind)
    error: Exception | None = None
    try:
        if handler is None:
            raise NotFound("job.unknown", kind=held.kind)
        handler.work(db, settings, held.subject_id, _Beat(db, held, stop))
    except (Stopped, LeaseLost) as left:
        error = left
    except (TraceError, LabelError) as refusal:
        error = refusal
    except Exception as failure:
        # A worker must outlive whatever one job does to it; the trace is for the operator.
        _log.exception("job failed", kind=held.kind, subject=held.subject_id)
        error = failure
    with db.write(ledger=False) as session:
        now = clock.now()
        if error is None:
            queue.finish(session, held, now)
        elif isinstance(error, Stopped):
            queue.release(session, held, now)
        elif not isinstance(error, LeaseLost):
            queue.fail(session, held, now, _code(error), for_good=_for_good(error))
    return Outcome(held, error)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, TraceError | LabelError) else "job.crashed"


def _for_good(error: Exception) -> bool:
    """Whether trying again would give the same: a full disk or a missing key may be put right."""
    return isinstance(error, TraceError | LabelError) and not isinstance(error, Unavailable | OutputError)


class _Beat:
    """Renews the lease as the work goes on, and stops it when it must."""

    def __init__(self, db: Database, held: Claim, stop: threading.Event) -> None:
        self._db, self._held, self._stop = db, held, stop
        self._last = time.monotonic()

    def __call__(self, thousandths: int) -> None:
        if self._stop.is_set():
            raise Stopped
        if time.monotonic() - self._last < _BEAT_EVERY:
            return
        with self._db.write(ledger=False) as session:
            kept = queue.renew(session, self._held, clock.now(), min(999, thousandths))
        if not kept:
            raise LeaseLost
        self._last = time.monotonic()


def _may_start() -> bool:
    _started[:] = [process for process in _started if process.is_alive()]
    return len(_started) < _MOST_STARTED


def _start(db: Database, settings: Settings, held: Claim) -> None:
    """Do a claimed job in a process of its own: it takes neither time nor memory from this one."""
    process = multiprocessing.get_context("spawn").Process(target=_child, args=(db.url, settings, held))
    try:
        process.start()
    except (OSError, RuntimeError):
        # No memory for it, or a server that cannot start processes: the job waits for a worker.
        _log.exception("no process for a job", kind=held.kind, subject=held.subject_id)
        with db.write(ledger=False) as session:
            queue.release(session, held, clock.now())
        return
    _started.append(process)


def _child(url: str, settings: Settings, held: Claim) -> None:
    db = open_database(settings, url)
    try:
        _do(db, settings, held, threading.Event())
    finally:
        db.dispose()

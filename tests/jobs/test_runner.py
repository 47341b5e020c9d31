"""Jobs as they run: drawn and checked once whoever asks, retried, taken over, stopped cleanly."""

from __future__ import annotations

import errno
import multiprocessing.context
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from labels import pdf, qr
from labels.errors import OutputError
from labels.marks import marks
from labels.readback import ReadbackMismatch
from tests.support.at_once import at_once
from tests.support.makers import World
from trace.config import Settings
from trace.core import clock
from trace.core.errors import NotFound, Unavailable
from trace.db import Database
from trace.jobs import queue, runner
from trace.jobs.handlers import RUN_DRAW, folder
from trace.jobs.queue import LEASE, MOST_ATTEMPTS, JobState
from trace.services import check, ledger_audit, sheet
from trace.tables import Job


def file_of(settings: Settings, run_id: int) -> Path:
    return sheet.place(folder(settings), run_id)


def job(db: Database, run_id: int) -> Job:
    with db.read() as session:
        found = queue.find(session, RUN_DRAW, run_id)
    assert found is not None
    return found


def enqueue(db: Database, run_id: int) -> None:
    with db.write(ledger=False) as session:
        queue.enqueue(session, RUN_DRAW, run_id, clock.now())


def checks(db: Database, run_id: int) -> list[str]:
    with db.read() as session:
        return [line.result for line in check.of_run(session, run_id)]


@pytest.fixture
def white_third(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that leaves the third label white."""

    def wrong(*arguments: object, **named: object) -> object:
        for number, mark in enumerate(marks(*arguments, **named), start=1):
            yield mark if number != 3 else type(mark)(mark.number, bytes(qr.PACKED_BYTES))

    monkeypatch.setattr(pdf, "marks", wrong)


def test_whoever_asks_first_draws_and_checks(db: Database, settings: Settings, world: World) -> None:
    run_id = world.printed(world.ready(), 30)
    assert runner.standing(db, RUN_DRAW, run_id) is None
    assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.DONE
    path = file_of(settings, run_id)
    with db.read() as session:
        found = check.passed(session, run_id, check.digest(path))
        assert found is not None
        assert (found.checked, found.result) == (30, "passed")
        assert ledger_audit.verify(session).fault is None
    changed = path.stat().st_mtime_ns
    assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.DONE
    assert path.stat().st_mtime_ns == changed
    assert checks(db, run_id) == ["passed"]
    assert job(db, run_id).attempts == 1


@pytest.mark.race
def test_of_sixteen_askers_one_does_the_work(db: Database, settings: Settings, world: World) -> None:
    run_id = world.printed(world.ready(), 40)

    def ask(_number: int) -> int:
        return int(runner.ensure(db, settings, RUN_DRAW, run_id, wait=60).state is JobState.DONE)

    assert at_once(ask) == [1] * 16
    assert checks(db, run_id) == ["passed"]
    assert job(db, run_id).attempts == 1


def test_who_comes_second_hears_how_far_it_is_and_need_not_wait(
    db: Database, settings: Settings, world: World
) -> None:
    run_id = world.printed(world.ready(), 3)
    enqueue(db, run_id)
    with db.write(ledger=False) as session:
        held = queue.claim(session, "another", clock.now())
        assert held is not None
        queue.renew(session, held, clock.now(), 370)
    found = runner.ensure(db, settings, RUN_DRAW, run_id)
    assert (found.state, found.progress) == (JobState.RUNNING, 370)
    assert not file_of(settings, run_id).exists()


def test_who_waits_takes_over_from_a_worker_that_died(db: Database, settings: Settings, world: World) -> None:
    run_id = world.printed(world.ready(), 3)
    long_ago = clock.now() - 2 * LEASE
    with db.write(ledger=False) as session:
        queue.enqueue(session, RUN_DRAW, run_id, long_ago)
        assert queue.claim(session, "dead", long_ago) is not None
    assert runner.ensure(db, settings, RUN_DRAW, run_id, wait=30).state is JobState.DONE
    assert job(db, run_id).attempts == 2


def test_a_worker_of_this_machine_that_was_killed_is_not_waited_for(
    db: Database, settings: Settings, world: World
) -> None:
    run_id = world.printed(world.ready(), 3)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host, _, _ = runner.worker_name().split(":")
    for worker in (f"{host}:{ended.pid}:0", f"{host}:{os.getpid()}:another-life"):
        enqueue(db, run_id)
        with db.write(ledger=False) as session:
            queue.enqueue(session, RUN_DRAW, run_id, clock.now(), again=True)
            assert queue.claim(session, worker, clock.now()) is not None
        assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.DONE
        file_of(settings, run_id).unlink()


def test_a_worker_of_this_machine_that_lives_is_waited_for(
    db: Database, settings: Settings, world: World
) -> None:
    run_id = world.printed(world.ready(), 3)
    host, _, _ = runner.worker_name().split(":")
    for worker in (f"{host}:{os.getppid()}:0", runner.worker_name(), "elsewhere:1:0"):
        with db.write(ledger=False) as session:
            queue.enqueue(session, RUN_DRAW, run_id, clock.now())
            held = queue.claim(session, worker, clock.now())
            assert held is not None
        assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.RUNNING
        with db.write(ledger=False) as session:
            assert queue.release(session, held, clock.now())


def test_a_process_of_its_own_does_it_where_the_asker_has_no_time(
    db: Database, settings: Settings, world: World
) -> None:
    run_id = world.printed(world.ready(), 3)
    assert runner.ensure(db, settings, RUN_DRAW, run_id, inline=False).state is JobState.RUNNING
    assert runner.ensure(db, settings, RUN_DRAW, run_id, inline=False, wait=60).state is JobState.DONE
    assert checks(db, run_id) == ["passed"]


def test_a_run_whose_file_was_lost_or_changed_is_drawn_and_checked_again(
    db: Database, settings: Settings, world: World
) -> None:
    run_id = world.printed(world.ready(), 3)
    runner.ensure(db, settings, RUN_DRAW, run_id)
    path = file_of(settings, run_id)
    before = path.read_bytes()
    path.unlink()
    assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.DONE
    assert path.read_bytes() == before
    assert checks(db, run_id) == ["passed"]
    path.write_bytes(before[:2_000])
    assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.DONE
    assert path.read_bytes() == before
    assert checks(db, run_id) == ["failed", "passed"]


def test_a_label_that_does_not_read_back_stops_the_release_and_is_named(
    db: Database, settings: Settings, world: World, white_third: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = world.printed(world.ready(), 30)
    with pytest.raises(ReadbackMismatch) as caught:
        runner.ensure(db, settings, RUN_DRAW, run_id)
    assert (caught.value.fault.item, caught.value.fault.reason) == (3, "unreadable")
    assert (job(db, run_id).state, job(db, run_id).error) == ("failed", "label.readback")
    path = file_of(settings, run_id)
    assert not path.exists()
    aside = path.with_suffix(".rejected.pdf")
    with db.read() as session:
        assert check.passed(session, run_id, check.digest(aside)) is None
        [line] = check.of_run(session, run_id)
        refusal = check.refusal(line)
        assert refusal is not None and refusal.diagnosis() == caught.value.diagnosis()
        assert line.checked == 2
        assert ledger_audit.verify(session).fault is None
    monkeypatch.undo()
    assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.DONE
    assert checks(db, run_id) == ["passed", "failed"]


def test_a_folder_that_cannot_be_written_is_told_and_tried_again(
    db: Database, settings: Settings, world: World
) -> None:
    run_id = world.printed(world.ready(), 3)
    folder(settings).write_text("no folder")
    with pytest.raises(Unavailable) as caught:
        runner.ensure(db, settings, RUN_DRAW, run_id)
    assert caught.value.code == "run.folder"
    assert (job(db, run_id).state, job(db, run_id).error) == ("queued", "run.folder")
    folder(settings).unlink()
    assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.DONE


def test_a_worker_does_what_waits_and_keeps_errors_to_itself(
    db: Database, settings: Settings, world: World
) -> None:
    assert runner.work_once(db, settings) is None
    run_id = world.printed(world.ready(), 3)
    enqueue(db, run_id)
    enqueue(db, 9_999)
    with db.write(ledger=False) as session:
        queue.enqueue(session, "tea.brew", 1, clock.now())
    outcomes = [runner.work_once(db, settings) for _ in range(3)]
    errors = [outcome.error for outcome in outcomes if outcome is not None]
    assert errors[0] is None
    assert [error.code for error in errors[1:] if isinstance(error, NotFound)] == [
        "run.unknown",
        "job.unknown",
    ]
    assert runner.work_once(db, settings) is None
    assert file_of(settings, run_id).exists()


def test_a_mistake_of_ours_is_tried_again_and_does_not_end_the_worker(
    db: Database, settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = world.printed(world.ready(), 3)
    enqueue(db, run_id)

    def broken(*_arguments: object, **_named: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(pdf, "marks", broken)
    outcome = runner.work_once(db, settings)
    assert outcome is not None and isinstance(outcome.error, ZeroDivisionError)
    assert (job(db, run_id).state, job(db, run_id).error) == ("queued", "job.crashed")


def test_a_worker_that_is_told_to_stop_leaves_no_half_file_and_puts_the_job_back(
    db: Database, settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = world.printed(world.ready(), 60)
    enqueue(db, run_id)
    stop = threading.Event()

    def stopped(*arguments: object, **named: object) -> object:
        for mark in marks(*arguments, **named):
            stop.set()
            yield mark

    monkeypatch.setattr(pdf, "marks", stopped)
    assert runner.work(db, settings, stop) == 0
    assert list(folder(settings).iterdir()) == []
    assert (job(db, run_id).state, job(db, run_id).attempts) == ("queued", 0)
    monkeypatch.undo()
    assert runner.ensure(db, settings, RUN_DRAW, run_id).state is JobState.DONE


def test_a_worker_that_lost_its_lease_leaves_the_job_to_the_other(
    db: Database, settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = world.printed(world.ready(), 60)
    enqueue(db, run_id)
    monkeypatch.setattr(runner, "_BEAT_EVERY", 0.0)

    def robbed(*arguments: object, **named: object) -> object:
        with db.write(ledger=False) as session:
            assert queue.claim(session, "thief", clock.now() + 2 * LEASE) is not None
        yield from marks(*arguments, **named)

    monkeypatch.setattr(pdf, "marks", robbed)
    outcome = runner.work_once(db, settings)
    assert outcome is not None and isinstance(outcome.error, runner.LeaseLost)
    assert (job(db, run_id).state, job(db, run_id).worker) == ("running", "thief")
    assert checks(db, run_id) == []


def test_a_full_disk_is_tried_again_until_the_attempts_are_used_up(
    db: Database, settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = world.printed(world.ready(), 3)

    def full(*_arguments: object, **_named: object) -> object:
        raise OutputError("label.output", "盘满", "disk full")

    monkeypatch.setattr(pdf, "marks", full)
    enqueue(db, run_id)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert runner.work_once(db, settings) is not None
        assert job(db, run_id).attempts == attempt
        with db.write(ledger=False) as session:
            pausing = session.get_one(Job, job(db, run_id).id)
            pausing.run_after = clock.now()
    assert (job(db, run_id).state, job(db, run_id).error) == ("failed", "label.output")
    assert runner.work_once(db, settings) is None


def test_where_no_process_can_be_started_the_job_waits_for_a_worker(
    db: Database, settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = world.printed(world.ready(), 3)

    class Refused(multiprocessing.context.SpawnProcess):
        def start(self) -> None:
            raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(multiprocessing.context.SpawnContext, "Process", Refused)
    assert runner.ensure(db, settings, RUN_DRAW, run_id, inline=False).state is JobState.QUEUED
    outcome = runner.work_once(db, settings)
    assert outcome is not None and outcome.error is None

"""The queue on both databases: asked for once, done by one, taken over when a worker dies, given up in the end."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from tests.support.opened import opened
from trace.db import Database
from trace.jobs import queue
from trace.jobs.queue import LEASE, MOST_ATTEMPTS, Claim, JobState
from trace.tables import Job

NOON = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    database.dispose()


def enqueue(
    db: Database, subject: int = 1, now: datetime = NOON, kind: str = "run.draw", **more: bool
) -> None:
    with db.write(ledger=False) as session:
        queue.enqueue(session, kind, subject, now, **more)


def claim(db: Database, now: datetime = NOON, worker: str = "a", **more: object) -> Claim | None:
    with db.write(ledger=False) as session:
        return queue.claim(session, worker, now, **more)


def claimed(db: Database, now: datetime = NOON, worker: str = "a") -> Claim:
    held = claim(db, now, worker)
    assert held is not None
    return held


def job(db: Database, subject: int = 1, kind: str = "run.draw") -> Job:
    with db.read() as session:
        found = queue.find(session, kind, subject)
    assert found is not None
    return found


def finish(db: Database, held: Claim, now: datetime = NOON) -> bool:
    with db.write(ledger=False) as session:
        return queue.finish(session, held, now)


def fail(db: Database, held: Claim, now: datetime = NOON, **more: bool) -> bool:
    with db.write(ledger=False) as session:
        return queue.fail(session, held, now, "label.output", **more)


def test_asking_twice_is_asking_once(db: Database) -> None:
    enqueue(db)
    enqueue(db)
    enqueue(db, subject=2)
    enqueue(db, kind="run.other")
    with db.read() as session:
        assert len(queue.newest(session)) == 3


def test_a_job_is_claimed_by_one_and_done_once(db: Database) -> None:
    enqueue(db)
    held = claimed(db)
    assert (held.kind, held.subject_id, held.attempt) == ("run.draw", 1, 1)
    assert claim(db, worker="b") is None
    assert finish(db, held, NOON + SECOND)
    assert claim(db, NOON + 10 * LEASE) is None
    found = job(db)
    assert (found.state, found.progress, found.done_at) == ("done", 1000, NOON + SECOND)
    assert not finish(db, held)


def test_the_one_that_waited_longest_comes_first_or_the_one_asked_for(db: Database) -> None:
    enqueue(db, subject=2, now=NOON - SECOND)
    enqueue(db, subject=1, now=NOON - 3 * SECOND)
    enqueue(db, subject=3, now=NOON + SECOND)
    asked = claim(db, kind="run.draw", subject_id=2)
    assert asked is not None and asked.subject_id == 2
    assert claimed(db).subject_id == 1
    assert claim(db) is None


def test_a_lease_that_is_renewed_holds_and_one_that_lapses_is_taken_over(db: Database) -> None:
    enqueue(db)
    first = claimed(db)
    with db.write(ledger=False) as session:
        assert queue.renew(session, first, NOON + LEASE, 370)
    assert job(db).progress == 370
    assert claim(db, NOON + LEASE + SECOND, "b") is None
    second = claimed(db, NOON + 2 * LEASE + SECOND, "b")
    assert (second.attempt, job(db).worker, job(db).progress) == (2, "b", 0)
    with db.write(ledger=False) as session:
        assert not queue.renew(session, first, NOON + 2 * LEASE, 900)
        assert not queue.fail(session, first, NOON + 2 * LEASE, "late")
        assert not queue.finish(session, first, NOON + 2 * LEASE)
        assert not queue.release(session, first, NOON + 2 * LEASE)
    assert (job(db).state, job(db).progress) == ("running", 0)
    assert finish(db, second)


def test_failures_are_tried_again_with_growing_pauses_and_given_up_in_the_end(db: Database) -> None:
    enqueue(db)
    now, pauses = NOON, []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        held = claimed(db, now)
        assert held.attempt == attempt
        assert fail(db, held, now)
        if attempt < MOST_ATTEMPTS:
            found = job(db)
            assert (found.state, found.error) == ("queued", "label.output")
            assert claim(db, found.run_after - SECOND) is None
            pauses.append(found.run_after - now)
            now = found.run_after
    assert pauses == sorted(pauses)
    assert pauses[0] < timedelta(minutes=1) < pauses[-1] < timedelta(hours=1)
    assert (job(db).state, job(db).error) == ("failed", "label.output")
    assert claim(db, now + timedelta(days=1)) is None


def test_what_cannot_get_better_is_given_up_at_once(db: Database) -> None:
    enqueue(db)
    assert fail(db, claimed(db), for_good=True)
    assert job(db).state == "failed"


def test_a_job_whose_workers_die_every_time_is_given_up(db: Database) -> None:
    enqueue(db)
    now = NOON
    for _ in range(MOST_ATTEMPTS):
        claimed(db, now)
        now += LEASE + SECOND
    assert claim(db, now) is None
    assert (job(db).state, job(db).error) == ("failed", "job.lost")


def test_asking_again_begins_anew_what_ended_and_ends_a_pause_but_disturbs_no_worker(db: Database) -> None:
    enqueue(db)
    assert fail(db, claimed(db))
    enqueue(db, again=True)
    held = claimed(db)
    assert held.attempt == 2
    enqueue(db, again=True)
    assert claim(db, worker="b") is None
    assert fail(db, held, for_good=True)
    enqueue(db)
    assert job(db).state == "failed"
    enqueue(db, again=True)
    assert (job(db).state, job(db).error) == ("queued", "")
    assert claimed(db).attempt == 1


def test_a_worker_that_is_told_to_stop_puts_its_job_back(db: Database) -> None:
    enqueue(db)
    held = claimed(db)
    with db.write(ledger=False) as session:
        assert queue.release(session, held, NOON)
    assert (job(db).state, job(db).attempts) == ("queued", 0)
    assert claimed(db, worker="b").attempt == 1


@pytest.mark.race
def test_sixteen_workers_at_once_share_the_jobs_without_doing_any_twice(database_url: str) -> None:
    db = opened(database_url)
    for subject in range(1, 6):
        enqueue(db, subject)
    gate = Barrier(16)

    def work(number: int) -> list[int]:
        gate.wait()
        enqueue(db, 6)
        done = []
        while (held := claim(db, worker=f"w{number}")) is not None:
            assert finish(db, held)
            done.append(held.subject_id)
        return done

    with ThreadPoolExecutor(16) as pool:
        done = sorted(subject for subjects in pool.map(work, range(16)) for subject in subjects)
    assert done == [1, 2, 3, 4, 5, 6]
    with db.read() as session:
        assert {(found.state, found.attempts) for found in queue.newest(session)} == {
            (JobState.DONE.value, 1)
        }
    db.dispose()

"""The queue: rows claimed by compare-and-set, held by a lease, tried again with growing pauses.

`attempts` is counted up by every claim, so (id, attempts) is the token of one claim: whoever lost the lease to
another can neither renew nor finish. Callers pass write units without the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Table, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col
from sqlmodel import select as select_model

from trace.tables import Job

MOST_ATTEMPTS = 5
LEASE = timedelta(seconds=60)
_FIRST_PAUSE = timedelta(seconds=10)
_GROWTH = 4

JOB: Table = Job.__table__  # type: ignore[attr-defined]


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Claim:
    """One worker's hold on a job; `attempt` counts from 1 and tells this claim from every other."""

    job_id: int
    kind: str
    subject_id: int
    attempt: int
    worker: str


def enqueue(session: Session, kind: str, subject_id: int, now: datetime, *, again: bool = False) -> None:
    """Ask for work about a subject: asking twice is asking once.

    With `again`, work that was done or given up is asked for anew, and work that pauses need not wait.
    """
    values = {
        "kind": kind,
        "subject_id": subject_id,
        "state": JobState.QUEUED.value,
        "attempts": 0,
        "progress": 0,
        "worker": "",
        "run_after": now,
        "error": "",
        "created_at": now,
    }
    _insert_once(session, values)
    if again:
        ended = JOB.c.state.in_([JobState.DONE.value, JobState.FAILED.value])
        fresh = {
            key: values[key] for key in ("state", "attempts", "progress", "worker", "run_after", "error")
        }
        session.execute(update(JOB).where(_about(kind, subject_id), ended).values(**fresh, done_at=None))
        pauses = and_(JOB.c.state == JobState.QUEUED.value, JOB.c.run_after > now)
        session.execute(update(JOB).where(_about(kind, subject_id), pauses).values(run_after=now))


def _insert_once(session: Session, values: dict[str, Any]) -> None:
    """Insert unless the subject has such a job: one statement, so two askers at once are no error."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(JOB).values(**values).on_conflict_do_nothing())
    else:
        session.execute(postgresql.insert(JOB).values(**values).on_conflict_do_nothing())


def find(session: Session, kind: str, subject_id: int) -> Job | None:
    """The job about a subject as it stands now."""
    return session.exec(select_model(Job).where(Job.kind == kind, Job.subject_id == subject_id)).one_or_none()


def newest(session: Session, limit: int = 50) -> list[Job]:
    """The jobs asked for last, newest first."""
    return list(session.exec(select_model(Job).order_by(col(Job.id).desc()).limit(limit)).all())


def claim(
    session: Session,
    worker: str,
    now: datetime,
    *,
    lease: timedelta = LEASE,
    kind: str | None = None,
    subject_id: int | None = None,
) -> Claim | None:
    """Take the job that has waited longest (or the one about a subject), or None if there is none to take.

    A job whose worker let the lease lapse is taken over; after MOST_ATTEMPTS it fails with `job.lost`.
    """
    wanted: list[ColumnElement[bool]] = []
    if kind is not None:
        wanted.append(JOB.c.kind == kind)
    if subject_id is not None:
        wanted.append(JOB.c.subject_id == subject_id)
    lapsed = and_(JOB.c.state == JobState.RUNNING.value, JOB.c.lease_until < now)
    session.execute(
        update(JOB)
        .where(*wanted, lapsed, JOB.c.attempts >= MOST_ATTEMPTS)
        .values(state=JobState.FAILED.value, error="job.lost", done_at=now)
    )
    waiting = and_(JOB.c.state == JobState.QUEUED.value, JOB.c.run_after <= now)
    query = (
        select(JOB.c.id, JOB.c.kind, JOB.c.subject_id, JOB.c.state, JOB.c.attempts)
        .where(*wanted, or_(waiting, lapsed))
        .order_by(JOB.c.run_after, JOB.c.id)
    )
    for found in session.execute(query.limit(20)).all():
        token = Claim(found.id, found.kind, found.subject_id, found.attempts + 1, worker)
        taken = session.execute(
            update(JOB)
            .where(JOB.c.id == found.id, JOB.c.state == found.state, JOB.c.attempts == found.attempts)
            .values(
                state=JobState.RUNNING.value,
                attempts=token.attempt,
                progress=0,
                worker=worker,
                lease_until=now + lease,
                error="",
            )
        )
        if _changed(taken):
            return token
    return None


def running(session: Session) -> list[Claim]:
    """The claims that workers hold, or held when they died."""
    query = select(JOB.c.id, JOB.c.kind, JOB.c.subject_id, JOB.c.attempts, JOB.c.worker)
    found = session.execute(query.where(JOB.c.state == JobState.RUNNING.value)).all()
    return [Claim(row.id, row.kind, row.subject_id, row.attempts, row.worker) for row in found]


def expire(session: Session, held: Claim, now: datetime) -> bool:
    """End the lease of a worker that is known to be dead, so that the next one need not wait for it."""
    return _settle(session, held, lease_until=now - timedelta(seconds=1))


def renew(session: Session, held: Claim, now: datetime, progress: int, *, lease: timedelta = LEASE) -> bool:
    """Say that the work goes on, `progress` thousandths of it done; False if another has taken the job over."""
    return _settle(session, held, lease_until=now + lease, progress=progress)


def finish(session: Session, held: Claim, now: datetime) -> bool:
    """The work is done; False if another has taken the job over."""
    return _settle(session, held, state=JobState.DONE.value, progress=1000, lease_until=None, done_at=now)


def fail(session: Session, held: Claim, now: datetime, error: str, *, for_good: bool = False) -> bool:
    """The work failed with an error code: try again after a pause, or give up; False if it was taken over."""
    if for_good or held.attempt >= MOST_ATTEMPTS:
        return _settle(
            session, held, state=JobState.FAILED.value, error=error[:80], lease_until=None, done_at=now
        )
    pause = _FIRST_PAUSE * _GROWTH ** (held.attempt - 1)
    return _settle(
        session,
        held,
        state=JobState.QUEUED.value,
        error=error[:80],
        lease_until=None,
        run_after=now + pause,
    )


def release(session: Session, held: Claim, now: datetime) -> bool:
    """Put the job back at once, as if it had not been taken: the worker was told to stop."""
    return _settle(
        session,
        held,
        state=JobState.QUEUED.value,
        attempts=held.attempt - 1,
        progress=0,
        lease_until=None,
        run_after=now,
    )


def _settle(session: Session, held: Claim, **values: Any) -> bool:
    done = session.execute(
        update(JOB)
        .where(
            JOB.c.id == held.job_id,
            JOB.c.state == JobState.RUNNING.value,
            JOB.c.attempts == held.attempt,
            JOB.c.worker == held.worker,
        )
        .values(**values)
    )
    return _changed(done)


def _about(kind: str, subject_id: int) -> ColumnElement[bool]:
    return and_(JOB.c.kind == kind, JOB.c.subject_id == subject_id)


def _changed(result: Any) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1

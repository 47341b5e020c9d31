"""Job (后台任务): work that waits for a worker; claimed by compare-and-set, held by a lease."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class Job(SQLModel, table=True):
    """One piece of work about one subject. `progress` is in thousandths, for those who wait."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("kind", "subject_id"),
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        CheckConstraint("progress BETWEEN 0 AND 1000", name="progress_range"),
        Index("ix_job_state_run_after", "state", "run_after"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=40)
    subject_id: int
    state: str = Field(default="queued", max_length=10)
    attempts: int = Field(default=0)
    progress: int = Field(default=0)
    worker: str = Field(default="", max_length=80)
    lease_until: datetime | None = Field(default=None, sa_type=UTCDateTime)
    run_after: datetime = Field(sa_type=UTCDateTime)
    error: str = Field(default="", max_length=80)
    created_at: datetime = Field(sa_type=UTCDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UTCDateTime)

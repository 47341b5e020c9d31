"""Run check (自检): the run's own file, rendered and read back before it is released."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class RunCheck(SQLModel, table=True):
    """`checked` of the run's labels were decoded from the file with this SHA-256; `detail` names what failed.

    `seed` decides the sample where a run is too long to read back whole.
    """

    __tablename__ = "run_check"
    __table_args__ = (
        CheckConstraint("result IN ('passed', 'failed')", name="result"),
        CheckConstraint("checked >= 0", name="checked_range"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    sha256: str = Field(max_length=64)
    result: str = Field(max_length=10)
    checked: int
    seed: str = Field(max_length=32)
    reader: str = Field(max_length=60)
    detail: str = Field(default="", sa_type=Text)
    recorded_at: datetime = Field(sa_type=UTCDateTime)

"""PINs (涂层验证码) of a run: the sealed secret they come from, and each try at one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlmodel import Field, SQLModel

from trace.tables.base import UTCDateTime


class RunPin(SQLModel, table=True):
    """The run's secret, encrypted under the master key; never in the ledger, never in a bundle."""

    __tablename__ = "run_pin"

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    sealed: bytes = Field(sa_type=LargeBinary)


class PinState(SQLModel, table=True):
    """How one item's PIN stands: wrong tries and right ones, each in all."""

    __tablename__ = "pin_state"
    __table_args__ = (
        CheckConstraint("wrong BETWEEN 0 AND 5", name="wrong_range"),
        CheckConstraint("correct >= 0", name="correct_range"),
    )

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    item: int = Field(primary_key=True)
    wrong: int = Field(default=0)
    correct: int = Field(default=0)
    first_correct_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    locked_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class PinTry(SQLModel, table=True):
    """One try, right or wrong: when, and nothing about who."""

    __tablename__ = "pin_try"
    __table_args__ = (CheckConstraint("result IN ('right', 'wrong', 'locked')", name="result"),)

    run_id: int = Field(foreign_key="run.id", primary_key=True)
    item: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    result: str = Field(max_length=10)
    at: datetime = Field(sa_type=UTCDateTime)

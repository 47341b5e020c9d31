"""Review (疑码核查): a code that looks copied waits for a person; and codes that nobody printed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlmodel import Field, SQLModel

from trace.tables.base import NAME_LENGTH, Day, UTCDateTime

_OPEN = text("decided_at IS NULL")


class ItemReview(SQLModel, table=True):
    """Why an item is suspicious (`reasons`: JSON list of codes), and what a person decided: copied or cleared.

    An item has at most one open review. `devices`, `provinces` as they stood when it was opened.
    """

    __tablename__ = "item_review"
    __table_args__ = (
        CheckConstraint("decision IN ('', 'copied', 'cleared')", name="decision"),
        CheckConstraint("(decided_at IS NULL) = (decision = '')", name="decided"),
        Index(
            "ix_item_review_open_item",
            "run_id",
            "item",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id")
    item: int
    opened_on: date = Field(sa_type=Day)
    reasons: str = Field(default="[]", sa_type=Text)
    devices: int
    provinces: int
    decision: str = Field(default="", max_length=10)
    reason: str = Field(default="", max_length=NAME_LENGTH)
    decided_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    decided_by: int | None = Field(default=None, foreign_key="app_user.id")


class CodeAlarm(SQLModel, table=True):
    """A well-signed code of a label that was never printed (verdict `unknown`): its key may have leaked."""

    __tablename__ = "code_alarm"
    __table_args__ = (CheckConstraint("times >= 1", name="times_positive"),)

    key_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    run: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    item: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    first_at: datetime = Field(sa_type=UTCDateTime)
    last_at: datetime = Field(sa_type=UTCDateTime)
    times: int = Field(default=1)
    note: str = Field(default="", max_length=NAME_LENGTH)
    handled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    handled_by: int | None = Field(default=None, foreign_key="app_user.id")

"""Run (印制批): one printing of N labels for one batch, one row however large N is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field, SQLModel

from trace.tables.base import IF_SET, NAME_LENGTH, UTCDateTime


class Run(SQLModel, table=True):
    """All that fixes the labels' bytes: key, count, stock, start cell, dpi, texts (canonical JSON)."""

    __tablename__ = "run"
    __table_args__ = (
        CheckConstraint("id BETWEEN 1 AND 99999999", name="id_range"),
        CheckConstraint("count BETWEEN 1 AND 999999", name="count_range"),
        CheckConstraint("start_cell >= 1", name="start_cell_positive"),
        CheckConstraint("unit_weight_g > 0", name="unit_weight_positive"),
        CheckConstraint("level IN (1, 2)", name="level"),
    )

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    authorisation_id: int | None = Field(default=None, foreign_key="authorisation.id")
    key_id: int = Field(foreign_key="signing_key.id")
    count: int
    unit_weight_g: int
    base_url: str = Field(max_length=60)
    stock: str = Field(max_length=40)
    start_cell: int = Field(default=1)
    dpi: int = Field(default=203)
    texts: str = Field(sa_type=Text)
    replaces_id: int | None = Field(default=None, foreign_key="run.id")
    # The form's or the caller's own number for this request: asking twice is asking once.
    request_id: str = Field(max_length=64)
    created_at: datetime = Field(sa_type=UTCDateTime)
    created_by: int = Field(foreign_key="app_user.id")
    # What else fixes the bytes: stock, paper, adjustment, design, picture (canonical JSON, trace.services.run_plan).
    plan: str | None = Field(default=None, sa_type=Text, sa_column_kwargs={"info": IF_SET})
    # None: labels of items (单品). 1: outer cartons (外箱). 2: pallets (托盘), which hold cartons.
    level: int | None = Field(default=None, sa_column_kwargs={"info": IF_SET})
    # SHA-256 of the secret that the PINs (涂层验证码) come from; None: labels without PINs.
    pin_hash: str | None = Field(default=None, max_length=64, sa_column_kwargs={"info": IF_SET})
    # The ledger as it stood just before: printed on the sheets, so that paper outside vouches for it too.
    ledger_size: int | None = Field(default=None, sa_type=BigInteger, sa_column_kwargs={"info": IF_SET})
    ledger_root: str | None = Field(default=None, max_length=64, sa_column_kwargs={"info": IF_SET})


class RunRequest(SQLModel, table=True):
    """One row per print request: the unique key makes a repeated request find the run it already made."""

    __tablename__ = "run_request"

    organisation_id: int = Field(foreign_key="organisation.id", primary_key=True)
    request_id: str = Field(max_length=64, primary_key=True)
    run_id: int = Field(foreign_key="run.id", unique=True)


class RangeState(SQLModel, table=True):
    """[first, last] of a run became active (已启用) or void (作废); void is final."""

    __tablename__ = "range_state"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'void')", name="state"),
        CheckConstraint("first >= 1 AND first <= last", name="range_order"),
        CheckConstraint("state <> 'void' OR length(reason) > 0", name="void_has_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    first: int
    last: int
    state: str = Field(max_length=10)
    reason: str = Field(default="", max_length=NAME_LENGTH)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")


class Download(SQLModel, table=True):
    """Somebody took a run's labels; `sha256` is of the bytes handed out."""

    __tablename__ = "download"

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="run.id", index=True)
    sha256: str = Field(max_length=64)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")
    # Which form of the labels (trace.services.outlet); None: the PDF.
    outlet: str | None = Field(default=None, max_length=10, sa_column_kwargs={"info": IF_SET})

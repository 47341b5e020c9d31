"""Certificate (承诺达标合格证) of one batch."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Text
from sqlmodel import Field, SQLModel

from trace.tables.base import IF_SET, NAME_LENGTH, Day, UTCDateTime


class Certificate(SQLModel, table=True):
    """What the promisor signs for: quantity in grams, origin, basis (canonical JSON list), template edition."""

    __tablename__ = "certificate"
    __table_args__ = (CheckConstraint("quantity_g > 0", name="quantity_positive"),)

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=40, unique=True)
    batch_id: int = Field(foreign_key="batch.id", index=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    product_name: str = Field(max_length=NAME_LENGTH)
    quantity_g: int = Field(sa_type=BigInteger)
    origin: str = Field(max_length=NAME_LENGTH)
    issued_on: date = Field(sa_type=Day)
    promisor: str = Field(max_length=NAME_LENGTH)
    contact: str = Field(max_length=60)
    basis: str = Field(sa_type=Text)
    template: str = Field(max_length=20)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    recorded_by: int = Field(foreign_key="app_user.id")
    # The ledger as it stood just before: printed on the certificate.
    ledger_size: int | None = Field(default=None, sa_type=BigInteger, sa_column_kwargs={"info": IF_SET})
    ledger_root: str | None = Field(default=None, max_length=64, sa_column_kwargs={"info": IF_SET})

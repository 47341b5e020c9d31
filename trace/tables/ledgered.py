"""Which tables the ledger vouches for, and the payload of a row: every column that is not a projection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Column, Table
from sqlmodel import SQLModel

from trace import tables
from trace.ledger.canonical import parse
from trace.ledger.commitment import Value, flatten
from trace.ledger.envelope import instant
from trace.tables.base import metadata


@dataclass(frozen=True, slots=True)
class Ledgered:
    """A table under the ledger, with the tables whose rows belong to its rows (table, foreign key)."""

    table: Table
    parts: tuple[tuple[Table, str], ...] = ()

    @property
    def columns(self) -> list[Column[Any]]:
        """Columns in the payload."""
        return payload_columns(self.table)


@cache
def payload_columns(table: Table) -> list[Column[Any]]:
    """The columns of `table` that are records; projections and presentation are marked `MUTABLE`."""
    return [column for column in table.c if column.info.get("ledger", True)]


def _of(model: type[SQLModel]) -> Table:
    return metadata.tables[str(model.__tablename__)]


_PLAIN: tuple[type[SQLModel], ...] = (
    tables.Organisation,
    tables.Brand,
    tables.BrandRule,
    tables.Product,
    tables.Plot,
    tables.Authorisation,
    tables.AuthorisationRevocation,
    tables.Batch,
    tables.Certificate,
    tables.SigningKey,
    tables.SigningKeyStatus,
    tables.Run,
    tables.RangeState,
    tables.Download,
    tables.RunCheck,
    tables.CartonPack,
    tables.CartonSplit,
    tables.Recall,
    tables.RecallClosure,
    tables.Freeze,
    tables.FreezeLift,
    tables.LogIdentity,
    tables.Witness,
    tables.WitnessEnd,
    tables.Erasure,
)

LEDGERED: Mapping[str, Ledgered] = {
    **{_of(model).name: Ledgered(_of(model)) for model in _PLAIN},
    "event": Ledgered(_of(tables.Event), ((_of(tables.EventAttachment), "event_id"),)),
    "operation": Ledgered(_of(tables.Operation), ((_of(tables.OperationInput), "operation_id"),)),
    "attachment": Ledgered(_of(tables.Attachment)),
}


def written(value: Any) -> Any:
    """A column's value as it stands in a payload."""
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def payload(
    subject: Ledgered, row: Mapping[str, Any], parts: Mapping[str, list[Mapping[str, Any]]]
) -> dict[str, Any]:
    """The payload of a row and of the rows that belong to it, those in primary-key order."""
    body = _record(subject.columns, row)
    for table, _key in subject.parts:
        columns = payload_columns(table)
        keys = [column.name for column in table.primary_key]
        ordered = sorted(parts.get(table.name, []), key=lambda part: tuple(part[key] for key in keys))
        body[table.name] = [_record(columns, part) for part in ordered]
    return body


def fields(
    subject: Ledgered, row: Mapping[str, Any], parts: Mapping[str, list[Mapping[str, Any]]]
) -> dict[str, Value]:
    """The payload field by field, as an entry commits to it (trace.ledger.commitment).

    ValueError if a column of members is not canonical JSON.
    """
    body = payload(subject, row, parts)
    for column in subject.columns:
        if column.info.get("members"):
            body[column.name] = parse(body[column.name])
    return flatten(body)


def _record(columns: list[Column[Any]], row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        column.name: written(row[column.name])
        for column in columns
        if row[column.name] is not None or column.info.get("ledger") != "if-set"
    }

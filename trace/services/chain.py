"""A batch's chain of records as it stands: corrections applied, ancestors included."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from trace.services import batch as batches
from trace.tables import Batch, Event
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Record:
    """An event with its facts read, and the event that corrects it, if any."""

    event: Event
    facts: dict[str, Any]
    corrected_by: Event | None

    @property
    def stands(self) -> bool:
        """Whether it counts: not corrected and not withdrawn."""
        return self.corrected_by is None and not self.event.withdrawn


def records(session: Session, of: Iterable[Batch]) -> list[Record]:
    """All events of the batches in order of happening, superseded ones included."""
    ids = [key_of(batch) for batch in of]
    rows = session.exec(
        select(Event).where(col(Event.batch_id).in_(ids)).order_by(col(Event.occurred_at), col(Event.id))
    ).all()
    corrections = {row.corrects_id: row for row in rows if row.corrects_id is not None}
    return [Record(row, json.loads(row.facts), corrections.get(key_of(row))) for row in rows]


def standing(session: Session, of: Iterable[Batch]) -> list[Record]:
    """The events that count."""
    return [record for record in records(session, of) if record.stands]


def lineage(session: Session, batch: Batch) -> list[Batch]:
    """The batch and all its ancestors."""
    return [batch, *batches.ancestors(session, batch)]


def inputs_used(found: Sequence[Record]) -> list[dict[str, Any]]:
    """Every farm input (农业投入品) in the records, in order."""
    return [row for record in found for row in record.facts.get("inputs", [])]


def passed_items(found: Sequence[Record]) -> tuple[list[str], int]:
    """Items of passed inspections, and how many such inspections there are."""
    passed = [
        record
        for record in found
        if record.event.stage == "inspection" and record.facts.get("result") == "pass"
    ]
    items = [
        str(row["item"])
        for record in passed
        for row in record.facts.get("items", [])
        if row.get("result") == "pass"
    ]
    return items, len(passed)

"""What a bundle tells: its records by table and number, as far as they are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from trace.ledger.commitment import Value
from trace.ledger.envelope import Envelope

CHINA = timezone(timedelta(hours=8))
_INPUT = re.compile(r"operation_input\.(\d{1,6})\.batch_id", re.ASCII)
_FILE = re.compile(r"event_attachment\.(\d{1,6})\.attachment_id", re.ASCII)

# Which records a record leans on, by table and column. A bundle holds them too.
REFERENCES: Mapping[str, Mapping[str, str]] = {
    "brand": {"owner_id": "organisation"},
    "brand_rule": {"brand_id": "brand"},
    "product": {"brand_id": "brand"},
    "plot": {"organisation_id": "organisation"},
    "authorisation": {"brand_id": "brand", "organisation_id": "organisation"},
    "authorisation_revocation": {"authorisation_id": "authorisation"},
    "batch": {
        "organisation_id": "organisation",
        "product_id": "product",
        "plot_id": "plot",
        "operation_id": "operation",
    },
    "operation": {"organisation_id": "organisation"},
    "event": {"batch_id": "batch", "organisation_id": "organisation", "corrects_id": "event"},
    "attachment": {"organisation_id": "organisation"},
    "certificate": {"batch_id": "batch", "organisation_id": "organisation"},
    "signing_key": {"organisation_id": "organisation"},
    "signing_key_status": {"key_id": "signing_key"},
    "run": {
        "batch_id": "batch",
        "organisation_id": "organisation",
        "authorisation_id": "authorisation",
        "key_id": "signing_key",
        "replaces_id": "run",
    },
    "range_state": {"run_id": "run"},
    "download": {"run_id": "run"},
    "run_check": {"run_id": "run"},
    "recall": {"batch_id": "batch", "organisation_id": "organisation"},
    "recall_closure": {"recall_id": "recall"},
    "freeze": {"batch_id": "batch", "organisation_id": "organisation"},
    "freeze_lift": {"freeze_id": "freeze"},
    "erasure": {"organisation_id": "organisation"},
    "witness": {"organisation_id": "organisation"},
    "witness_end": {"witness_id": "witness"},
}

# What the checks rest on beside that: never withheld, and never erased. "*": the whole record, if it was hashed whole.
_NEEDED: Mapping[str, frozenset[str]] = {
    "batch": frozenset({"number", "quantity_g", "*"}),
    "operation": frozenset({"*"}),
    "event": frozenset({"stage", "occurred_at", "withdrawn", "quantity_g"}),
    "attachment": frozenset({"sha256"}),
    "brand_rule": frozenset({"edition", "rules"}),
    "signing_key": frozenset({"public_key", "*"}),
    "signing_key_status": frozenset({"status", "effective_at", "*"}),
    "run": frozenset({"count", "unit_weight_g", "level"}),
    "range_state": frozenset({"first", "last", "state"}),
    "erasure": frozenset({"seq", "fields", "rest"}),
    "log_identity": frozenset({"origin", "public_key", "*"}),
}


def must_show(table: str, name: str) -> bool:
    """Whether a field of a table's records may not be left out of a bundle."""
    if name == "id" or name in REFERENCES.get(table, ()) or name in _NEEDED.get(table, ()):
        return True
    return name.startswith("operation_input.") or _FILE.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Record:
    """An entry's record: the fields that are shown, and the names of those that are not."""

    envelope: Envelope
    fields: Mapping[str, Value]
    withheld: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()

    @property
    def seq(self) -> int:
        """The entry's number."""
        return self.envelope.seq

    @property
    def key(self) -> tuple[str, int]:
        """Table and number."""
        return self.envelope.subject, self.envelope.subject_id

    def text(self, name: str) -> str:
        """A field as text; "" where it is empty, not shown, or no text."""
        value = self.fields.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int | None:
        """A field as a whole number."""
        value = self.fields.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def json(self, name: str) -> Any:
        """A text field that holds JSON; None where it does not."""
        try:
            return json.loads(self.text(name))
        except (ValueError, RecursionError):
            return None

    def inputs(self) -> list[int]:
        """The numbers of the batches that went into an operation."""
        return [value for name, value in self._matching(_INPUT) if isinstance(value, int)]

    def files(self) -> list[tuple[int, str]]:
        """The attachments of an event with what they are called."""
        return [
            (value, self.text(name.replace("attachment_id", "title")))
            for name, value in self._matching(_FILE)
            if isinstance(value, int)
        ]

    def _matching(self, pattern: re.Pattern[str]) -> list[tuple[str, Value]]:
        found = [(int(match[1]), name) for name in self.fields if (match := pattern.fullmatch(name))]
        return [(name, self.fields[name]) for _, name in sorted(found)]

    def references(self) -> Iterator[tuple[str, tuple[str, int]]]:
        """The records that this one leans on, as (field, (table, number)); an operation's batches are not among them."""
        for name, table in REFERENCES.get(self.envelope.subject, {}).items():
            number = self.number(name)
            if number is not None:
                yield name, (table, number)
        for name, value in self._matching(_FILE):
            if isinstance(value, int):
                yield name, ("attachment", value)


@dataclass(slots=True)
class Story:
    """All records of a bundle, in the order of their entries."""

    records: dict[tuple[str, int], Record] = field(default_factory=dict)
    batches: dict[str, Record] = field(default_factory=dict)
    corrected: set[int] = field(default_factory=set)
    tables: dict[str, list[Record]] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        """One more, later than all before."""
        self.records[record.key] = record
        self.tables.setdefault(record.envelope.subject, []).append(record)
        if record.envelope.subject == "batch" and record.text("number"):
            self.batches[record.text("number")] = record
        corrects = record.number("corrects_id")
        if record.envelope.subject == "event" and corrects is not None:
            self.corrected.add(corrects)

    def of(self, table: str) -> list[Record]:
        """All records of a table."""
        return self.tables.get(table, [])

    def get(self, table: str, number: int | None) -> Record | None:
        """One record, if it is in the bundle."""
        return None if number is None else self.records.get((table, number))

    def by(self, table: str, column: str) -> dict[int, list[Record]]:
        """All records of a table, grouped by a column of numbers."""
        found: dict[int, list[Record]] = {}
        for record in self.of(table):
            value = record.number(column)
            if value is not None:
                found.setdefault(value, []).append(record)
        return found

    def number_of(self, batch_id: int | None) -> str:
        """A batch's number by its id; "" if it is not in the bundle."""
        found = self.get("batch", batch_id)
        return found.text("number") if found else ""

    def standing(self, record: Record) -> bool:
        """Whether an event counts: not corrected later, and no withdrawal."""
        return record.fields.get("withdrawn") is not True and record.envelope.subject_id not in self.corrected


def moment(written: str) -> datetime | None:
    """An instant or a day as envelopes write them; a day begins in China. None if it is neither."""
    try:
        if len(written) == 10:
            day = date.fromisoformat(written)
            return datetime(day.year, day.month, day.day, tzinfo=CHINA).astimezone(UTC)
        found = datetime.fromisoformat(written)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None

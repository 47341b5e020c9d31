"""The envelope (信封): what an entry says in the open, and the salted hash of what it vouches for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from trace.ledger.canonical import canonical
from trace.ledger.chain import payload_hash

VERSION = 1


@dataclass(frozen=True, slots=True)
class Envelope:
    """No personal data stands here: ids, times and hashes only, so that erasure stays possible.

    `occurred` and `recorded` are UTC instants or days in ISO 8601; `attachments` are SHA-256 in hex.
    """

    seq: int
    kind: str
    subject: str
    subject_id: int
    organisation: int
    recorded: str
    payload: str
    occurred: str = ""
    batches: tuple[str, ...] = ()
    corrects: int | None = None
    attachments: tuple[str, ...] = field(default=())

    def text(self) -> str:
        """The canonical JSON that is hashed into the ledger."""
        body: dict[str, Any] = {
            "v": VERSION,
            "seq": self.seq,
            "kind": self.kind,
            "subject": self.subject,
            "id": self.subject_id,
            "org": self.organisation,
            "recorded": self.recorded,
            "payload": self.payload,
        }
        if self.occurred:
            body["occurred"] = self.occurred
        if self.batches:
            body["batches"] = list(self.batches)
        if self.corrects is not None:
            body["corrects"] = self.corrects
        if self.attachments:
            body["attachments"] = sorted(self.attachments)
        return canonical(body)


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and "Z": one written form for one instant."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime refused")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def sealed(salt: str, payload: Mapping[str, Any]) -> str:
    """Salted hash of the canonical payload, in hex."""
    return payload_hash(salt, canonical(payload).encode("utf-8"))

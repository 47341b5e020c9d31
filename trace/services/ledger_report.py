"""What a walk through the ledger finds: faults, each with the entry it is about, and notes that are no faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """One thing that is wrong: entry number, stable code, the record it is about; `detail` names what else there is."""

    seq: int
    code: str
    kind: str = ""
    subject: str = ""
    subject_id: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LedgerNote:
    """What readers should know and is no fault: stable code, how many entries, the first of them."""

    code: str
    count: int
    first: int


@dataclass(frozen=True, slots=True)
class Known:
    """An earlier size of the ledger, and its root in hex or how that began (what labels are printed with)."""

    size: int
    root: str


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a walk found: how many entries, their root in hex, what is wrong (first things first), what to know.

    `root` is "" where entries are missing, so that nothing can be said of the whole.
    """

    entries: int
    root: str
    faults: tuple[LedgerFault, ...] = ()
    notes: tuple[LedgerNote, ...] = ()

    @property
    def fault(self) -> LedgerFault | None:
        """The first thing that is wrong; None when every entry stands as it was written."""
        return self.faults[0] if self.faults else None


class Notes:
    """Counts notes in ledger order."""

    def __init__(self) -> None:
        self._found: dict[str, list[int]] = {}

    def take(self, seq: int, codes: Iterable[str]) -> None:
        """Entry `seq` gives rise to these."""
        for code in codes:
            self._found.setdefault(code, [0, seq])[0] += 1

    def told(self) -> tuple[LedgerNote, ...]:
        """All of them, by code."""
        return tuple(LedgerNote(code, count, first) for code, (count, first) in sorted(self._found.items()))


def named(seq: int, row: Any, code: str) -> LedgerFault:
    """The fault with what the entry's row says it is about, as far as that can still be read."""
    found = row or {}
    kind, subject, identity = found.get("kind"), found.get("subject"), found.get("subject_id")
    return LedgerFault(
        seq,
        code,
        kind if isinstance(kind, str) else "",
        subject if isinstance(subject, str) else "",
        identity if isinstance(identity, int) else 0,
    )

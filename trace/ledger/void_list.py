"""The void list (作废名单): which labels are stopped, as one text that the log signs, for checking without a network.

The format is specified in docs/log-format.md, "The void list".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from trace.ledger.merkle import HASH_BYTES, MAX_SIZE
from trace.ledger.note import ED25519, MAX_NOTE, Note, VerifierKey, verified
from trace.ledger.spelling import FormatError, hash_from_base64, number, plain_text, to_base64

SUFFIX = "/void-list"
RECALLED, VOID, FROZEN, INACTIVE = STOPS = ("recalled", "void", "frozen", "inactive")
MAX_RUN = 99_999_999
MAX_ITEM = 999_999
MAX_KEY = 99_999
_HEAD_LINES = 5
_DATE = "%Y-%m-%dT%H:%M:%SZ"

Spans = tuple[tuple[int, int], ...]
"""Ranges of numbers, both ends included, in order, with a gap between any two."""


class VoidListError(FormatError):
    """Text that is no void list, or a list that the log did not sign."""


@dataclass(frozen=True, slots=True)
class VoidList:
    """What is stopped as of a moment. Invariant: VoidList.parse(made.text()) == made.

    `origin` names the log, `size` and `root` the tree that all of this follows from, `newest_run` the last run
    printed by then (0: none). `revoked` has for each revoked key the runs that it signed before and that still count;
    `stops` has by word ("recalled", "void", "frozen", "inactive") and run the labels it holds for.
    """

    origin: str
    made: datetime
    size: int
    root: bytes
    newest_run: int = 0
    revoked: Mapping[int, Spans] = field(default_factory=dict)
    stops: Mapping[str, Mapping[int, Spans]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.origin or "\n" in plain_text(self.origin, MAX_NOTE):
            raise VoidListError("ledger.void-list-form", "the origin is one line")
        if self.made.tzinfo is not UTC or self.made.microsecond or not 1 <= self.size <= MAX_SIZE:
            raise VoidListError("ledger.void-list-form", "a whole second in UTC, and a size from 1 to 2^63-1")
        if len(self.root) != HASH_BYTES or not 0 <= self.newest_run <= MAX_RUN:
            raise VoidListError("ledger.void-list-form", "a root of 32 bytes, a run of eight digits")
        for key, spans in self.revoked.items():
            _check(key, MAX_KEY, spans, MAX_RUN)
        for word, by_run in self.stops.items():
            if word not in STOPS or not by_run:
                raise VoidListError("ledger.void-list-word", "a word that is not of this format")
            for run, spans in by_run.items():
                if not spans:
                    raise VoidListError("ledger.void-list-range", "a run without a range")
                _check(run, MAX_RUN, spans, MAX_ITEM)

    def text(self) -> str:
        """The text that is signed."""
        head = (
            self.origin + SUFFIX,
            self.made.strftime(_DATE),
            str(self.size),
            to_base64(self.root),
            str(self.newest_run),
        )
        return "\n".join((*head, *self._lines(), ""))

    def _lines(self) -> Iterator[str]:
        for key in sorted(self.revoked):
            yield f"revoked {key}"
            for first, last in self.revoked[key]:
                yield f"kept {key} {first} {last}"
        for word in STOPS:
            by_run = self.stops.get(word, {})
            for run in sorted(by_run):
                for first, last in by_run[run]:
                    yield f"{word} {run} {first} {last}"

    @classmethod
    def parse(cls, text: str) -> VoidList:
        """Read the text of a note as a void list; FormatError for anything but the one written form."""
        lines = plain_text(text, MAX_NOTE).split("\n")
        if len(lines) <= _HEAD_LINES or lines[-1] or not lines[0].endswith(SUFFIX):
            raise VoidListError("ledger.void-list-form", "a void list has five lines or more")
        revoked: dict[int, list[tuple[int, int]]] = {}
        stops: dict[str, dict[int, list[tuple[int, int]]]] = {}
        for line in lines[_HEAD_LINES:-1]:
            word, *rest = line.split(" ")
            numbers = [number(part) for part in rest]
            if word == "revoked" and len(numbers) == 1:
                revoked.setdefault(numbers[0], [])
            elif word == "kept" and len(numbers) == 3 and numbers[0] in revoked:
                revoked[numbers[0]].append((numbers[1], numbers[2]))
            elif word in STOPS and len(numbers) == 3:
                stops.setdefault(word, {}).setdefault(numbers[0], []).append((numbers[1], numbers[2]))
            else:
                raise VoidListError("ledger.void-list-word", "a line that is not of this format")
        found = cls(
            lines[0].removesuffix(SUFFIX),
            _moment(lines[1]),
            number(lines[2]),
            hash_from_base64(lines[3]),
            number(lines[4]),
            {key: tuple(spans) for key, spans in revoked.items()},
            {word: {run: tuple(spans) for run, spans in by.items()} for word, by in stops.items()},
        )
        if found.text() != text:
            raise VoidListError("ledger.void-list-order", "lines out of order or twice")
        return found

    def says(self, key_id: int, run: int, item: int) -> str:
        """What stops a well-signed label: "revoked", "recalled", "void", "frozen", "inactive", or "" for nothing known.

        Of several the first in this order. "newer" is a run that was printed after the list was made.
        """
        if key_id in self.revoked and not _within(self.revoked[key_id], run):
            return "revoked"
        for word in STOPS:
            if _within(self.stops.get(word, {}).get(run, ()), item):
                return word
        return "newer" if run > self.newest_run else ""


def open_void_list(note: str | bytes, keys: Sequence[VerifierKey]) -> tuple[VoidList, Note]:
    """The list in a signed note, once a key of the log (kind 0x01) of its own name signed it.

    Raises NoteError or VoidListError.
    """
    parsed = Note.parse(note)
    signers = [key for key, _ in verified(parsed, keys)]
    found = VoidList.parse(parsed.text)
    if not any(key.kind == ED25519 and key.name == found.origin for key in signers):
        raise VoidListError("ledger.void-list-unsigned", "no key of this log signed the void list")
    return found, parsed


def _moment(text: str) -> datetime:
    # strptime alone would take digits that are not ASCII, and fields of another width.
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", text) is None:
        raise VoidListError("ledger.void-list-date", "not a date such as 2026-10-01T04:00:00Z")
    try:
        return datetime.strptime(text, _DATE).replace(tzinfo=UTC)
    except ValueError as error:
        raise VoidListError("ledger.void-list-date", "not a date such as 2026-10-01T04:00:00Z") from error


def _check(number_of: int, most: int, spans: Spans, most_in: int) -> None:
    edge = -1
    for first, last in spans:
        if first <= edge + 1 or last < first:
            raise VoidListError("ledger.void-list-range", "ranges in order, with a gap between any two")
        edge = last
    if not 1 <= number_of <= most or edge > most_in or (spans and spans[0][0] < 1):
        raise VoidListError("ledger.void-list-range", "a number that no label has")


def _within(spans: Spans, wanted: int) -> bool:
    return any(first <= wanted <= last for first, last in spans)

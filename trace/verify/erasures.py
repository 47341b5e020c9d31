"""Nothing is missing as erased (依法删除) that no entry says was erased, or that the law wants kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from trace.core import dates, erasure
from trace.core.erasure import FILE, Leave
from trace.verify.fault import Fault
from trace.verify.story import Record, Story, moment


@dataclass(slots=True)
class Erasures:
    """What the erasures in a bundle name, by entry; and what the first of each entry says of the rest of it."""

    names: dict[int, set[str]] = field(default_factory=dict)
    rests: dict[int, str] = field(default_factory=dict)

    def check(self, story: Story, rests: Mapping[int, str]) -> None:
        """Each field that lines say was erased is named by an erasure, and could go.

        `rests` has, for entries that hashed their record whole, what their digests come to. Fault names the entry.
        """
        records = {record.seq: record for record in story.records.values()}
        for record in story.of("erasure"):
            self._read(record, records)
        for record in story.records.values():
            for name in record.erased:
                if name not in self.names.get(record.seq, ()):
                    raise Fault("erasure.unknown", entry=record.seq, field=name)
        for seq, rest in rests.items():
            if self.rests.get(seq) != rest:
                raise Fault("record.payload", entry=seq)

    def _read(self, record: Record, records: Mapping[int, Record]) -> None:
        seq, names = record.number("seq"), record.json("fields")
        if seq is None or not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise Fault("erasure.unreadable", entry=record.seq)
        self.names.setdefault(seq, set()).update(names)
        self.rests.setdefault(seq, record.text("rest"))
        about = records.get(seq)
        if about is None:
            return
        late = _over(about, record)
        for name in names:
            leave = erasure.rule(about.envelope.subject, name, about.text("stage")).leave
            if leave is Leave.NEVER or (leave is Leave.AFTER and not late):
                raise Fault("erasure.unlawful", entry=record.seq, other=seq, field=name)

    def file_gone(self, record: Record) -> bool:
        """Whether an erasure names the file of this attachment."""
        return FILE in self.names.get(record.seq, ())


def _over(about: Record, record: Record) -> bool:
    """Whether a record's keeping time was over when something was erased from it."""
    entered, erased = _day(about.envelope.recorded), _day(record.envelope.recorded)
    try:
        return entered is not None and erased is not None and erased > dates.keep_until(entered)
    except (ValueError, OverflowError):
        return False


def _day(written: str) -> date | None:
    at = moment(written)
    return None if at is None or at.year > 9998 else dates.local_day(at)

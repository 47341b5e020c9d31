"""Where a person's name, phone or other words stand: in the ledger's records, and in what is kept beside them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from trace.core import clock, dates, erasure
from trace.core.erasure import FILE, Leave, Rule
from trace.core.errors import InvalidInput
from trace.ledger.envelope import Envelope
from trace.services.ledger import ENTRY
from trace.services.ledger_rows import UNREADABLE, plain, rows
from trace.tables import Attachment, Batch, Event, EventAttachment, Product, User
from trace.tables.base import metadata
from trace.tables.ledgered import LEDGERED, Ledgered, fields

LEAST = 2  # characters that a person can be told by
_PAGE = 500
# Hashes, numbers and provinces: nobody's words. What is sealed cannot be searched.
_TECHNICAL = frozenset(
    {
        *(
            "ledger_entry",
            "ledger_head",
            "ledger_node",
            "ledger_batch",
            "ledger_opening",
            "ledger_checkpoint",
        ),
        *("root_timestamp", "cosignature", "signing_key_secret", "run_pin", "item_seen", "item_cluster"),
        "scan_month",
        *("pin_state", "pin_try", "alembic_version"),
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """One field of one row. `seq` is its ledger entry, None for what is kept beside the ledger.

    `may_go` says whether it can be erased today, `from_day` since when it will. `by_choice`: only if named, since
    nobody but a reader can tell who is in a picture.
    """

    table: str
    row: str
    field: str
    rule: Rule
    value: str
    seq: int | None = None
    stage: str = ""
    from_day: date | None = None
    may_go: bool = False
    by_choice: bool = False


def find(session: Session, text: str) -> list[Place]:
    """Every field in which `text` stands, blanks, hyphens and widths aside; InvalidInput erasure.text if too short."""
    wanted = _folded(text)
    if len(wanted) < LEAST:
        raise InvalidInput("erasure.text", "text", least=LEAST)
    return [
        place
        for name, table in metadata.tables.items()
        if name not in _TECHNICAL
        for place in _in_table(session, table, wanted)
    ]


def at(session: Session, seq: int, field: str) -> Place:
    """One field of the record behind an entry; InvalidInput erasure.no-such-field."""
    found = session.execute(select(ENTRY).where(ENTRY.c.seq == seq)).mappings().one_or_none()
    if found is None:
        raise InvalidInput("erasure.no-such-field", "entry", seq=seq, name=field)
    name, identity = str(found["subject"]), int(found["subject_id"])
    try:
        row, values = next(iter(_records(session, LEDGERED[name], [identity])))
    except (StopIteration, *UNREADABLE):
        raise InvalidInput("erasure.no-such-field", "entry", seq=seq, name=field) from None
    if name == "attachment" and field == FILE:
        return _file(session, identity, seq, str(row["sha256"]))
    if field not in values and not field.startswith(erasure.FACTS):
        raise InvalidInput("erasure.no-such-field", "field", seq=seq, name=field)
    return _place(session, name, row, field, str(values.get(field) or ""), seq)


def _in_table(session: Session, table: Table, wanted: str) -> Iterator[Place]:
    subject = LEDGERED.get(table.name)
    if subject is None:
        if not any(table in (part for part, _ in known.parts) for known in LEDGERED.values()):
            yield from _beside(session, table, wanted, {column.name for column in table.c})
        return
    yield from _beside(
        session, table, wanted, {column.name for column in table.c} - {c.name for c in subject.columns}
    )
    ids = list(session.execute(select(table.c.id).order_by(table.c.id)).scalars())
    for start in range(0, len(ids), _PAGE):
        page = ids[start : start + _PAGE]
        query = select(ENTRY.c.subject_id, ENTRY.c.seq).where(
            ENTRY.c.subject == table.name, ENTRY.c.subject_id.in_(page)
        )
        entries = {int(identity): int(seq) for identity, seq in session.execute(query)}
        for row, values in _records(session, subject, page):
            for field, value in values.items():
                if _says(value, wanted):
                    yield from _found(session, table.name, row, field, str(value), entries.get(row["id"]))


def _found(
    session: Session, name: str, row: Mapping[str, Any], field: str, value: str, seq: int | None
) -> Iterator[Place]:
    yield _place(session, name, row, field, value, seq)
    if name == "event" and field.startswith("event_attachment."):
        # Whoever is named in a title may be in the picture.
        attachment_id = _nth_attachment(session, int(row["id"]), int(field.split(".")[1]))
        stored = session.get(Attachment, attachment_id)
        entry = session.execute(
            select(ENTRY.c.seq).where(ENTRY.c.subject == "attachment", ENTRY.c.subject_id == attachment_id)
        ).scalar_one_or_none()
        if stored is not None and entry is not None:
            yield _file(session, attachment_id, int(entry), stored.sha256)


def nth_attachment(session: Session, event_id: int, number: int) -> EventAttachment:
    """The number-th file of an event, from 0, in the order in which its entry commits to them."""
    query = (
        select_model(EventAttachment)
        .where(EventAttachment.event_id == event_id)
        .order_by(col(EventAttachment.attachment_id))
    )
    return session.exec(query.offset(number).limit(1)).one()


def _nth_attachment(session: Session, event_id: int, number: int) -> int:
    return nth_attachment(session, event_id, number).attachment_id


def _records(
    session: Session, subject: Ledgered, ids: list[int]
) -> Iterator[tuple[dict[str, Any], Mapping[str, Any]]]:
    """Rows with their fields as entries commit to them; a row that cannot be read is left to the audit."""
    records = rows(session, subject.table, "id", ids)
    parts = {table.name: rows(session, table, key, ids) for table, key in subject.parts}
    for identity in ids:
        for record in records.get(identity, []):
            try:
                row = plain(record, subject.table)
                belonging = {name: list(found.get(identity, [])) for name, found in parts.items()}
                yield row, fields(subject, row, belonging)
            except UNREADABLE:
                continue


def _place(
    session: Session, name: str, row: Mapping[str, Any], field: str, value: str, seq: int | None
) -> Place:
    stage = str(row.get("stage", ""))
    return _dated(session, name, row, field, value, seq, stage)


def _dated(
    session: Session, name: str, row: Mapping[str, Any], field: str, value: str, seq: int | None, stage: str
) -> Place:
    rule = erasure.rule(name, field, stage)
    from_day = None
    if rule.leave is Leave.AFTER and seq is not None:
        from_day = _kept_until(session, seq)
    today = dates.local_day(clock.now())
    may_go = seq is not None and (
        rule.leave is Leave.FREE or (from_day is not None and rule.leave is Leave.AFTER and today > from_day)
    )
    return Place(name, str(row["id"]), field, rule, value, seq, stage, from_day, may_go)


def _file(session: Session, attachment_id: int, seq: int, sha256: str) -> Place:
    """An attachment's file; a test report's stays as long as its record."""
    query = (
        select_model(Event.stage)
        .join(EventAttachment, col(EventAttachment.event_id) == col(Event.id))
        .join(Attachment, col(Attachment.id) == col(EventAttachment.attachment_id))
        .where(Attachment.sha256 == sha256, Event.stage == "inspection")
    )
    stage = session.exec(query).first() or ""
    made = _dated(session, "attachment", {"id": attachment_id}, FILE, sha256, seq, stage)
    return Place(
        made.table, made.row, FILE, made.rule, sha256, seq, stage, made.from_day, made.may_go, by_choice=True
    )


def _kept_until(session: Session, seq: int) -> date:
    """The last day on which the record behind an entry must be kept: two years, or its goods' shelf life."""
    envelope = Envelope.parse(
        session.execute(select(ENTRY.c.envelope).where(ENTRY.c.seq == seq)).scalar_one()
    )
    numbers = [number for number, _ in envelope.batches]
    lives = session.exec(
        select_model(Product.shelf_life_days)
        .join(Batch, col(Batch.product_id) == col(Product.id))
        .where(col(Batch.number).in_(numbers))
    ).all()
    recorded = dates.local_day(datetime.fromisoformat(envelope.recorded))
    return dates.keep_until(recorded, max(lives, default=0))


def _beside(session: Session, table: Table, wanted: str, names: set[str]) -> Iterator[Place]:
    """What is not in the ledger, column by column."""
    columns = [column for column in table.c if column.name in names]
    if not columns:
        return
    keys = list(table.primary_key)
    for found in session.execute(select(*dict.fromkeys([*keys, *columns]))).mappings():
        row = ":".join(str(found[key.name]) for key in keys)
        for column in columns:
            value = found[column.name]
            if not _says(value, wanted):
                continue
            user = session.get(User, found["id"]) if table.name == "app_user" else None
            rule = erasure.beside(table.name, column.name, active=user is not None and user.active)
            yield Place(table.name, row, column.name, rule, str(value), may_go=rule.leave is Leave.FREE)


def _says(value: object, wanted: str) -> bool:
    if isinstance(value, list):
        return any(_says(one, wanted) for one in value)
    return isinstance(value, str) and wanted in _folded(value)


def _folded(text: str) -> str:
    """One form for one name or number, however it was typed."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if not letter.isspace() and letter not in "-·‐–—.()（）")

"""Erase what is about a person (依法删除) while every proof still holds.

The field goes and so does its salt, so that no guess at it can be tried; its digest stays, and the entry's payload is
still that of all digests. An entry of its own says which fields went, when and why.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Table, insert, select, text, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from trace.config import Settings
from trace.core import clock, dates, erasure
from trace.core import text as words
from trace.core.erasure import FACTS, FILE
from trace.core.errors import Conflict, InvalidInput
from trace.core.policy import Action, Actor, require
from trace.db import Database
from trace.ledger import commitment
from trace.ledger.canonical import canonical, parse
from trace.ledger.envelope import UNSIGNED, Envelope
from trace.services import attachment_file, erasure_find, ledger
from trace.services.audit import AuditAction, note
from trace.services.erasure_find import Place
from trace.services.ledger import ENTRY
from trace.services.ledger_record import ERASURE, OPENING, payloads
from trace.services.ledger_rows import plain, rows
from trace.tables import Attachment, Batch, Erasure, Event, EventAttachment
from trace.tables.base import metadata
from trace.tables.ledgered import LEDGERED, fields

Chosen = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Request:
    """What is to go: all that says `text`, or only the `chosen` fields (entry, name). The public reads `reason`."""

    reason: str
    requested_on: date
    text: str = ""
    chosen: tuple[Chosen, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go, what stays though it says the text, and what of the chosen is gone already."""

    goes: tuple[Place, ...]
    stays: tuple[Place, ...] = ()
    gone: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Erased:
    """Fields of one entry that went, and the number of the entry that says so."""

    seq: int
    fields: tuple[str, ...]
    entry: int


@dataclass(frozen=True, slots=True)
class Done:
    """What went; `files` are the SHA-256 of attachments whose files are to be removed once all is committed."""

    entries: tuple[Erased, ...]
    beside: tuple[Place, ...]
    files: tuple[str, ...]


def plan(session: Session, wanted: Request) -> Plan:
    """Look, and change nothing. InvalidInput for a request that names nothing; Conflict erasure.kept for a chosen
    field that must stay.
    """
    _check(wanted)
    if not wanted.chosen:
        found = [place for place in erasure_find.find(session, wanted.text) if not place.by_choice]
        goes = [place for place in found if place.may_go]
        return Plan(tuple(goes), tuple(place for place in found if not place.may_go))
    goes, gone = [], []
    for seq, field in dict.fromkeys(wanted.chosen):
        place = erasure_find.at(session, seq, field)
        if field in declared(session, [seq]).get(seq, set()):
            gone.append(place)
        elif not place.may_go:
            raise Conflict(
                "erasure.kept", "field", seq=seq, name=field, why=place.rule.zh, why_en=place.rule.en
            )
        elif not place.value:
            raise InvalidInput("erasure.no-such-field", "field", seq=seq, name=field)
        else:
            goes.append(place)
    return Plan(tuple(goes), gone=tuple(gone))


def _check(wanted: Request) -> None:
    if wanted.requested_on > dates.local_day(clock.now()):
        raise InvalidInput("erasure.requested-later", "requested_on")
    reason = words.clean(wanted.reason, "reason", max_length=200)
    if wanted.text and wanted.text.strip() in reason:
        raise InvalidInput("erasure.named-in-reason", "reason")
    if not wanted.text and not wanted.chosen:
        raise InvalidInput("erasure.nothing", "text")


def declared(session: Session, seqs: Iterable[int]) -> dict[int, set[str]]:
    """The fields whose erasure is entered, by entry."""
    found: dict[int, set[str]] = defaultdict(set)
    query = select(ERASURE.c.seq, ERASURE.c.fields).where(ERASURE.c.seq.in_(list(seqs)))
    for seq, names in session.execute(query):
        found[int(seq)] |= set(parse(names))
    return dict(found)


def erase(session: Session, actor: Actor, wanted: Request, agreed: Collection[Place] | None = None) -> Done:
    """Erase in one unit, with an entry for each record that lost something; what is gone already is left.

    With `agreed`, only what was shown before goes, even if more says the text by now. Conflict
    erasure.record-changed where a record is not what its entry says: an erasure must not cover that up.
    """
    require(actor, Action.RECORD_ERASE, None)
    found = plan(session, wanted)
    goes = [place for place in found.goes if agreed is None or place in agreed]
    if session.get_bind().dialect.name == "sqlite":
        # What is deleted is overwritten in the file, not only forgotten.
        session.execute(text("PRAGMA secure_delete=ON"))
    by_entry: dict[int, set[str]] = defaultdict(set)
    # A file whose erasure is entered may still be there: the process may have ended before it was removed.
    files = {place.value for place in (*goes, *found.gone) if place.field == FILE}
    for place in goes:
        if place.seq is not None and place.field != FILE:
            by_entry[place.seq].add(place.field)
    for seq in _entries_of_files(session, files):
        by_entry[seq].add(FILE)
    done = tuple(_erase(session, actor, seq, by_entry[seq], wanted) for seq in sorted(by_entry))
    beside = tuple(place for place in goes if place.seq is None)
    for place in beside:
        _empty_beside(session, actor, place)
    return Done(done, beside, tuple(sorted(files)))


def _entries_of_files(session: Session, hashes: Collection[str]) -> Iterator[int]:
    """One file lies under one hash, whoever stored it: it goes for all of them."""
    ids = session.exec(select_model(Attachment.id).where(col(Attachment.sha256).in_(hashes))).all()
    entries = ledger.entries_of(session, "attachment", [one for one in ids if one is not None]).values()
    gone = declared(session, entries)
    yield from (seq for seq in entries if FILE not in gone.get(seq, ()))


def _erase(session: Session, actor: Actor, seq: int, names: set[str], wanted: Request) -> Erased:
    entry = dict(session.execute(select(ENTRY).where(ENTRY.c.seq == seq)).mappings().one())
    envelope = Envelope.parse(entry["envelope"])
    if payloads(session, [(entry, envelope)]).get(seq) != envelope.payload:
        raise Conflict("erasure.record-changed", seq=seq)
    inside = names - {FILE}
    rest = _open(session, entry, envelope, inside) if inside else None
    for name in sorted(inside):
        _empty(session, envelope.subject, envelope.subject_id, name)
    row = Erasure(
        seq=seq,
        fields=canonical(sorted(names)),
        reason=words.clean(wanted.reason, "reason", max_length=200),
        rest=rest,
        requested_on=wanted.requested_on,
        organisation_id=int(actor.org_id),
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
    )
    session.add(row)
    session.flush()
    made = ledger.append(
        session,
        "record.erased",
        row,
        organisation=row.organisation_id,
        batches=_batches(session, envelope),
        corrects=seq,
    )
    note(session, actor, AuditAction.RECORD_ERASE, f"{seq}:{','.join(sorted(names))}")
    return Erased(seq, tuple(sorted(names)), made)


def _open(session: Session, entry: Mapping[str, Any], envelope: Envelope, names: set[str]) -> str | None:
    """Delete the entry's salt and keep those of the fields that stay; the digests of all.

    An entry of version 1 hashed its record whole, so nothing of it can be shown alone: the rest is committed to
    anew, and what is returned goes into the erasure's own entry.
    """
    seq = int(entry["seq"])
    if not entry["salt"]:
        session.execute(
            update(OPENING).where(OPENING.c.seq == seq, OPENING.c.field.in_(names)).values(salt=None)
        )
        return None
    unsigned = envelope.version == UNSIGNED
    salt = secrets.token_bytes(commitment.SALT_BYTES) if unsigned else bytes.fromhex(entry["salt"])
    values = _values(session, envelope)
    digests = commitment.digests(salt, values)
    session.execute(
        insert(OPENING),
        [
            {
                "seq": seq,
                "field": name,
                "salt": None if name in names else commitment.field_salt(salt, name).hex(),
                "digest": digest,
            }
            for name, digest in digests.items()
        ],
    )
    session.execute(update(ENTRY).where(ENTRY.c.seq == seq).values(salt=""))
    return commitment.payload(digests) if unsigned else None


def _values(session: Session, envelope: Envelope) -> dict[str, commitment.Value]:
    subject, identity = LEDGERED[envelope.subject], envelope.subject_id
    [record] = rows(session, subject.table, "id", [identity])[identity]
    parts = {
        table.name: list(rows(session, table, key, [identity]).get(identity, []))
        for table, key in subject.parts
    }
    return fields(subject, plain(record, subject.table), parts)


def _empty(session: Session, subject: str, identity: int, name: str) -> None:
    table = metadata.tables[subject]
    if name.startswith(FACTS):
        stored = session.execute(select(table.c.facts).where(table.c.id == identity)).scalar_one()
        facts = parse(stored)
        _remove(facts, name.removeprefix(FACTS).split("."))
        session.execute(update(table).where(table.c.id == identity).values(facts=canonical(facts)))
    elif "." in name:
        part, number, column = name.split(".")
        link = erasure_find.nth_attachment(session, identity, int(number))
        within: Table = metadata.tables[part]
        session.execute(
            update(within)
            .where(within.c.event_id == identity, within.c.attachment_id == link.attachment_id)
            .values({column: erasure.emptied(subject, column)})
        )
    else:
        session.execute(
            update(table).where(table.c.id == identity).values({name: erasure.emptied(subject, name)})
        )


def _remove(facts: Any, path: list[str]) -> None:
    for step in path[:-1]:
        facts = facts[int(step)] if isinstance(facts, list) else facts[step]
    del facts[path[-1]]


def _empty_beside(session: Session, actor: Actor, place: Place) -> None:
    table = metadata.tables[place.table]
    keys = list(table.primary_key.columns)
    # Only the last part of a row's name may hold a colon of its own.
    parts = place.row.split(":", len(keys) - 1)
    where = [
        key == (int(part) if key.type.python_type is int else part)
        for key, part in zip(keys, parts, strict=True)
    ]
    whole = len(keys) == 1 and keys[0].type.python_type is int
    emptied = erasure.emptied(place.table, place.field, int(place.row) if whole else 0)
    session.execute(update(table).where(*where).values({place.field: emptied}))
    note(session, actor, AuditAction.RECORD_ERASE, f"{place.table}:{place.row}:{place.field}"[:200])


def _batches(session: Session, envelope: Envelope) -> list[str]:
    """The batches whose history shows the erasure; an attachment's are those of the events that carry it."""
    if envelope.subject != "attachment":
        return [number for number, _ in envelope.batches]
    query = (
        select_model(Batch.number)
        .join(Event, col(Event.batch_id) == col(Batch.id))
        .join(EventAttachment, col(EventAttachment.event_id) == col(Event.id))
        .where(EventAttachment.attachment_id == envelope.subject_id)
        .order_by(col(Batch.number))
    )
    return list(dict.fromkeys(session.exec(query).all()))


def finish(db: Database, settings: Settings, done: Done) -> bool:
    """After the commit: remove the files, and write the database's log out so that it holds the words no more.

    Safe to repeat. False if readers kept the log in use: then it still holds them until the next time.
    """
    for sha256 in done.files:
        attachment_file.remove(settings, sha256)
    if db.engine.dialect.name != "sqlite":
        return True
    with closing(db.engine.raw_connection()) as link:
        busy, _frames, _done = link.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def files_erased(session: Session) -> dict[str, Erasure]:
    """SHA-256 of the attachments whose files were erased, with the newest erasure of each."""
    found: dict[str, Erasure] = {}
    query = (
        select_model(Attachment.sha256, Erasure)
        .join(ENTRY, (ENTRY.c.subject == "attachment") & (ENTRY.c.subject_id == col(Attachment.id)))
        .join(Erasure, col(Erasure.seq) == ENTRY.c.seq)
        .order_by(col(Erasure.id))
    )
    for sha256, row in session.exec(query).all():
        if FILE in parse(row.fields):
            found[sha256] = row
    return found


def count(session: Session) -> int:
    """How many fields and files were erased, over the whole ledger."""
    return sum(
        len(names) for names in declared(session, session.exec(select_model(Erasure.seq)).all()).values()
    )

"""A ledger of before organisations signed: a tree grows over its entries, signed ones follow, and it can be taken back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, text

from tests.support.forging import regrow
from tests.support.makers import credit_code
from tests.support.opened import opened
from tests.support.tampering import behind
from trace import migrate
from trace.ledger.canonical import canonical
from trace.ledger.envelope import UNSIGNED, Envelope, sealed_whole
from trace.services import ledger, ledger_audit
from trace.services.ledger import BATCH, ENTRY, HEAD
from trace.services.ledger_audit import LedgerNote
from trace.tables import Organisation
from trace.tables.base import metadata
from trace.tables.ledgered import LEDGERED, payload

BEFORE, SINCE = "0004", "head"
ENTRIES = 300  # more than one tile
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
ORGANISATION = metadata.tables["organisation"]


def organisation(number: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "kind": "cooperative",
        "name": f"示例合作社{number}",
        "name_en": "",
        "credit_code": credit_code(1_000 + number),
        "region_code": "360735",
        "township": "琴江镇",
        "address": "",
        "phone": "13800000000",
        "created_at": FIRST + timedelta(minutes=number),
    }


def enter_as_before(link: Connection, number: int, before: bytes) -> bytes:
    """A row and its entry as revision 0004 wrote them: unsigned, linked to the entry before."""
    row = organisation(number)
    link.execute(insert(ORGANISATION).values(**row))
    salt = secrets.token_bytes(32)
    record = canonical(payload(LEDGERED["organisation"], row, {})).encode("utf-8")
    envelope = canonical(
        {
            "v": 1,
            "seq": number,
            "kind": "organisation.created",
            "subject": "organisation",
            "id": number + 1,
            "org": number + 1,
            "recorded": "2026-03-01T00:00:00.000000Z",
            "payload": hashlib.sha256(salt + record).hexdigest(),
            "batches": [f"LOTUS-{number % 7}"],
        }
    )
    leaf = hashlib.sha256(b"\x00" + envelope.encode("utf-8")).digest()
    linked = hashlib.sha256(b"trace-link-v1\n" + before + leaf).digest()
    link.execute(
        text(
            "INSERT INTO ledger_entry (seq, kind, subject, subject_id, envelope, salt, leaf_hash, link_hash) "
            "VALUES (:seq, 'organisation.created', 'organisation', :id, :envelope, :salt, :leaf, :linked)"
        ),
        {
            "seq": number,
            "id": number + 1,
            "envelope": envelope,
            "salt": salt.hex(),
            "leaf": leaf.hex(),
            "linked": linked.hex(),
        },
    )
    return linked


def as_before(url: str) -> bytes:
    """A database at revision 0004 with entries; returns the last link."""
    migrate.upgrade(url, BEFORE)
    linked = bytes(32)
    db = opened(url)
    with behind(db) as link:
        for number in range(ENTRIES):
            linked = enter_as_before(link, number, linked)
        head = text("UPDATE ledger_head SET size = :size, link_hash = :linked")
        link.execute(head, {"size": ENTRIES, "linked": linked.hex()})
        if link.dialect.name == "postgresql":
            link.execute(text("SELECT setval('organisation_id_seq', :id)"), {"id": ENTRIES})
    return linked


def test_it_is_brought_up_verified_continued_and_taken_back(empty_database_url: str) -> None:
    linked = as_before(empty_database_url)
    migrate.upgrade(empty_database_url, SINCE)
    db = opened(empty_database_url)
    with db.read() as session:
        report = ledger_audit.verify(session, every=True)
    assert (report.entries, report.faults) == (ENTRIES, ())
    assert report.notes == (LedgerNote("ledger.note-unsigned", ENTRIES, 0),)
    with db.write() as session:
        row = Organisation(**organisation(ENTRIES) | {"id": None})
        session.add(row)
        session.flush()
        ledger.append(session, "organisation.created", row, organisation=row.id or 0, batches=["LOTUS-0"])
    with db.read() as session:
        report = ledger_audit.verify(session, every=True)
        # The organisation's key came with its first entry.
        assert (report.entries, report.faults) == (ENTRIES + 2, ())
        lotus = session.execute(BATCH.select().where(BATCH.c.number == "LOTUS-0")).all()
        assert [seq for _, seq in lotus] == [*range(0, ENTRIES, 7), ENTRIES + 1]
    db.dispose()
    migrate.downgrade(empty_database_url, BEFORE)
    with db.engine.connect() as link:
        links = link.execute(text("SELECT link_hash FROM ledger_entry ORDER BY seq")).scalars().all()
        head = link.execute(text("SELECT size, link_hash FROM ledger_head")).one()
    assert links[ENTRIES - 1] == linked.hex()
    assert tuple(head) == (ENTRIES + 2, links[-1])
    db.dispose()


def test_an_unsigned_entry_after_a_signed_one_is_a_fault(empty_database_url: str) -> None:
    """Whoever cannot sign cannot pass an entry off as one of before."""
    as_before(empty_database_url)
    migrate.upgrade(empty_database_url, SINCE)
    db = opened(empty_database_url)
    with db.write() as session:
        row = Organisation(**organisation(ENTRIES) | {"id": None})
        session.add(row)
        session.flush()
        ledger.append(session, "organisation.created", row, organisation=row.id or 0)
    with behind(db) as link:
        salt, late = secrets.token_hex(32), organisation(ENTRIES + 1)
        link.execute(insert(ORGANISATION).values(**late))
        size = link.execute(select(HEAD.c.size)).scalar_one()
        forged = Envelope(
            seq=size,
            kind="organisation.created",
            subject="organisation",
            subject_id=ENTRIES + 2,
            organisation=ENTRIES + 2,
            recorded="2026-03-01T00:00:00.000000Z",
            payload=sealed_whole(salt, payload(LEDGERED["organisation"], late, {})),
            version=UNSIGNED,
        )
        named = {"kind": forged.kind, "subject": forged.subject, "subject_id": forged.subject_id}
        values = named | {"envelope": forged.text(), "salt": salt, "leaf_hash": "0" * 64}
        link.execute(insert(ENTRY).values(seq=size, **values))
        regrow(link)
    with db.read() as session:
        [fault] = ledger_audit.verify(session, every=True).faults
    db.dispose()
    assert (fault.seq, fault.code) == (size, "ledger.unsigned")

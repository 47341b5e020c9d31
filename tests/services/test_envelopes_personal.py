"""Nothing about a person stands in an envelope, and so in no leaf of the tree: ids, times, hashes, batch numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlmodel import Session

from tests.services import test_ledger_columns
from tests.support.makers import World
from trace.ledger.canonical import parse
from trace.ledger.commitment import digest
from trace.ledger.envelope import Envelope
from trace.services import ledger
from trace.services.ledger import ENTRY
from trace.services.ledger_rows import plain, rows
from trace.tables.ledgered import LEDGERED, fields

_INSTANT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z"
# The only forms that a member of an envelope may have.
FORMS = {
    "kind": r"[a-z]+(\.[a-z-]+)+",
    "subject": "|".join(LEDGERED),
    "recorded": _INSTANT,
    "occurred": rf"{_INSTANT}|\d{{4}}-\d{{2}}-\d{{2}}",
    "payload": r"[0-9a-f]{64}",
    "key": r"\d{5}",
    "sig": r"[A-Za-z0-9+/]{86}==",
}
NUMBERS = {"v", "seq", "id", "org", "corrects"}
world = test_ledger_columns.world  # with a row in every ledgered table
BATCH = re.compile(r"[A-Z0-9][A-Z0-9-]{2,31}")
NAME = "示例诸葛小花"


def envelopes(session: Session) -> list[str]:
    return [str(text) for text in session.execute(select(ENTRY.c.envelope)).scalars()]


def words(session: Session) -> Iterator[str]:
    """Every text of every ledgered row that is not a number of a batch."""
    for subject in LEDGERED.values():
        ids = [int(one) for one in session.execute(select(subject.table.c.id)).scalars()]
        records = rows(session, subject.table, "id", ids)
        parts = {table.name: rows(session, table, key, ids) for table, key in subject.parts}
        for identity in ids:
            belonging = {name: list(found.get(identity, [])) for name, found in parts.items()}
            for value in fields(subject, plain(records[identity][0], subject.table), belonging).values():
                if isinstance(value, str) and len(value) > 1:
                    yield value


def test_every_member_of_every_envelope_has_a_form_that_names_nobody(world: World) -> None:
    with world.db.read() as session:
        found = envelopes(session)
        subjects = {Envelope.parse(text).subject for text in found}
    for text in found:
        for member, value in parse(text).items():
            if member in FORMS:
                assert re.fullmatch(FORMS[member], value, re.ASCII), member
            elif member == "batches":
                assert all(
                    BATCH.fullmatch(number) and isinstance(before, int | None) for number, before in value
                )
            else:
                assert member in NUMBERS
                assert type(value) is int
    # All that is ever entered was looked at, but for what only the log and its witnesses enter.
    assert set(LEDGERED) - subjects <= {"log_identity", "witness", "witness_end", "erasure"}


def test_no_word_of_any_record_stands_in_an_envelope(world: World) -> None:
    world.record(
        world.batch(), "planting", date(2026, 4, 1), facts={"activity": "weeding", "worker": NAME}, place=NAME
    )
    with world.db.read() as session:
        leaves = "\n".join(envelopes(session))
        said = set(words(session))
        assert NAME in said
        numbers = set(BATCH.findall(leaves))
        for word in said:
            # Kinds and days are in the open; every word in another alphabet is somebody's.
            if not word.isascii():
                assert word not in leaves
            elif len(word) > 5 and not re.fullmatch(r"[a-z_-]+|[\d:TZ.-]+", word):
                assert word not in leaves or word in numbers or f'"{word}"' not in leaves
    assert NAME not in leaves


def test_a_guess_at_a_word_cannot_be_tried_without_the_salt(world: World) -> None:
    """The same words twice give two payloads, and neither is the plain hash of the words."""
    number = world.batch()
    facts = {"activity": "weeding", "worker": NAME}
    made = [world.record(number, "planting", date(2026, 4, 1), facts=facts) for _ in range(2)]
    with world.db.read() as session:
        first, second = (
            Envelope.parse(
                session.execute(select(ENTRY.c.envelope).where(ENTRY.c.seq == one.entry)).scalar_one()
            )
            for one in made
        )
        salts = {
            session.execute(select(ENTRY.c.salt).where(ENTRY.c.seq == one.entry)).scalar_one() for one in made
        }
        assert ledger.size(session) > 0
    assert first.payload != second.payload
    assert len(salts) == 2
    assert all(len(salt) == 64 for salt in salts)
    assert digest(b"", "facts.worker", NAME) not in first.payload

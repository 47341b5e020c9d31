"""Witnesses are registered in the ledger; only theirs is a cosignature that counts, and only of what was signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from tests.support.entries import register
from tests.support.opened import watched
from tests.support.small_log import SmallLog, private_key
from trace.core import clock
from trace.core.errors import TraceError
from trace.db import Database
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.cosignature import cosign, witness_key
from trace.ledger.note import Note, NoteSigner
from trace.services import log_identity, proof, witness
from trace.services.ledger import ENTRY
from trace.services.ledger_audit import verify
from trace.services.log import log_of

COUNTY, PRESS = "county.example/w", "press.example/w"


@pytest.fixture
def db(database_url: str, tmp_path: Path) -> Iterator[Database]:
    database = watched(database_url, tmp_path / "log")
    register(database, "operator")
    yield database
    database.dispose()


def add(db: Database, name: str = COUNTY, number: int = 2) -> Ed25519PrivateKey:
    key = private_key(number)
    with db.write() as session:
        witness.add(session, witness_key(name, key).text(), "示例县农业农村局")
    return key


def signed_by(db: Database, name: str, key: Ed25519PrivateKey, seconds: int = 0) -> bytes:
    """The newest checkpoint with a witness's line, made `seconds` from now."""
    note = Note.parse(log_of(db).newest().note)
    stamp = int(clock.now().timestamp()) + seconds
    return note.adding([cosign(note.text, name, key, stamp)]).encode().encode()


def send(db: Database, sent: bytes) -> list[witness.Holder]:
    with db.write(ledger=False) as session:
        return witness.accept(session, sent)


def code_of(db: Database, sent: bytes) -> str:
    with pytest.raises(TraceError) as refusal:
        send(db, sent)
    return refusal.value.code


def known(db: Database) -> witness.Witnessed:
    with db.read() as session:
        return witness.witnessed_now(session)


def test_witnesses_come_and_go_by_entries(db: Database) -> None:
    add(db)
    add(db, PRESS, 3)
    assert [one.name for one in known(db).holders] == [COUNTY, PRESS]
    with db.write() as session:
        witness.end(session, PRESS, "示例：停止运行")
    assert [one.name for one in known(db).holders] == [COUNTY]
    with db.read() as session:
        kinds = session.execute(select(ENTRY.c.kind).order_by(ENTRY.c.seq)).scalars().all()
        assert kinds[-3:] == ["witness.added", "witness.added", "witness.ended"]
        assert verify(session).fault is None


def test_a_key_counts_once_and_the_log_does_not_witness_itself(db: Database) -> None:
    add(db)
    with db.read() as session:
        own = log_identity.in_force(session).verifier
    own_public = Ed25519PrivateKey.from_private_bytes(bytes(32))
    for vkey, code in (
        (witness_key(COUNTY, private_key(5)).text(), "witness.taken"),
        (witness_key("other.example/w", private_key(2)).text(), "witness.taken"),
        (own.text(), "witness.key"),
        (witness_key(own.name, own_public).text(), "witness.is-log"),
        ("", "witness.key"),
        ("county.example+00000000+AAAA", "witness.key"),
        (NoteSigner("x.example", private_key(4)).key.text(), "witness.key"),
    ):
        with pytest.raises(TraceError) as refusal, db.write() as session:
            witness.add(session, vkey, "示例")
        assert refusal.value.code == code
    for name, code in (("nobody.example", "witness.unknown"),):
        with pytest.raises(TraceError) as refusal, db.write() as session:
            witness.end(session, name, "示例")
        assert refusal.value.code == code
    with db.write() as session:
        witness.end(session, COUNTY, "示例")
    with pytest.raises(TraceError) as refusal, db.write() as session:
        witness.end(session, COUNTY, "示例")
    assert refusal.value.code == "witness.ended"


def test_a_cosignature_says_how_far_the_ledger_is_witnessed(db: Database) -> None:
    key = add(db)
    assert (known(db).size, known(db).newest) == (0, 0)
    assert send(db, signed_by(db, COUNTY, key))[0].size == known(db).ledger
    assert (known(db).newest, known(db).covering(known(db).ledger)) == (1, 1)
    register(db)
    assert (known(db).newest, known(db).size) == (0, known(db).ledger - 2)
    assert known(db).covering(known(db).size) == 1
    with db.read() as session:
        note = proof.witnessed_checkpoint(session)
        assert note is not None
        assert f"— {COUNTY} " in note
    send(db, signed_by(db, COUNTY, key, 1))
    assert known(db).newest == 1
    with db.write() as session:
        witness.end(session, COUNTY, "示例")
    assert (known(db).newest, known(db).size) == (0, 0)
    assert code_of(db, signed_by(db, COUNTY, key, 2)) == "witness.not-registered"
    with db.read() as session:
        assert proof.witnessed_checkpoint(session) is None


def test_the_same_checkpoint_may_be_cosigned_again_but_not_earlier(db: Database) -> None:
    key = add(db)
    first, later = signed_by(db, COUNTY, key), signed_by(db, COUNTY, key, 5)
    assert send(db, first) == send(db, first)
    send(db, later)
    assert code_of(db, first) == "witness.older"
    assert len(known(db).holders) == 1


def test_what_is_no_cosignature_of_a_signed_checkpoint_is_refused(db: Database) -> None:
    key = add(db)
    good = signed_by(db, COUNTY, key)
    plain = log_of(db).newest().note.encode()
    changed = good.replace(b"127.0.0.1", b"127.0.0.2", 1)
    assert code_of(db, plain) == "witness.not-registered"
    assert code_of(db, signed_by(db, PRESS, private_key(3))) == "witness.not-registered"
    assert code_of(db, signed_by(db, COUNTY, private_key(3))) == "witness.not-registered"
    assert code_of(db, good[:-20] + b"AAAAAAAAAAAAAAAAAA==\n") == "witness.note"
    assert code_of(db, changed) in ("witness.note", "witness.not-ours")
    assert code_of(db, b"") == "witness.note"
    assert code_of(db, b"\xff" * 100) == "witness.note"
    assert code_of(db, SmallLog.of(3).note().encode()) == "witness.not-ours"
    ahead = int((witness.EARLY + timedelta(minutes=1)).total_seconds())
    assert code_of(db, signed_by(db, COUNTY, key, ahead)) == "witness.early"
    assert code_of(db, signed_by(db, COUNTY, key, 2**62)) == "witness.early"
    assert known(db).size == 0


def test_a_checkpoint_with_the_log_s_signature_that_is_not_its_tree_is_called_what_it_is(
    db: Database,
) -> None:
    key = add(db)
    with db.read() as session:
        found = log_identity.in_force(session)
        signer = log_identity.signer(session, found, bytes(range(32)))
    for size in (2, 10_000):
        text = Checkpoint(found.origin, size, b"r" * 32).text()
        stamp = int(clock.now().timestamp())
        note = Note(text, (signer.sign(text), cosign(text, COUNTY, key, stamp)))
        assert code_of(db, note.encode().encode()) == "witness.beside"


def test_public_pages_see_a_cosignature_although_the_ledger_stands_still(db: Database) -> None:
    key = add(db)
    summary = witness.Summary()
    with db.read() as session:
        assert summary.witnessed(session).newest == 0
    send(db, signed_by(db, COUNTY, key))
    with db.read() as session:
        assert summary.witnessed(session).newest == 1
        assert summary.witnessed(session) == witness.witnessed_now(session)
        assert summary.covered(session, "no such batch").witnesses == 0
    register(db)
    with db.read() as session:
        assert summary.witnessed(session) == witness.witnessed_now(session)
    with db.write() as session:
        witness.end(session, COUNTY, "示例")
    with db.read() as session:
        assert summary.witnessed(session).holders == ()

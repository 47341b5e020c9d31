"""A witness's cosignature covers the checkpoint and the time, and is no other kind of signature."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.note_samples import LOG, ORIGIN, TIME, WITNESS_KEYS, WITNESSES, checkpoint, private, signed
from tests.support.vectors import published, read_json
from trace.ledger import ed25519
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.cosignature import cosign, timestamp_of, witness_key, witnessed
from trace.ledger.merkle import MAX_SIZE
from trace.ledger.note import COSIGNATURE, Note, NoteError, NoteSigner, Signature, cosigned_message, verified
from trace.ledger.spelling import FormatError

TEXT = checkpoint().text()


def test_the_published_message() -> None:
    message = read_json(published("c2sp/note_vectors.json"))["checkpoint_text"][1]["message"]
    text = message.split("\n", 2)[2]
    assert Checkpoint.parse(text).size == 20852163
    assert cosigned_message(text, 1679315147).decode() == message
    made = cosign(text, WITNESSES[0], private(2), 1679315147)
    assert made.raw[:8] == (1679315147).to_bytes(8, "big")
    assert ed25519.verify(WITNESS_KEYS[0].public, made.raw[8:], message.encode())


@given(st.integers(1, MAX_SIZE), st.integers(1, 255))
def test_what_is_cosigned_is_verified(timestamp: int, number: int) -> None:
    made = cosign(TEXT, "w.example", private(number), timestamp)
    key = witness_key("w.example", private(number))
    note = Note(TEXT, (LOG.sign(TEXT), made))
    assert key.kind == COSIGNATURE
    assert verified(Note.parse(note.encode()), [key]) == [(key, made)]
    assert timestamp_of(made) == timestamp


@pytest.mark.parametrize("timestamp", [-1, 0, MAX_SIZE + 1, 2**64])
def test_a_time_out_of_range_is_neither_signed_nor_believed(timestamp: int) -> None:
    with pytest.raises(NoteError):
        cosign(TEXT, WITNESSES[0], private(2), timestamp)
    if 0 <= timestamp < 2**64:
        raw = timestamp.to_bytes(8, "big") + private(2).sign(cosigned_message(TEXT, timestamp))
        signature = Signature(WITNESSES[0], WITNESS_KEYS[0].key_id, raw)
        with pytest.raises(NoteError):
            verified(Note(TEXT, (signature,)), WITNESS_KEYS)
        with pytest.raises(NoteError):
            timestamp_of(signature)


def test_only_checkpoints_are_cosigned() -> None:
    for text in ("hello\n", f"{TEXT}\n", TEXT[:-1]):
        with pytest.raises(FormatError):
            cosign(text, WITNESSES[0], private(2), TIME)
    with pytest.raises(FormatError):
        witnessed(signed("hello\n"), WITNESS_KEYS)


@given(st.integers(0, 71), st.integers(1, 255))
def test_any_changed_byte_is_refused_the_time_s_included(at: int, flip: int) -> None:
    made = cosign(TEXT, WITNESSES[0], private(2), TIME)
    raw = made.raw[:at] + bytes([made.raw[at] ^ flip]) + made.raw[at + 1 :]
    with pytest.raises(NoteError):
        verified(Note(TEXT, (Signature(made.name, made.key_id, raw),)), WITNESS_KEYS)


@pytest.mark.parametrize("length", [1, 7, 8, 63, 64, 71, 73])
def test_a_cosignature_of_another_length_is_wrong(length: int) -> None:
    made = cosign(TEXT, WITNESSES[0], private(2), TIME)
    cut = Signature(made.name, made.key_id, made.raw[:length].ljust(length, b"\0"))
    with pytest.raises(NoteError):
        verified(Note(TEXT, (cut,)), WITNESS_KEYS)
    with pytest.raises(NoteError):
        timestamp_of(cut)


def test_one_key_signs_as_a_log_and_as_a_witness_under_two_ids_that_are_not_exchanged() -> None:
    as_log, as_witness = NoteSigner("x.example", private(2)), witness_key("x.example", private(2))
    assert as_log.key.key_id != as_witness.key_id
    plain = as_log.sign(TEXT)
    timed = cosign(TEXT, "x.example", private(2), TIME)
    for signature in (
        Signature("x.example", as_witness.key_id, plain.raw),
        Signature("x.example", as_log.key.key_id, timed.raw),
        Signature("x.example", as_log.key.key_id, timed.raw[8:]),
    ):
        with pytest.raises(NoteError):
            verified(Note(TEXT, (signature,)), [as_log.key, as_witness])


def test_the_witnesses_that_are_known_are_counted_once_with_their_time() -> None:
    note = signed(TEXT, witnesses=2)
    assert witnessed(note, WITNESS_KEYS) == [(WITNESS_KEYS[0], TIME + 2), (WITNESS_KEYS[1], TIME + 3)]
    assert witnessed(note, [LOG.key, WITNESS_KEYS[1]]) == [(WITNESS_KEYS[1], TIME + 3)]
    assert witnessed(note, [LOG.key]) == []
    again = note.adding([cosign(TEXT, WITNESSES[0], private(2), TIME + 60)])
    assert witnessed(again, WITNESS_KEYS) == [(WITNESS_KEYS[0], TIME + 60), (WITNESS_KEYS[1], TIME + 3)]
    twice = Note(TEXT, (*note.signatures, cosign(TEXT, WITNESSES[0], private(2), TIME + 60)))
    with pytest.raises(NoteError):
        witnessed(twice, WITNESS_KEYS)


def test_a_cosignature_of_another_checkpoint_is_wrong() -> None:
    other = cosign(checkpoint(6).text(), WITNESSES[0], private(2), TIME)
    with pytest.raises(NoteError) as raised:
        witnessed(Note(TEXT, (LOG.sign(TEXT), other)), WITNESS_KEYS)
    assert raised.value.code == "ledger.signature-wrong"
    assert ORIGIN in TEXT

"""What a log and a witness say to each other, in its one written form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.note_samples import LOG, WITNESS_KEYS, checkpoint, signed
from trace.ledger.add_checkpoint import (
    MAX_HASHES,
    AddCheckpoint,
    cosigned_answer,
    parse_cosigned_answer,
    parse_size_answer,
    size_answer,
)
from trace.ledger.cosignature import witnessed
from trace.ledger.merkle import MAX_SIZE
from trace.ledger.note import Note
from trace.ledger.spelling import FormatError, to_base64

NOTE = signed(checkpoint(9).text(), witnesses=1).encode()
HASH = to_base64(bytes(32))
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_HASHES).map(tuple)


@given(st.integers(0, 9), HASHES)
def test_a_request_is_read_as_it_is_written(old: int, proof: tuple[bytes, ...]) -> None:
    made = AddCheckpoint(old, proof, NOTE)
    assert AddCheckpoint.parse(made.encode().encode()) == made


def test_the_written_form() -> None:
    assert AddCheckpoint(4, (bytes(32),), NOTE).encode() == f"old 4\n{HASH}\n\n{NOTE}"
    assert AddCheckpoint(0, (), NOTE).encode() == f"old 0\n\n{NOTE}"


@pytest.mark.parametrize(
    "head",
    [
        "",
        "old\n\n",
        "old \n\n",
        "old 04\n\n",
        "old -1\n\n",
        "Old 4\n\n",
        "old  4\n\n",
        "old 4 \n\n",
        "old ４\n\n",
        "old 10\n\n",
        "old 9223372036854775808\n\n",
        "old 4\n",
        "old 4\n\n\n",
        "old 4\r\n\r\n",
        f"old 4\n{HASH}",
        f"old 4\n{HASH[:-1]}\n\n",
        f"old 4\n{HASH} \n\n",
        f"old 4\n{to_base64(bytes(33))}\n\n",
        "old 4\n" + f"{HASH}\n" * (MAX_HASHES + 1) + "\n",
    ],
)
def test_another_spelling_is_refused(head: str) -> None:
    with pytest.raises(FormatError):
        AddCheckpoint.parse(head + NOTE)


def test_what_follows_must_be_a_checkpoint() -> None:
    for text in ("", "hello\n", signed("hello\n").encode(), checkpoint().text()):
        with pytest.raises(FormatError):
            AddCheckpoint.parse(f"old 4\n\n{text}")


def test_the_answer_carries_cosignatures_that_move_into_the_log_s_own_note() -> None:
    cosigned = signed(checkpoint().text(), witnesses=2)
    body = cosigned_answer(cosigned.signatures[1:])
    received = parse_cosigned_answer(body.encode())
    assert received == cosigned.signatures[1:]
    own = Note(cosigned.text, (LOG.sign(cosigned.text),))
    assert len(witnessed(own.adding(received), WITNESS_KEYS)) == 2


@pytest.mark.parametrize("body", [b"", b"\n", b"OK\n", b"\xff\n", NOTE.encode()])
def test_an_answer_without_signature_lines_is_refused(body: bytes) -> None:
    with pytest.raises(FormatError):
        parse_cosigned_answer(body)


def test_an_answer_that_is_too_large_is_refused() -> None:
    body = cosigned_answer(Note.parse(NOTE).signatures)
    assert parse_cosigned_answer(body, most=len(body.encode()))
    with pytest.raises(FormatError):
        parse_cosigned_answer(body, most=len(body.encode()) - 1)


@pytest.mark.parametrize("size", [0, 1, MAX_SIZE])
def test_the_size_of_a_conflict(size: int) -> None:
    assert parse_size_answer(size_answer(size).encode()) == size


@pytest.mark.parametrize(
    "body", ["", "\n", "1", "01\n", "1\n\n", "-1\n", "1\r\n", "9223372036854775808\n", "1" * 99]
)
def test_a_malformed_size_is_refused(body: str) -> None:
    with pytest.raises(FormatError):
        parse_size_answer(body)

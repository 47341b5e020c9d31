"""Checkpoints are read in their one written form, and believed when the log itself has signed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.note_samples import LOG, ORIGIN, WITNESS_KEYS, checkpoint, private, signed
from tests.support.vectors import published, read_json
from trace.ledger.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from trace.ledger.merkle import EMPTY_ROOT, MAX_SIZE, leaf_hash
from trace.ledger.note import Note, NoteError, NoteSigner
from trace.ledger.spelling import FormatError

ROOT = base64.b64encode(bytes(32)).decode()
LINES = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32), min_size=1)


def test_the_published_body() -> None:
    one = read_json(published("c2sp/note_vectors.json"))["checkpoint_text"][0]
    read = Checkpoint.parse(one["body"])
    assert read == Checkpoint("go.sum database tree", one["size"], leaf_hash(b"hello world"))
    assert read.text() == one["body"]


@given(LINES, st.integers(1, MAX_SIZE), st.binary(min_size=32, max_size=32), st.lists(LINES, max_size=3))
def test_what_is_written_is_read(origin: str, size: int, root: bytes, extensions: list[str]) -> None:
    made = Checkpoint(origin, size, root, tuple(extensions))
    assert Checkpoint.parse(made.text()) == made


def test_an_empty_log_has_the_root_of_the_empty_tree() -> None:
    empty = Checkpoint("x", 0, EMPTY_ROOT)
    assert Checkpoint.parse(empty.text()) == empty
    with pytest.raises(CheckpointError):
        Checkpoint.parse(f"x\n0\n{ROOT}\n")


@pytest.mark.parametrize(
    "size",
    [
        "",
        "00",
        "01",
        "-1",
        "+1",
        " 1",
        "1 ",
        "1_000",
        "1.0",
        "1e3",
        "0x1",
        "１",
        "١",
        "²",
        "9223372036854775808",
        "18446744073709551616",
        "9" * 5000,
    ],
)
def test_a_size_in_another_spelling_is_refused(size: str) -> None:
    with pytest.raises(FormatError):
        Checkpoint.parse(f"x\n{size}\n{ROOT}\n")


def test_the_largest_size() -> None:
    assert Checkpoint.parse(f"x\n9223372036854775807\n{ROOT}\n").size == MAX_SIZE
    with pytest.raises(CheckpointError):
        Checkpoint("x", MAX_SIZE + 1, bytes(32))


@pytest.mark.parametrize(
    "root",
    [
        "",
        ROOT[:-1],
        ROOT[:-1] + "==",
        ROOT[:-2] + "B=",
        ROOT + "=",
        " " + ROOT,
        ROOT + " ",
        ROOT[:20] + " " + ROOT[20:],
        ROOT[:20] + "-" + ROOT[21:],
        ROOT[:20] + "é" + ROOT[21:],
        "00" * 32,
        base64.b64encode(bytes(31)).decode(),
        base64.b64encode(bytes(33)).decode(),
    ],
)
def test_a_root_in_another_spelling_or_length_is_refused(root: str) -> None:
    with pytest.raises(FormatError):
        Checkpoint.parse(f"x\n1\n{root}\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"x\n1\n{ROOT}",
        f"x\n1\n{ROOT}\n\n",
        f"x\n1\n{ROOT}\n\nmore\n",
        f"\n1\n{ROOT}\n",
        "x\n1\n",
        f"x\r\n1\r\n{ROOT}\r\n",
        f"x\n1\n{ROOT}\n\0\n",
        f"x\n\n1\n{ROOT}\n",
    ],
)
def test_text_that_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(FormatError):
        Checkpoint.parse(text)


def test_extension_lines_are_carried() -> None:
    read = Checkpoint.parse(f"x\n1\n{ROOT}\nmore\n and more\n")
    assert read.extensions == ("more", " and more")
    for bad in ("", "a\nb", "a\tb"):
        with pytest.raises(FormatError):
            Checkpoint("x", 1, bytes(32), (bad,))


def test_a_checkpoint_is_opened_with_the_key_of_its_log() -> None:
    note = signed(checkpoint().text(), witnesses=2)
    assert open_checkpoint(note.encode(), [LOG.key]) == (checkpoint(), note)
    assert open_checkpoint(note.encode().encode(), [LOG.key, *WITNESS_KEYS], ORIGIN) == (checkpoint(), note)


def test_the_word_of_witnesses_is_not_the_log_s() -> None:
    note = signed(checkpoint().text(), witnesses=2)
    only = Note(note.text, note.signatures[1:])
    for origin in (None, ORIGIN):
        with pytest.raises(CheckpointError) as raised:
            open_checkpoint(only.encode(), [LOG.key, *WITNESS_KEYS], origin)
        assert raised.value.code == "ledger.checkpoint-unsigned"


def test_another_log_s_key_does_not_speak_for_this_one() -> None:
    other = NoteSigner("other.example/log", private(8))
    text = checkpoint().text()
    note = Note(text, (other.sign(text),)).encode()
    with pytest.raises(CheckpointError) as raised:
        open_checkpoint(note, [LOG.key, other.key])
    assert raised.value.code == "ledger.checkpoint-unsigned"
    # Unless whoever asks says that this key is the log's.
    assert open_checkpoint(note, [other.key], ORIGIN)[0] == checkpoint()


def test_another_log_s_checkpoint_is_refused_where_one_log_is_meant() -> None:
    with pytest.raises(CheckpointError) as raised:
        open_checkpoint(signed(checkpoint().text()).encode(), [LOG.key], "other.example/log")
    assert raised.value.code == "ledger.checkpoint-origin"


def test_a_signed_note_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(FormatError):
        open_checkpoint(signed("hello\n").encode(), [LOG.key])


def test_a_wrong_witness_spoils_the_note_even_when_the_log_signed() -> None:
    note = signed(checkpoint().text(), witnesses=1)
    other = signed(checkpoint(6).text(), witnesses=1)
    mixed = Note(note.text, (note.signatures[0], other.signatures[1]))
    assert open_checkpoint(mixed.encode(), [LOG.key])[0] == checkpoint()
    with pytest.raises(NoteError):
        open_checkpoint(mixed.encode(), [LOG.key, *WITNESS_KEYS])

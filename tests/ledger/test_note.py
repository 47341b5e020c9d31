"""Signed notes are C2SP's, and nothing malformed or wrongly signed is let through."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.note_samples import LOG, ORIGIN, private
from tests.support.vectors import published, read_json
from trace.ledger.note import (
    COSIGNATURE,
    ED25519,
    MAX_NOTE,
    MAX_SIGNATURES,
    Note,
    NoteError,
    NoteSigner,
    Signature,
    VerifierKey,
    key_id,
    known_signatures,
    signature_lines,
    verified,
)
from trace.ledger.spelling import from_base64, to_base64

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="+"), min_size=1)
LINES = st.text(st.characters(exclude_categories=["Cs"], min_codepoint=32))
TEXTS = st.lists(LINES, min_size=1, max_size=5).map(lambda lines: "\n".join(lines) + "\n")


def _refused(code: str) -> pytest.RaisesExc[NoteError]:
    return pytest.RaisesExc(NoteError, check=lambda error: error.code == code)


def _stranger(number: int) -> Signature:
    return Signature(f"stranger.example/{number}", bytes(4), bytes(64))


def test_the_published_notes() -> None:
    notes = read_json(published("c2sp/note_vectors.json"))["notes"]
    assert len(notes) == 3
    for one in notes:
        key = VerifierKey.parse(one["vkey"])
        assert key.text() == one["vkey"]
        note = Note.parse(one["note"])
        assert note.encode() == one["note"]
        assert [found for found, _ in verified(note, [key])] == [key]
        wrong = one["note"].replace("crypt", "Crypt", 1).replace("example message", "example massage")
        with _refused("ledger.signature-wrong"):
            verified(Note.parse(wrong), [key])


def test_the_second_signature_of_the_published_note() -> None:
    note = Note.parse(read_json(published("c2sp/note_vectors.json"))["notes"][2]["note"])
    enoch = NoteSigner("EnochRoot", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert [key.name for key, _ in verified(note, [enoch.key])] == ["EnochRoot"]
    assert enoch.sign(note.text) in note.signatures


def test_a_published_secret_key_signs_the_published_note() -> None:
    one = read_json(published("c2sp/note_vectors.json"))["notes"][1]
    encoded = one["skey"].split("+", 4)[4]
    seed = from_base64(encoded)[1:]
    signer = NoteSigner("PeterNeumann", Ed25519PrivateKey.from_private_bytes(seed))
    text = Note.parse(one["note"]).text
    assert Note(text, (signer.sign(text),)).encode() == one["note"]


def test_the_published_verifier_keys() -> None:
    keys = read_json(published("c2sp/note_vectors.json"))["vkeys"]
    assert [VerifierKey.parse(text).kind for text in keys["good"]] == [ED25519, COSIGNATURE]
    assert [VerifierKey.parse(text).text() for text in keys["good"]] == keys["good"]
    for text in keys["bad"]:
        with pytest.raises(NoteError):
            VerifierKey.parse(text)


@pytest.mark.parametrize("kind", [0x00, 0x02, 0x03, 0x05, 0x06, 0xFA, 0xFF])
@pytest.mark.parametrize("length", [0, 32, 1312])
def test_a_key_of_another_kind_is_named_as_such(kind: int, length: int) -> None:
    material = bytes([kind]) + bytes(length)
    id_text = key_id("x.example", kind, material[1:]).hex()
    with _refused("ledger.key-unsupported"):
        VerifierKey.parse(f"x.example+{id_text}+{to_base64(material)}")


@pytest.mark.parametrize(
    "change",
    [
        lambda name, number, rest: f"{name}+{number}",
        lambda name, number, rest: f"{name}+{number}+{rest}+",
        lambda name, number, rest: f"+{number}+{rest}",
        lambda name, number, rest: f"{name} x+{number}+{rest}",
        lambda name, number, rest: f"{name}+{number.upper()}A+{rest}",
        lambda name, number, rest: f"{name}+{number[:7]}+{rest}",
        lambda name, number, rest: f"{name}+00000000+{rest}",
        lambda name, number, rest: f"{name}x+{number}+{rest}",
        lambda name, number, rest: f"{name}+{number}+{rest}\n",
        lambda name, number, rest: f"{name}+{number}+",
        lambda name, number, rest: f"{name}+{number}+{rest[:-4]}",
    ],
)
def test_a_key_with_a_part_wrong_is_refused(change: object) -> None:
    assert callable(change)
    with pytest.raises(NoteError):
        VerifierKey.parse(change(*LOG.key.text().split("+", 2)))


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\u3000b", "a\u2028b", "a\tb", "a\nb", "a\0b"]
)
def test_a_name_that_no_line_can_carry_is_refused(name: str) -> None:
    with _refused("ledger.key-name"):
        VerifierKey(name, ED25519, LOG.key.public)
    with _refused("ledger.key-name"):
        Signature(name, bytes(4), bytes(64))


@given(NAMES, TEXTS, st.integers(1, 255))
def test_what_is_signed_is_read_and_holds(name: str, text: str, number: int) -> None:
    signer = NoteSigner(name, private(number))
    note = Note(text, (_stranger(1), signer.sign(text), _stranger(2)))
    again = Note.parse(note.encode().encode())
    assert again == note
    assert VerifierKey.parse(signer.key.text()) == signer.key
    assert verified(again, [LOG.key, signer.key]) == [(signer.key, note.signatures[1])]


@given(TEXTS, st.data())
def test_any_changed_byte_is_refused(text: str, data: st.DataObject) -> None:
    whole = Note(text, (LOG.sign(text),)).encode().encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    with pytest.raises(NoteError):
        verified(Note.parse(whole[:at] + bytes([byte]) + whole[at + 1 :]), [LOG.key])


@given(TEXTS, st.data())
def test_any_missing_or_added_byte_is_refused(text: str, data: st.DataObject) -> None:
    whole = Note(text, (LOG.sign(text),)).encode().encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.binary(max_size=1))
    with pytest.raises(NoteError):
        verified(Note.parse(whole[:at] + byte + byte + whole[at + 1 :]), [LOG.key])


@pytest.mark.parametrize("char", [chr(code) for code in range(32) if code != 10])
def test_control_characters_are_refused(char: str) -> None:
    with _refused("ledger.text"):
        LOG.sign(f"a{char}b\n")
    good = Note("ab\n", (LOG.sign("ab\n"),)).encode()
    with _refused("ledger.text"):
        Note.parse(good.replace("ab", f"a{char}b"))


@pytest.mark.parametrize("text", ["", "a", "a\r\n", "\ud800\n"])
def test_a_text_that_no_note_can_have_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        LOG.sign(text)


LINE = LOG.sign("a\n").line()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        "a\n",
        "a\n\n",
        LINE,
        f"a\n{LINE}",
        f"a\n\n{LINE[:-1]}",
        f"a\n\n{LINE}\n",
        f"a\n\n{LINE}b\n",
        f"a\n\n {LINE}",
        f"a\n\n{LINE.replace('— ', '- ')}",
        f"a\n\n{LINE.replace('— ', '—')}",
        f"a\n\n{LINE.replace('=', '')}",
        f"a\n\n{LINE.replace(' ', '  ')}",
        f"a\n\n{LINE[:-1]} \n",
        f"a\n\n{LINE[:-1]}=\n",
        "a\n\n— x AAAAAA==\n",
        "a\n\n— x AAAAAAB=\n",
        "a\n\n— x \n",
        "a\n\n— AAAAAAA=\n",
        b"\xff\n\n" + LINE.encode(),
        "\ud800\n\n" + LINE,
    ],
)
def test_a_malformed_note_is_refused(data: str | bytes) -> None:
    with pytest.raises(NoteError):
        Note.parse(data)


def test_empty_lines_in_the_text_belong_to_the_text() -> None:
    for text in ("\n", "a\n\n", "a\n\nb\n", "\n\n\n"):
        note = Note(text, (LOG.sign(text),))
        assert Note.parse(note.encode()) == note
        assert verified(note, [LOG.key])


def test_sixteen_signatures_are_accepted_and_a_hundred_and_one_are_not() -> None:
    own = LOG.sign("a\n")
    for count in (16, MAX_SIGNATURES):
        note = Note("a\n", (*map(_stranger, range(count - 1)), own))
        assert len(verified(Note.parse(note.encode()), [LOG.key])) == 1
    lines = "".join(_stranger(number).line() for number in range(MAX_SIGNATURES + 1))
    with _refused("ledger.too-many-signatures"):
        Note.parse(f"a\n\n{lines}")


def test_a_note_of_more_than_a_megabyte_is_refused() -> None:
    most = MAX_NOTE - len(f"\n\n{LINE}".encode())
    text = "石" * (most // 3) + "a" * (most % 3) + "\n"
    whole = Note(text, (LOG.sign(text),)).encode()
    assert len(whole.encode()) == MAX_NOTE
    assert verified(Note.parse(whole), [LOG.key])
    for data in ("a" + whole, ("a" + whole).encode()):
        with _refused("ledger.too-large"):
            Note.parse(data)


def test_the_same_line_twice_is_refused() -> None:
    with _refused("ledger.signature-twice"):
        Note.parse(f"a\n\n{LINE}{LINE}")


def test_two_signatures_by_one_known_key_are_refused() -> None:
    own = LOG.sign("a\n")
    note = Note("a\n", (own, Signature(own.name, own.key_id, bytes(64))))
    for order in (note.signatures, note.signatures[::-1]):
        with pytest.raises(NoteError):
            verified(Note("a\n", order), [LOG.key])


def test_a_name_or_an_id_alone_does_not_make_a_signature_known() -> None:
    own = LOG.sign("a\n")
    like = (Signature(ORIGIN, bytes(4), bytes(64)), Signature("other.example", own.key_id, bytes(64)))
    assert verified(Note("a\n", (*like, own)), [LOG.key]) == [(LOG.key, own)]
    with _refused("ledger.unsigned"):
        verified(Note("a\n", like), [LOG.key])


def test_one_known_signature_that_is_wrong_spoils_the_note() -> None:
    other = NoteSigner("other.example", private(9))
    note = Note("a\n", (LOG.sign("a\n"), other.sign("b\n")))
    assert len(verified(note, [LOG.key])) == 1
    with _refused("ledger.signature-wrong"):
        verified(note, [LOG.key, other.key])


@pytest.mark.parametrize("raw", [b"\0", bytes(63), bytes(65), bytes(72)])
def test_a_signature_of_another_length_is_wrong(raw: bytes) -> None:
    with _refused("ledger.signature-wrong"):
        verified(Note("a\n", (Signature(ORIGIN, LOG.key.key_id, raw),)), [LOG.key])


def test_an_unsigned_note_has_no_known_signature() -> None:
    note = Note("a\n", (_stranger(1),))
    assert known_signatures(note, [LOG.key]) == []
    with _refused("ledger.unsigned"):
        verified(note, [LOG.key])
    with _refused("ledger.unsigned"):
        verified(Note("a\n", (LOG.sign("a\n"),)), [])


def test_a_newer_signature_takes_the_place_of_the_same_key_s_older() -> None:
    own = LOG.sign("a\n")
    note = Note("a\n", (Signature(ORIGIN, LOG.key.key_id, bytes(64)), _stranger(1)))
    assert note.adding([own, _stranger(2)]).signatures == (own, _stranger(1), _stranger(2))


def test_signature_lines_are_read_as_they_are_written() -> None:
    made = tuple(map(_stranger, range(3)))
    assert signature_lines("".join(one.line() for one in made)) == made
    assert [one.by(LOG.key) for one in (LOG.sign("a\n"), *made)] == [True, False, False, False]


def test_the_secret_is_not_shown() -> None:
    assert "private" not in repr(LOG)

"""Signed notes (C2SP signed-note): a text, and lines saying who signed it.

Nothing of a note may be used before `verified` has returned.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trace.ledger import ed25519
from trace.ledger.merkle import MAX_SIZE
from trace.ledger.spelling import FormatError, from_base64, plain_text, to_base64

ED25519 = 0x01  # signed-note, "Signature types": signs the text
COSIGNATURE = 0x04  # tlog-cosignature: signs the time and the checkpoint's text

MAX_NOTE = 8_000_000  # bytes; a void list of a province is the longest
MAX_SIGNATURES = 100
KEY_ID_BYTES = 4
TIMESTAMP_BYTES = 8
_LEAST_RAW = 1
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_MARK = "— "


class NoteError(FormatError):
    """A note, key or signature line that is malformed, or a note that its signatures do not hold up."""


def check_name(name: str) -> str:
    """signed-note, "Format": a key name is not empty and has no Unicode space, no plus and no control character."""
    if not name or "+" in name or any(char.isspace() or char < " " for char in name):
        raise NoteError("ledger.key-name", "a key name is not empty and has neither spaces nor plus")
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """signed-note, "Signatures": SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4]."""
    return hashlib.sha256(name.encode("utf-8") + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Whom to believe: a name, a kind of signature (0x01 or 0x04) and a 32-byte Ed25519 key (signed-note, "Verifier keys").

    Invariant: the key is a canonical point not of small order. Other kinds raise NoteError `ledger.key-unsupported`.
    """

    name: str
    kind: int
    public: bytes
    key_id: bytes = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.kind not in (ED25519, COSIGNATURE):
            raise NoteError("ledger.key-unsupported", f"keys of kind 0x{self.kind:02x} are not supported")
        if not ed25519.is_public_key(self.public):
            raise NoteError("ledger.key-bad", "not a canonical Ed25519 public key of large order")
        object.__setattr__(self, "key_id", key_id(self.name, self.kind, self.public))

    def text(self) -> str:
        """The one-line form: name+key id in hex+base64(kind ‖ public key)."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a vkey; NoteError unless the key id is the one that follows from the rest."""
        name, plus, rest = text.partition("+")
        id_text, plus_2, material = rest.partition("+")
        if not (plus and plus_2 and _KEY_ID.fullmatch(id_text)):
            raise NoteError("ledger.key-form", "a verifier key is name+key id+base64")
        try:
            raw = from_base64(material)
        except FormatError as error:
            raise NoteError("ledger.key-form", "the last part of a verifier key is base64") from error
        if not raw:
            raise NoteError("ledger.key-form", "a verifier key has a kind")
        key = cls(name, raw[0], raw[1:])
        if key.key_id.hex() != id_text:
            raise NoteError("ledger.key-id", "the key id is another key's")
        return key

    def holds(self, text: str, raw: bytes) -> bool:
        """Whether `raw` (the part of a signature after the key id) is this key's over the text of a note."""
        if self.kind == ED25519:
            return ed25519.verify(self.public, raw, text.encode("utf-8"))
        timestamp = int.from_bytes(raw[:TIMESTAMP_BYTES], "big")
        if not 0 < timestamp <= MAX_SIZE:
            return False
        return ed25519.verify(self.public, raw[TIMESTAMP_BYTES:], cosigned_message(text, timestamp))


def cosigned_message(text: str, timestamp: int) -> bytes:
    """tlog-cosignature, "Ed25519 signed message": header, POSIX time, then the checkpoint's whole text."""
    return f"cosignature/v1\ntime {timestamp}\n{text}".encode()


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, by name and 4-byte key id, and the bytes that should prove it."""

    name: str
    key_id: bytes
    raw: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or len(self.raw) < _LEAST_RAW:
            raise NoteError(
                "ledger.signature-form", "a signature has four bytes of key id and one more at least"
            )

    def line(self) -> str:
        """signed-note, "Format": em dash, space, name, space, base64(key id ‖ signature), newline."""
        return f"{_MARK}{self.name} {to_base64(self.key_id + self.raw)}\n"

    def by(self, key: VerifierKey) -> bool:
        """Whether it claims to be that key's: both name and id; says nothing about whether it is."""
        return (self.name, self.key_id) == (key.name, key.key_id)


def signature_lines(text: str) -> tuple[Signature, ...]:
    """Read one or more signature lines; NoteError for none, more than 100, a malformed or a repeated one."""
    *lines, end = text.split("\n")
    if end or not lines:
        raise NoteError("ledger.signature-form", "signature lines end in a newline")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("ledger.too-many-signatures", f"more than {MAX_SIGNATURES} signatures")
    if len(set(lines)) != len(lines):
        raise NoteError("ledger.signature-twice", "the same signature line twice")
    return tuple(map(_signature, lines))


def _signature(line: str) -> Signature:
    if not line.startswith(_MARK):
        raise NoteError("ledger.signature-form", "a signature line begins with an em dash and a space")
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    try:
        raw = from_base64(encoded)
    except FormatError as error:
        raise NoteError("ledger.signature-form", "a signature is base64") from error
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def _plain(data: str | bytes) -> str:
    try:
        return plain_text(data, MAX_NOTE)
    except FormatError as error:
        raise NoteError(error.code, str(error)) from error


def _check_text(text: str) -> None:
    if not _plain(text).endswith("\n"):
        raise NoteError("ledger.note-form", "a note's text ends in a newline")


@dataclass(frozen=True, slots=True)
class Note:
    """signed-note, "Format". Invariant: what can be made can be read, Note.parse(note.encode()) == note."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        _check_text(self.text)
        signature_lines("".join(one.line() for one in self.signatures))

    def encode(self) -> str:
        """The whole note; UTF-8 when it travels."""
        return self.text + "\n" + "".join(one.line() for one in self.signatures)

    @classmethod
    def parse(cls, data: str | bytes) -> Note:
        """Split at the last empty line; NoteError if malformed, over 8 MB, or with more than 100 signatures."""
        above, gap, below = _plain(data).rpartition("\n\n")
        if not gap:
            raise NoteError("ledger.note-form", "a note has an empty line before its signatures")
        return cls(above + "\n", signature_lines(below))

    def adding(self, signatures: Iterable[Signature]) -> Note:
        """The note with more signatures; a key's newer one takes the place of its older."""
        by_key = {(one.name, one.key_id): one for one in (*self.signatures, *signatures)}
        return Note(self.text, tuple(by_key.values()))


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """Signs notes under a name (kind 0x01)."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def key(self) -> VerifierKey:
        """What others need to verify."""
        return VerifierKey(self.name, ED25519, self.private.public_key().public_bytes_raw())

    def sign(self, text: str) -> Signature:
        """signed-note, "Ed25519 signatures": over the UTF-8 text; NoteError for a text that no note can have."""
        _check_text(text)
        return Signature(self.name, self.key.key_id, self.private.sign(text.encode("utf-8")))


def verified(note: Note, keys: Sequence[VerifierKey]) -> list[tuple[VerifierKey, Signature]]:
    """signed-note, "Signatures": the known keys that signed, in the note's order, each with its signature.

    Signatures of unknown keys are ignored. NoteError if a known key's signature is wrong or stands there twice
    (`ledger.signature-wrong`, `ledger.signature-twice`), or if no known key signed (`ledger.unsigned`).
    """
    found = known_signatures(note, keys)
    if not found:
        raise NoteError("ledger.unsigned", "no known key signed this")
    return found


def known_signatures(note: Note, keys: Sequence[VerifierKey]) -> list[tuple[VerifierKey, Signature]]:
    """As `verified`, but empty where no known key signed."""
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[VerifierKey, Signature] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            continue
        if key in found:
            raise NoteError("ledger.signature-twice", f"two signatures by {key.name}")
        if not key.holds(note.text, signature.raw):
            raise NoteError("ledger.signature-wrong", f"the signature of {key.name} is wrong")
        found[key] = signature
    return list(found.items())

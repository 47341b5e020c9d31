"""Cosignatures (C2SP tlog-cosignature, Ed25519): a witness (见证方) says when it saw which checkpoint."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trace.ledger.checkpoint import Checkpoint
from trace.ledger.ed25519 import SIGNATURE_BYTES
from trace.ledger.merkle import MAX_SIZE
from trace.ledger.note import (
    COSIGNATURE,
    TIMESTAMP_BYTES,
    Note,
    NoteError,
    Signature,
    VerifierKey,
    cosigned_message,
    known_signatures,
)


def witness_key(name: str, private: Ed25519PrivateKey) -> VerifierKey:
    """What others need to verify a witness (kind 0x04)."""
    return VerifierKey(name, COSIGNATURE, private.public_key().public_bytes_raw())


def cosign(checkpoint_text: str, name: str, private: Ed25519PrivateKey, timestamp: int) -> Signature:
    """tlog-cosignature, "Format": u64 time ‖ signature. `timestamp` is POSIX seconds, 1 to 2^63-1.

    It states that no larger consistent tree of this log was seen by then: check consistency before. FormatError for a
    text that is no checkpoint or a time out of range.
    """
    Checkpoint.parse(checkpoint_text)
    if not 0 < timestamp <= MAX_SIZE:
        raise NoteError("ledger.cosignature-time", "a time from 1 to 2^63-1 seconds")
    made = private.sign(cosigned_message(checkpoint_text, timestamp))
    raw = timestamp.to_bytes(TIMESTAMP_BYTES, "big") + made
    return Signature(name, witness_key(name, private).key_id, raw)


def timestamp_of(signature: Signature) -> int:
    """POSIX seconds in a cosignature; true only once the signature has been verified. NoteError if it is none."""
    timestamp = int.from_bytes(signature.raw[:TIMESTAMP_BYTES], "big")
    if len(signature.raw) != TIMESTAMP_BYTES + SIGNATURE_BYTES or not 0 < timestamp <= MAX_SIZE:
        raise NoteError("ledger.cosignature-time", "not a cosignature with a time")
    return timestamp


def witnessed(note: Note, keys: Sequence[VerifierKey]) -> list[tuple[VerifierKey, int]]:
    """The known witnesses (kind 0x04) that cosigned a checkpoint, each with its time; empty where none did.

    NoteError if a known witness's cosignature is wrong, FormatError if the note is no checkpoint.
    """
    Checkpoint.parse(note.text)
    found = known_signatures(note, [key for key in keys if key.kind == COSIGNATURE])
    return [(key, timestamp_of(signature)) for key, signature in found]

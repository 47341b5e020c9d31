"""The checkpoint that all proofs lead to: signed by the log, cosigned by witnesses (C2SP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.cosignature import witnessed
from trace.ledger.merkle import ProofError, check_consistency
from trace.ledger.note import ED25519, Note, VerifierKey
from trace.ledger.spelling import FormatError
from trace.verify.archive import CHECKPOINT, WITNESSED, Archive
from trace.verify.fault import Fault
from trace.verify.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Seal:
    """The checkpoint, and which of the given witnesses hold how much of the log: (name, POSIX seconds).

    `witnessed` is how many entries their cosignatures cover, 0 without any; `signers` is how many signatures of
    unknown keys stand beside.
    """

    checkpoint: Checkpoint
    witnesses: tuple[tuple[str, int], ...] = ()
    witnessed: int = 0
    strangers: int = 0


def check_seal(
    archive: Archive, manifest: Manifest, log_key: VerifierKey, witness_keys: Sequence[VerifierKey]
) -> Seal:
    """The log's key signed the checkpoint, and the witnessed one before it is a beginning of the same log."""
    newest, note = _opened(archive, CHECKPOINT, log_key)
    if (newest.origin, newest.size) != (manifest.origin, manifest.size):
        raise Fault("checkpoint.other", file=CHECKPOINT)
    seen = _cosigned(note, witness_keys, CHECKPOINT)
    covered = newest.size if seen else 0
    strangers = len(note.signatures) - 1 - len(seen)
    if (manifest.witnessed is not None) != (WITNESSED in archive.members):
        raise Fault("archive.lacks", file=WITNESSED)
    if manifest.witnessed is not None:
        older, older_note = _opened(archive, WITNESSED, log_key)
        if older.origin != newest.origin or older.size != manifest.witnessed:
            raise Fault("checkpoint.other", file=WITNESSED)
        try:
            check_consistency(older.size, older.root, newest.size, newest.root, manifest.consistency)
        except ProofError as error:
            raise Fault("checkpoint.fork", file=WITNESSED, size=older.size, other=newest.size) from error
        older_seen = _cosigned(older_note, witness_keys, WITNESSED)
        strangers = max(strangers, len(older_note.signatures) - 1 - len(older_seen))
        if not seen:
            seen, covered = older_seen, older.size if older_seen else 0
    return Seal(newest, tuple((key.name, at) for key, at in seen), covered, strangers)


def _opened(archive: Archive, name: str, key: VerifierKey) -> tuple[Checkpoint, Note]:
    raw = archive.read(name)
    try:
        return open_checkpoint(raw, [key])
    except FormatError as error:
        raise _refused(raw, name, key, error) from error


def _refused(raw: bytes, name: str, key: VerifierKey, error: FormatError) -> Fault:
    """Why a checkpoint is not the log's: whether another key signed it, or this one's signature is wrong."""
    try:
        note = Note.parse(raw)
        Checkpoint.parse(note.text)
    except FormatError:
        return Fault("checkpoint.form", file=name, why=str(error))
    if error.code == "ledger.signature-wrong":
        return Fault("checkpoint.signature", file=name, key=key.name)
    signers = ", ".join(f"{one.name}+{one.key_id.hex()}" for one in note.signatures)
    return Fault("checkpoint.other-key", file=name, key=key.text(), signers=signers)


def _cosigned(note: Note, keys: Sequence[VerifierKey], name: str) -> list[tuple[VerifierKey, int]]:
    try:
        return witnessed(note, keys)
    except FormatError as error:
        raise Fault("checkpoint.cosignature", file=name, why=str(error)) from error


def log_key(text: str) -> VerifierKey:
    """A key of a log; FormatError if it is none, or a witness's."""
    key = VerifierKey.parse(text)
    if key.kind != ED25519:
        raise FormatError("ledger.key-kind", "a witness's key, not a log's")
    return key

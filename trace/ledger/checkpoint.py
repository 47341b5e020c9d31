"""Checkpoints (C2SP tlog-checkpoint): the size and root of the log, as the text of a signed note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trace.ledger.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE
from trace.ledger.note import ED25519, MAX_NOTE, Note, VerifierKey, verified
from trace.ledger.spelling import FormatError, hash_from_base64, number, plain_text, to_base64


class CheckpointError(FormatError):
    """Text that is no checkpoint, or a checkpoint that is not the one asked for."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """tlog-checkpoint, "Note text": the log's name, how many leaves, and the 32-byte root over them.

    Invariant: sizes are 0 to 2^63-1, an empty tree has the root of the empty tree, and
    Checkpoint.parse(made.text()) == made. Extension lines are carried, and mean nothing here.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE or len(self.root) != HASH_BYTES:
            raise CheckpointError("ledger.checkpoint-form", "a size from 0 to 2^63-1 and a root of 32 bytes")
        if not self.size and self.root != EMPTY_ROOT:
            raise CheckpointError("ledger.checkpoint-empty", "an empty tree has another root")
        if any(not plain_text(line, MAX_NOTE) or "\n" in line for line in (self.origin, *self.extensions)):
            raise CheckpointError("ledger.checkpoint-form", "no line of a checkpoint is empty")

    def text(self) -> str:
        """The text that is signed."""
        return "\n".join((self.origin, str(self.size), to_base64(self.root), *self.extensions, ""))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note as a checkpoint; FormatError for anything but the one written form."""
        *lines, end = plain_text(text, MAX_NOTE).split("\n")
        if end or len(lines) < 3:
            raise CheckpointError("ledger.checkpoint-form", "a checkpoint has three lines or more")
        return cls(lines[0], number(lines[1]), hash_from_base64(lines[2]), tuple(lines[3:]))


def open_checkpoint(
    note: str | bytes, keys: Sequence[VerifierKey], origin: str | None = None
) -> tuple[Checkpoint, Note]:
    """The checkpoint in a signed note, once a key of the log (kind 0x01) among `keys` has signed it.

    A key speaks for the log of its own name; where the two differ, `origin` says which log is meant. Signatures of
    witnesses among `keys` are verified too, but are no word of the log's. Raises NoteError or CheckpointError.
    """
    parsed = Note.parse(note)
    signers = [key for key, _ in verified(parsed, keys)]
    found = Checkpoint.parse(parsed.text)
    if origin is not None and found.origin != origin:
        raise CheckpointError("ledger.checkpoint-origin", "a checkpoint of another log")
    if not any(key.kind == ED25519 and (origin is not None or key.name == found.origin) for key in signers):
        raise CheckpointError("ledger.checkpoint-unsigned", "no key of this log signed the checkpoint")
    return found, parsed

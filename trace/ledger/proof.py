"""Transparent proofs (C2SP tlog-proof@v1): all that shows, offline, that an entry is in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.merkle import HASH_BYTES, check_inclusion
from trace.ledger.note import Note, VerifierKey
from trace.ledger.spelling import FormatError, from_base64, hash_from_base64, number, plain_text, to_base64

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF = 1_000_000  # bytes
MAX_HASHES = 63  # the height of a tree of 2^63-1 leaves


class TlogProofError(FormatError):
    """Text that is no tlog-proof@v1."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """tlog-proof, "Format": the leaf's index, its inclusion proof from the leaf up, and a signed checkpoint verbatim.

    Invariant: index < size of the checkpoint, and TlogProof.parse(made.encode()) == made. `extra` is not covered by
    any signature; empty means that there is none.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def __post_init__(self) -> None:
        size = Checkpoint.parse(Note.parse(self.checkpoint).text).size
        if not 0 <= self.index < size:
            raise TlogProofError("ledger.proof-index", "the index lies beyond the checkpoint")
        if len(self.hashes) > MAX_HASHES or any(len(one) != HASH_BYTES for one in self.hashes):
            raise TlogProofError("ledger.proof-form", f"at most {MAX_HASHES} hashes of 32 bytes")

    def encode(self) -> str:
        """The whole proof; by convention in a file `*.tlog-proof`."""
        extra = [f"extra {to_base64(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(to_base64, self.hashes), "", self.checkpoint]
        return "\n".join(lines)

    @classmethod
    def parse(cls, data: str | bytes) -> TlogProof:
        """Read a proof; FormatError for anything but the one written form. Nothing is verified yet."""
        head, gap, checkpoint = plain_text(data, MAX_PROOF).partition("\n\n")
        lines = head.split("\n")
        if lines.pop(0) != HEADER or not gap:
            raise TlogProofError("ledger.proof-form", f"a proof begins with {HEADER}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "))
            if not extra:
                raise TlogProofError("ledger.proof-form", "an extra line that holds nothing is left out")
        if not lines or not lines[0].startswith("index "):
            raise TlogProofError("ledger.proof-form", "a proof names an index")
        index = number(lines.pop(0).removeprefix("index "))
        if len(lines) > MAX_HASHES:
            raise TlogProofError("ledger.proof-form", f"at most {MAX_HASHES} hashes")
        return cls(index, tuple(map(hash_from_base64, lines)), checkpoint, extra)

    def check(
        self, leaf: bytes, keys: Sequence[VerifierKey], origin: str | None = None
    ) -> tuple[Checkpoint, Note]:
        """tlog-proof, "Verifying": the checkpoint that the leaf hash is proven to be in, and its note.

        `keys` hold the log's and those of witnesses (`cosignature.witnessed` counts them; how many are enough is for
        the caller to say). NoteError, CheckpointError or ProofError where it does not hold.
        """
        checkpoint, note = open_checkpoint(self.checkpoint, keys, origin)
        check_inclusion(leaf, self.index, checkpoint.size, self.hashes, checkpoint.root)
        return checkpoint, note

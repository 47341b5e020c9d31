"""What a log and a witness say to each other (C2SP tlog-witness, "add-checkpoint"), as text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trace.ledger.checkpoint import Checkpoint
from trace.ledger.merkle import HASH_BYTES
from trace.ledger.note import Note, Signature, signature_lines
from trace.ledger.spelling import FormatError, hash_from_base64, number, plain_text, to_base64

MAX_REQUEST = 1_000_000  # bytes
MAX_HASHES = 63
SIZE_TYPE = "text/x.tlog.size"


class RequestError(FormatError):
    """A request or answer that is not written as the protocol has it (answer 400)."""


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """The request: a signed checkpoint, and the proof that it follows the one of size `old` (0: none known).

    Invariant: old ≤ size of the checkpoint, and AddCheckpoint.parse(made.encode()) == made. Whether signature and
    proof hold is for the witness to check: a proof although `old` is 0 is well formed, and wrong (answer 422).
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def __post_init__(self) -> None:
        size = Checkpoint.parse(Note.parse(self.checkpoint).text).size
        if not 0 <= self.old <= size:
            raise RequestError("ledger.request-size", "the old size is larger than the new")
        if len(self.proof) > MAX_HASHES or any(len(one) != HASH_BYTES for one in self.proof):
            raise RequestError("ledger.request-form", f"at most {MAX_HASHES} hashes of 32 bytes")

    def encode(self) -> str:
        """The body of the POST."""
        return "\n".join((f"old {self.old}", *map(to_base64, self.proof), "", self.checkpoint))

    @classmethod
    def parse(cls, data: str | bytes) -> AddCheckpoint:
        """Read a request; FormatError for anything but the one written form."""
        head, gap, checkpoint = plain_text(data, MAX_REQUEST).partition("\n\n")
        first, *hashes = head.split("\n")
        if not gap or not first.startswith("old ") or len(hashes) > MAX_HASHES:
            raise RequestError("ledger.request-form", "an old size, hashes, an empty line, a checkpoint")
        return cls(number(first.removeprefix("old ")), tuple(map(hash_from_base64, hashes)), checkpoint)


def cosigned_answer(signatures: Iterable[Signature]) -> str:
    """The body of answer 200: the witness's signature lines."""
    return "".join(one.line() for one in signatures)


def parse_cosigned_answer(data: str | bytes, most: int = MAX_REQUEST) -> tuple[Signature, ...]:
    """Read answer 200, at most `most` bytes; nothing is verified: add them to the note, then `witnessed`."""
    return signature_lines(plain_text(data, most))


def size_answer(size: int) -> str:
    """The body of answer 409 (Content-Type `text/x.tlog.size`): the size the witness cosigned last."""
    return f"{size}\n"


def parse_size_answer(data: str | bytes) -> int:
    """Read answer 409; FormatError unless it is one number and a newline."""
    text = plain_text(data, 20)
    if not text.endswith("\n"):
        raise RequestError("ledger.request-form", "a size and a newline")
    return number(text[:-1])

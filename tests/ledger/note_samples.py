"""A log and two witnesses with invented names, for the tests of the ledger's texts."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trace.ledger.checkpoint import Checkpoint
from trace.ledger.cosignature import cosign, witness_key
from trace.ledger.merkle import leaf_hash
from trace.ledger.note import Note, NoteSigner

ORIGIN = "log.example/示例"
WITNESSES = ("witness.example/甲县", "witness.example/乙县")
TIME = 1_700_000_000  # POSIX seconds


def private(number: int) -> Ed25519PrivateKey:
    """The number-th key."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


LOG = NoteSigner(ORIGIN, private(1))
WITNESS_KEYS = [witness_key(name, private(number)) for number, name in enumerate(WITNESSES, 2)]


def checkpoint(size: int = 5, root: bytes | None = None) -> Checkpoint:
    """One of the log's."""
    return Checkpoint(ORIGIN, size, leaf_hash(b"root") if root is None else root)


def signed(text: str, witnesses: int = 0) -> Note:
    """The text signed by the log and cosigned by the first so many witnesses, a second apart."""
    cosigned = [
        cosign(text, name, private(number), TIME + number)
        for number, name in enumerate(WITNESSES[:witnesses], 2)
    ]
    return Note(text, (LOG.sign(text), *cosigned))

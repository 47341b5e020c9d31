"""Hashes of entries and the link from each entry to the one before."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

GENESIS = "0" * 64
_LINK = b"trace-link-v1\n"


def leaf_hash(envelope: bytes) -> str:
    """RFC 6962 section 2.1: SHA-256(0x00 ‖ entry), in hex."""
    return hashlib.sha256(b"\x00" + envelope).hexdigest()


def link(previous: str, leaf: str) -> str:
    """Bind a leaf to all before it: SHA-256("trace-link-v1\\n" ‖ previous link ‖ leaf hash), in hex."""
    return hashlib.sha256(_LINK + bytes.fromhex(previous) + bytes.fromhex(leaf)).hexdigest()


def payload_hash(salt: str, payload: bytes) -> str:
    """SHA-256(salt ‖ payload), in hex: without the 32-byte salt a guess at the payload cannot be tried."""
    return hashlib.sha256(bytes.fromhex(salt) + payload).hexdigest()


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the database gives it back."""

    seq: int
    envelope: str
    leaf: str
    link: str


def fault(entry: StoredEntry, expected: int, previous: str) -> str | None:
    """The code of the first thing wrong with an entry, or None.

    Invariant: entry n has seq n, its leaf is the hash of its envelope, its link follows from entry n-1.
    """
    if entry.seq != expected:
        return "ledger.missing" if entry.seq > expected else "ledger.reordered"
    try:
        leaf = leaf_hash(entry.envelope.encode("utf-8"))
        following = link(previous, entry.leaf)
    except ValueError:
        return "ledger.entry-changed"
    if leaf != entry.leaf:
        return "ledger.entry-changed"
    return None if following == entry.link else "ledger.reordered"

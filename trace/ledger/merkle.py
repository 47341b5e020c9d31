"""The Merkle tree of the ledger: RFC 6962 hashing, RFC 9162 proofs, over 32-byte SHA-256 hashes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = hashlib.sha256(b"").digest()

# (level, index) → hash of the complete subtree over leaves [index·2^level, (index+1)·2^level).
Subtree = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof that does not prove what it is shown for."""


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256(0x00 ‖ entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962 section 2.1: SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: all that appending and the root need.

    Invariant: one hash for each bit set in `size`, of the complete subtree of that size, largest first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_SIZE or self.size.bit_count() != len(self.hashes):
            raise ValueError("a frontier has one hash for each bit of its size")
        if any(len(value) != HASH_BYTES for value in self.hashes):
            raise ValueError("a hash has 32 bytes")

    def append(self, leaf: bytes) -> tuple[Frontier, list[tuple[int, int, bytes]]]:
        """The frontier with one leaf hash more, and the subtrees this completes as (level, index, hash).

        The leaf itself is the first, at level 0; then one for each trailing 1 bit of the size before.
        """
        made = [(0, self.size, leaf)]
        hashes, level = list(self.hashes), 0
        while self.size >> level & 1:
            leaf = node_hash(hashes.pop(), leaf)
            level += 1
            made.append((level, self.size >> level, leaf))
        return Frontier(self.size + 1, (*hashes, leaf)), made

    def root(self) -> bytes:
        """RFC 9162 section 2.1.1: the root is what the subtrees give, joined from the right."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, root = self.hashes
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes in order."""
    frontier = Frontier()
    for leaf in leaves:
        frontier, _ = frontier.append(leaf)
    return frontier.root()


def frontier_at(size: int, subtree: Subtree) -> Frontier:
    """The frontier that a tree had at `size`, from its complete subtrees."""
    hashes, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            hashes.append(subtree(level, start >> level))
            start += 1 << level
    return Frontier(size, tuple(hashes))


def root_at(size: int, subtree: Subtree) -> bytes:
    """The root that a tree had at `size`."""
    return frontier_at(size, subtree).root()


def _split(count: int) -> int:
    """RFC 6962 section 2.1: the largest power of two smaller than `count` (> 1)."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(first: int, last: int, subtree: Subtree) -> bytes:
    """MTH(D[first:last]) where `first` is where a subtree of the tree begins."""
    count = last - first
    level = count.bit_length() - 1
    if count == 1 << level:
        return subtree(level, first >> level)
    middle = first + _split(count)
    return node_hash(_range_hash(first, middle, subtree), _range_hash(middle, last, subtree))


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """RFC 9162 section 2.1.3.1: the siblings from the leaf up to the root's child."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    first, last, proof = 0, size, []
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            proof.append(_range_hash(middle, last, subtree))
            last = middle
        else:
            proof.append(_range_hash(first, middle, subtree))
            first = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, subtree: Subtree) -> list[bytes]:
    """RFC 9162 section 2.1.4.1: what shows that the first `old` leaves of `new` are the old tree."""
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    first, last, proof, whole = 0, new, [], True
    while old != last:
        middle = first + _split(last - first)
        if old <= middle:
            proof.append(_range_hash(middle, last, subtree))
            last = middle
        else:
            proof.append(_range_hash(first, middle, subtree))
            first, whole = middle, False
    if not whole:
        proof.append(_range_hash(first, last, subtree))
    return proof[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 section 2.1.3.2: raise ProofError unless the leaf hash stands at `index` under `root`."""
    _check_hashes([leaf, *proof, root])
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"no leaf {index} in a tree of {size}")
    value = leaf
    for sibling, left in _climb(index, size - 1, proof):
        value = node_hash(sibling, value) if left else node_hash(value, sibling)
    if value != root:
        raise ProofError("inclusion proof leads to another root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """RFC 9162 section 2.1.4.2: raise ProofError unless the new tree begins with the old one.

    From size 0 nothing can be proven, so it is refused: whoever allows it must say so.
    """
    _check_hashes([old_root, new_root, *proof])
    if not 0 < old <= new <= MAX_SIZE:
        raise ProofError(f"no consistency proof from {old} to {new}")
    if old == new:
        if proof:
            raise ProofError("consistency proof too long")
        if old_root != new_root:
            raise ProofError("two roots for one size")
        return
    path, last = old - 1, new - 1
    while path & 1:
        path, last = path >> 1, last >> 1
    # A whole subtree needs no first hash of its own: it is the old root.
    hashes = list(proof) if path else [old_root, *proof]
    if not hashes:
        raise ProofError("consistency proof too short")
    before = after = hashes[0]
    for sibling, left in _climb(path, last, hashes[1:]):
        if left:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
        else:
            after = node_hash(after, sibling)
    if before != old_root or after != new_root:
        raise ProofError("consistency proof leads to another root")


def _climb(path: int, last: int, siblings: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The way up from node `path` of a level whose last is `last`: each sibling, and whether it stands to the left.

    RFC 9162 sections 2.1.3.2 and 2.1.4.2 share it. ProofError unless the siblings end exactly at the root.
    """
    for sibling in siblings:
        if last == 0:
            raise ProofError("proof too long")
        left = bool(path & 1) or path == last
        yield sibling, left
        if left:
            while not path & 1 and path:
                path, last = path >> 1, last >> 1
        path, last = path >> 1, last >> 1
    if last:
        raise ProofError("proof too short")


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise ProofError("a hash has 32 bytes")

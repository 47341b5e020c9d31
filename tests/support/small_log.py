"""A transparency log in memory: leaves, tiles, signed checkpoints; honest, unless a test makes it lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trace.ledger import merkle
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.merkle import Frontier, leaf_hash
from trace.ledger.note import Note, NoteSigner, VerifierKey
from trace.ledger.tile_tree import TileMissing
from trace.ledger.tiles import ENTRIES, FULL, HEIGHT, Tile, encode_bundle

ORIGIN = "log.example/log"


def private_key(number: int) -> Ed25519PrivateKey:
    """A key of the test's own, the same each time."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


@dataclass
class SmallLog:
    """Entries in order; `missing` are tiles that it does not give away, `asked` those that somebody wanted."""

    entries: list[bytes]
    signer: NoteSigner = field(default_factory=lambda: NoteSigner(ORIGIN, private_key(1)))
    missing: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, size: int, word: str = "entry", **given: object) -> SmallLog:
        """A log of so many entries."""
        return cls([f"{word} {number}".encode() for number in range(size)], **given)  # type: ignore[arg-type]

    @property
    def key(self) -> VerifierKey:
        """The log's verifier key."""
        return self.signer.key

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries."""
        return merkle.root_of(map(leaf_hash, self.entries[:size]))

    def note(
        self, size: int | None = None, *, root: bytes | None = None, extensions: Sequence[str] = ()
    ) -> str:
        """A signed checkpoint; of another root if the test says so."""
        size = len(self.entries) if size is None else size
        text = Checkpoint(self.signer.name, size, root or self.root(size), tuple(extensions)).text()
        return Note(text, (self.signer.sign(text),)).encode()

    def fetch(self, path: str) -> bytes:
        """A tile by its path, as the log of this size has it; TileMissing otherwise."""
        self.asked.append(path)
        tile = Tile.parse(path)
        if path in self.missing:
            raise TileMissing(path)
        first, last = tile.index * FULL, tile.index * FULL + tile.width
        if last > len(self.entries) >> HEIGHT * max(tile.level, 0):
            raise TileMissing(path)
        if tile.level == ENTRIES:
            return encode_bundle(self.entries[first:last])
        each = 1 << HEIGHT * tile.level
        return b"".join(self._subtree(each, index) for index in range(first, last))

    def _subtree(self, each: int, index: int) -> bytes:
        edge = Frontier()
        for entry in self.entries[index * each : (index + 1) * each]:
            edge, _ = edge.append(leaf_hash(entry))
        return edge.root()

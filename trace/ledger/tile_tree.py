"""A log read from its tiles (C2SP tlog-tiles), none of which is believed before the checkpoint vouches for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trace.ledger.merkle import (
    MAX_SIZE,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
)
from trace.ledger.tiles import ENTRIES, FULL, HEIGHT, Tile, TileError, split_bundle, split_hashes, tile_at

# path → bytes; raises LookupError (KeyError, TileMissing) where there is no such tile.
Fetch = Callable[[str], bytes]
KEPT_TILES = 4096  # 32 MB of hashes


class TileMissing(LookupError):
    """For a `Fetch` to raise: the log does not have this tile."""


class TileTree:
    """The tree that a checkpoint states: its size, its root, and tiles from wherever they come.

    Invariant: what `subtree` and `entries` return is what the root commits to. The partial tiles together hold the
    frontier, so they are checked against the root first; every full tile is then checked against its hash in the tile
    above. Raises TileError for a tile that is missing, of the wrong length, or not the checkpoint's.
    """

    def __init__(self, fetch: Fetch, size: int, root: bytes) -> None:
        if not 0 <= size <= MAX_SIZE:
            raise TileError("ledger.tile-size", "a size from 0 to 2^63-1")
        self.size = size
        self.root = root
        self._fetch = fetch
        self._edge: dict[tuple[int, int], Sequence[bytes]] | None = None
        self._kept: dict[tuple[int, int], Sequence[bytes]] = {}

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree over leaves [index·2^level, (index+1)·2^level); fits `merkle.Subtree`."""
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise TileError("ledger.tile-size", f"a tree of {self.size} has no such subtree")
        tile_level, height = divmod(level, HEIGHT)
        number, first = divmod(index << height, FULL)
        return _joined(self._tile(tile_level, number)[first : first + (1 << height)])

    def check(self) -> None:
        """Fetch the right edge and check it against the root: the smallest proof that the log has its tiles."""
        self._right_edge()

    def entries(self, number: int) -> list[bytes]:
        """The entries of the number-th bundle (from entry number·256), each checked against its leaf hash."""
        leaves = self._tile(0, number)
        tile = tile_at(ENTRIES, number, self.size)
        raw, width = self._bytes(tile)
        found = split_bundle(raw, width)[: tile.width]
        if [leaf_hash(entry) for entry in found] != list(leaves):
            raise TileError("ledger.bundle-hash", f"{tile.path()} holds other entries than the log")
        return found

    def inclusion(self, index: int) -> list[bytes]:
        """RFC 9162 section 2.1.3.1, for a leaf of this tree."""
        return inclusion_proof(index, self.size, self.subtree)

    def consistency(self, old: int) -> list[bytes]:
        """RFC 9162 section 2.1.4.1, from the tree of `old` leaves to this one."""
        return consistency_proof(old, self.size, self.subtree)

    def _tile(self, level: int, index: int) -> Sequence[bytes]:
        edge = self._right_edge()
        if (level, index) in edge:
            return edge[level, index]
        if (level, index) in self._kept:
            return self._kept[level, index]
        tile = tile_at(level, index, self.size)
        above = self._tile(level + 1, index // FULL)
        hashes = self._hashes(tile)
        if _joined(hashes) != above[index % FULL]:
            raise TileError("ledger.tile-hash", f"{tile.path()} is not the checkpoint's")
        if len(self._kept) >= KEPT_TILES:
            self._kept.pop(next(iter(self._kept)))
        self._kept[level, index] = hashes
        return hashes

    def _right_edge(self) -> dict[tuple[int, int], Sequence[bytes]]:
        """All partial tiles, once their hashes give the root: together they are the frontier."""
        if self._edge is None:
            edge: dict[tuple[int, int], Sequence[bytes]] = {}
            for level in range((self.size.bit_length() + HEIGHT - 1) // HEIGHT):
                index, width = divmod(self.size >> HEIGHT * level, FULL)
                if width:
                    edge[level, index] = self._hashes(Tile(level, index, width))

            def subtree(level: int, index: int) -> bytes:
                tile_level, height = divmod(level, HEIGHT)
                number, first = divmod(index << height, FULL)
                return _joined(edge[tile_level, number][first : first + (1 << height)])

            if root_at(self.size, subtree) != self.root:
                raise TileError(
                    "ledger.tile-hash", "the tiles of the right edge do not give the checkpoint's root"
                )
            self._edge = edge
        return self._edge

    def _hashes(self, tile: Tile) -> Sequence[bytes]:
        raw, width = self._bytes(tile)
        return split_hashes(raw, width)[: tile.width]

    def _bytes(self, tile: Tile) -> tuple[bytes, int]:
        """The tile as fetched and its width; the full one where the partial one is no longer there."""
        try:
            return self._fetch(tile.path()), tile.width
        except LookupError as missing:
            if tile.width == FULL:
                raise TileError("ledger.tile-missing", f"{tile.path()} is missing") from missing
        try:
            return self._fetch(tile.full().path()), FULL
        except LookupError as missing:
            raise TileError("ledger.tile-missing", f"{tile.path()} is missing") from missing


def _joined(hashes: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1 over a power of two of hashes."""
    while len(hashes) > 1:
        hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]

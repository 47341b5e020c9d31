"""The names and bytes of tiles (C2SP tlog-tiles): hashes and entries of the log, 256 by 256."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trace.ledger.merkle import HASH_BYTES, MAX_SIZE
from trace.ledger.spelling import FormatError

HEIGHT = 8  # levels of the tree that one tile stands for
FULL = 1 << HEIGHT
ENTRIES = -1  # the "level" of entry bundles, as they lie beneath the leaf hashes
MAX_LEVEL = 63
MAX_INDEX = MAX_SIZE >> HEIGHT
MAX_ENTRY = 0xFFFF  # bytes

_LONGEST = 64  # characters; the longest path of a tree of 2^63-1 leaves has 48
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class TileError(FormatError):
    """A path that names no tile, or bytes that are not the tile they ought to be."""


@dataclass(frozen=True, slots=True)
class Tile:
    """tlog-tiles, "Merkle Tree": the index-th tile of a level (0 to 63, or ENTRIES), `width` wide (1 to 256).

    Invariant: Tile.parse(tile.path()) == tile, and each tile has one path.
    """

    level: int
    index: int
    width: int = FULL

    def __post_init__(self) -> None:
        if not (
            ENTRIES <= self.level <= MAX_LEVEL and 0 <= self.index <= MAX_INDEX and 1 <= self.width <= FULL
        ):
            raise TileError("ledger.tile-path", "no such tile")

    def path(self) -> str:
        """Its path below the log's address: "tile/0/x001/x234/067.p/5"."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        rest, last = divmod(self.index, 1000)
        parts = [f"{last:03d}"]
        while rest:
            rest, part = divmod(rest, 1000)
            parts.append(f"x{part:03d}")
        suffix = "" if self.width == FULL else f".p/{self.width}"
        return f"tile/{level}/{'/'.join(reversed(parts))}{suffix}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read a path; TileError for anything but the one written form ("000/001", "x000/001", ".p/256", level 64)."""
        match = _PATH.fullmatch(path) if len(path) <= _LONGEST else None
        if match is None:
            raise TileError("ledger.tile-path", "not the path of a tile")
        level, index, width = match.groups()
        number = int(index.replace("/", "").replace("x", ""))
        tile = cls(ENTRIES if level == "entries" else int(level), number, int(width or FULL))
        if tile.path() != path:
            raise TileError("ledger.tile-path", "not the written form of a tile's path")
        return tile

    def most_bytes(self) -> int:
        """How long it can be: whoever fetches it need not read on. A tile of hashes is exactly as long."""
        return self.width * (2 + MAX_ENTRY if self.level == ENTRIES else HASH_BYTES)

    def full(self) -> Tile:
        """The full tile that it will be a part of, or is."""
        return Tile(self.level, self.index)


def widths(size: int) -> list[tuple[int, int]]:
    """tlog-tiles, "Partial Tiles": for each level of a tree of `size` leaves, (full tiles, width of the partial one).

    A width of 0 says that there is no partial tile. 70,000 leaves: [(273, 112), (1, 17), (0, 1)].
    """
    if not 0 <= size <= MAX_SIZE:
        raise TileError("ledger.tile-size", "a size from 0 to 2^63-1")
    found = []
    while size:
        found.append(divmod(size, FULL))
        size >>= HEIGHT
    return found


def tile_at(level: int, index: int, size: int) -> Tile:
    """The index-th tile of a level as a tree of `size` leaves has it; TileError if it has none there."""
    full, partial = divmod(size >> HEIGHT * max(level, 0), FULL)
    if index < full:
        return Tile(level, index)
    if index > full or not partial:
        raise TileError("ledger.tile-size", f"a tree of {size} has no such tile")
    return Tile(level, index, partial)


def upper_hashes(made: Iterable[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """Of subtrees (level, index, hash) that an append completes, those that tiles of level 1 and up keep.

    As (tile level, number, hash): the subtrees over 256, 256², … leaves.
    """
    return [(level // HEIGHT, index, value) for level, index, value in made if level and level % HEIGHT == 0]


def split_hashes(raw: bytes, width: int) -> tuple[bytes, ...]:
    """The hashes of a tile: exactly `width` of 32 bytes, else TileError."""
    if len(raw) != width * HASH_BYTES:
        raise TileError("ledger.tile-length", f"a tile of width {width} has {width * HASH_BYTES} bytes")
    return tuple(raw[at : at + HASH_BYTES] for at in range(0, len(raw), HASH_BYTES))


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """tlog-tiles, "Log entries": 1 to 256 entries, each behind its length as big-endian uint16."""
    if not 1 <= len(entries) <= FULL or any(len(entry) > MAX_ENTRY for entry in entries):
        raise TileError("ledger.bundle", f"1 to {FULL} entries of at most {MAX_ENTRY} bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def split_bundle(raw: bytes, width: int) -> list[bytes]:
    """The entries of a bundle: exactly `width`, with nothing behind them, else TileError."""
    entries, at = [], 0
    for _ in range(width):
        start = at + 2
        at = start + int.from_bytes(raw[at:start], "big")
        if len(raw) < start or len(raw) < at:
            raise TileError("ledger.bundle", "an entry bundle ends within an entry")
        entries.append(raw[start:at])
    if at != len(raw):
        raise TileError("ledger.bundle", "an entry bundle is longer than its entries")
    return entries

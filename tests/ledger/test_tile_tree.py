"""A log read from tiles: its proofs hold, and no tile is believed that the checkpoint does not vouch for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trace.ledger import tile_tree
from trace.ledger.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    root_at,
)
from trace.ledger.tile_tree import TileMissing, TileTree
from trace.ledger.tiles import ENTRIES, FULL, Tile, TileError, encode_bundle, widths

LARGEST = 70_000


def _entry(number: int) -> bytes:
    return b"entry %d" % number


@cache
def _levels() -> list[list[bytes]]:
    """Every complete subtree of the largest tree, by level: those of smaller trees are among them."""
    levels = [[leaf_hash(_entry(number)) for number in range(LARGEST)]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(*pair) for pair in zip(below[::2], below[1::2], strict=False)])
    return levels


def _subtree(level: int, index: int) -> bytes:
    return _levels()[level][index]


@cache
def _root(size: int) -> bytes:
    return root_at(size, _subtree)


class Log(dict[str, bytes]):
    """The tiles of a tree of `size`, by path; `asked` lists what was fetched."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size
        self.asked: list[str] = []

    def __missing__(self, path: str) -> bytes:
        tile = Tile.parse(path)
        wide = tile.index * FULL + tile.width
        if wide > self.size >> 8 * max(tile.level, 0):
            raise KeyError(path)
        numbers = range(tile.index * FULL, wide)
        if tile.level == ENTRIES:
            return encode_bundle([_entry(number) for number in numbers])
        return b"".join(_subtree(8 * tile.level, number) for number in numbers)

    def fetch(self, path: str) -> bytes:
        self.asked.append(path)
        return self[path]

    def tree(self) -> TileTree:
        return TileTree(self.fetch, self.size, _root(self.size))

    def paths(self) -> Iterator[str]:
        for level, (full, partial) in enumerate(widths(self.size)):
            yield from (Tile(level, index).path() for index in range(full))
            if partial:
                yield Tile(level, full, partial).path()


SIZES = st.one_of(
    st.integers(1, 600), st.integers(1, LARGEST), st.sampled_from([255, 256, 257, 65535, 65536, 65537])
)


@settings(deadline=None)
@given(SIZES, st.data())
def test_the_proofs_from_tiles_hold(size: int, data: st.DataObject) -> None:
    tree = Log(size).tree()
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    check_inclusion(leaf_hash(_entry(index)), index, size, tree.inclusion(index), tree.root)
    check_consistency(old, _root(old), size, tree.root, tree.consistency(old))
    assert root_at(old, tree.subtree) == _root(old)
    assert tree.entries(index // FULL)[index % FULL] == _entry(index)


@settings(deadline=None)
@given(SIZES)
def test_the_right_edge_alone_gives_the_root(size: int) -> None:
    log = Log(size)
    log.tree().check()
    assert log.asked == [path for path in log.paths() if ".p/" in path]


@settings(deadline=None)
@given(SIZES, st.data())
def test_any_changed_byte_of_a_tile_is_refused(size: int, data: st.DataObject) -> None:
    log = Log(size)
    path = data.draw(st.sampled_from(list(log.paths())))
    raw = bytearray(log[path])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    log[path] = bytes(raw)
    tile = Tile.parse(path)
    with pytest.raises(TileError) as raised:
        log.tree().subtree(8 * tile.level, tile.index * FULL)
    assert raised.value.code == "ledger.tile-hash"


@settings(deadline=None)
@given(SIZES, st.data())
def test_any_changed_byte_of_a_bundle_is_refused(size: int, data: st.DataObject) -> None:
    log = Log(size)
    number = data.draw(st.integers(0, (size - 1) // FULL))
    path = Tile(ENTRIES, number, min(FULL, size - number * FULL)).path()
    raw = bytearray(log[path])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    log[path] = bytes(raw)
    with pytest.raises(TileError):
        log.tree().entries(number)


@pytest.mark.parametrize(
    "change", [lambda raw: raw[:-1], lambda raw: raw + b"\0", lambda raw: raw + raw[-32:], lambda raw: b""]
)
def test_a_tile_of_another_length_is_refused(change: object) -> None:
    assert callable(change)
    for path in ("tile/0/000", "tile/0/002.p/88", "tile/1/000.p/2"):
        log = Log(600)
        log[path] = change(log[path])
        with pytest.raises(TileError) as raised:
            log.tree().subtree(0, 0)
        assert raised.value.code == "ledger.tile-length"


class Pruned(Log):
    """A log that dropped its partial tiles when the full ones came (tlog-tiles, "Partial Tiles")."""

    def __init__(self, size: int, states: int) -> None:
        super().__init__(size)
        self.states = states

    def tree(self) -> TileTree:
        return TileTree(self.fetch, self.states, _root(self.states))

    def fetch(self, path: str) -> bytes:
        self.asked.append(path)
        if ".p/" in path and not self._is_last(Tile.parse(path)):
            raise TileMissing(path)
        return self[path]

    def _is_last(self, tile: Tile) -> bool:
        return tile.index == (self.size >> 8 * max(tile.level, 0)) // FULL


@settings(deadline=None)
@given(st.integers(1, 1500), st.data())
def test_the_full_tile_serves_where_the_partial_one_is_gone(states: int, data: st.DataObject) -> None:
    """A checkpoint of `states`, read from a log that has grown far beyond it."""
    log = Pruned(66_000, states)
    index = data.draw(st.integers(0, states - 1))
    tree = log.tree()
    check_inclusion(leaf_hash(_entry(index)), index, states, tree.inclusion(index), tree.root)
    entries = tree.entries((states - 1) // FULL)
    assert entries == [_entry(number) for number in range((states - 1) // FULL * FULL, states)]
    with pytest.raises(TileError):
        tree.subtree(0, states)


def test_a_changed_full_tile_is_no_way_around_the_partial_one() -> None:
    log = Pruned(600, 100)
    raw = bytearray(log["tile/0/000"])
    raw[99 * 32] ^= 1
    log["tile/0/000"] = bytes(raw)
    with pytest.raises(TileError):
        log.tree().check()
    raw[99 * 32] ^= 1
    raw[100 * 32] ^= 1  # beyond the checkpoint: nothing is taken from there
    log["tile/0/000"] = bytes(raw)
    log.tree().check()


def test_a_damaged_partial_tile_is_refused_and_not_replaced() -> None:
    log = Log(600)
    log["tile/0/002.p/88"] = bytes(88 * 32)
    with pytest.raises(TileError):
        log.tree().check()
    assert "tile/0/002" not in log.asked


@pytest.mark.parametrize("size", [100, 600])
def test_a_missing_tile_is_named(size: int) -> None:
    def nothing(path: str) -> bytes:
        raise TileMissing(path)

    with pytest.raises(TileError, match=r"tile/0/.* is missing") as raised:
        TileTree(nothing, size, _root(size)).check()
    assert raised.value.code == "ledger.tile-missing"


def test_a_missing_full_tile_is_named_when_it_is_needed() -> None:
    log = Log(600)
    tree = TileTree(
        {path: log[path] for path in log.paths() if path != "tile/0/001"}.__getitem__, 600, _root(600)
    )
    assert tree.subtree(0, 0) == leaf_hash(_entry(0))
    with pytest.raises(TileError, match="tile/0/001 is missing"):
        tree.subtree(0, 256)


def test_the_checkpoint_of_another_tree_is_refused() -> None:
    for size, root in [(600, _root(601)), (601, _root(600)), (600, EMPTY_ROOT), (600, bytes(32))]:
        with pytest.raises(TileError):
            TileTree(Log(700).fetch, size, root).check()


def test_an_empty_tree_has_no_tile_and_one_root() -> None:
    log = Log(0)
    TileTree(log.fetch, 0, EMPTY_ROOT).check()
    assert log.asked == []
    with pytest.raises(TileError):
        TileTree(log.fetch, 0, bytes(32)).check()
    with pytest.raises(TileError):
        TileTree(log.fetch, 0, EMPTY_ROOT).subtree(0, 0)


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_sizes_that_no_tree_has(size: int) -> None:
    with pytest.raises(TileError):
        TileTree(Log(1).fetch, size, EMPTY_ROOT)


@pytest.mark.parametrize(("level", "index"), [(0, 600), (1, 300), (9, 1), (10, 0), (-1, 0), (0, -1), (62, 0)])
def test_subtrees_that_the_tree_does_not_have(level: int, index: int) -> None:
    with pytest.raises(TileError):
        Log(600).tree().subtree(level, index)


def test_a_claim_of_the_largest_size_costs_no_more_than_eight_fetches() -> None:
    """A hostile log may state any size: reading stops at its first tile that is not there, or not right."""
    asked: list[str] = []

    def zeros(path: str) -> bytes:
        asked.append(path)
        return bytes(32 * Tile.parse(path).width)

    with pytest.raises(TileError):
        TileTree(zeros, MAX_SIZE, bytes(32)).check()
    assert len(asked) == 8


def test_a_tile_is_fetched_once() -> None:
    log = Log(70_000)
    tree = log.tree()
    for index in range(0, 70_000, 997):
        tree.inclusion(index)
    assert len(log.asked) == len(set(log.asked))
    assert len(list(islice(log.paths(), 10_000))) == 277


def test_reading_goes_on_when_tiles_have_been_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_tree, "KEPT_TILES", 2)
    tree = Log(70_000).tree()
    for index in (0, 300, 66_000, 1, 301, 69_999):
        check_inclusion(leaf_hash(_entry(index)), index, 70_000, tree.inclusion(index), tree.root)

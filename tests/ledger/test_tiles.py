"""Each tile has one path, each bundle one reading, and a tree of any size has the tiles the standard says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.ledger.merkle import MAX_SIZE
from trace.ledger.tiles import (
    ENTRIES,
    FULL,
    MAX_ENTRY,
    MAX_INDEX,
    MAX_LEVEL,
    Tile,
    TileError,
    encode_bundle,
    split_bundle,
    split_hashes,
    tile_at,
    widths,
)

TILES = st.builds(Tile, st.integers(ENTRIES, MAX_LEVEL), st.integers(0, MAX_INDEX), st.integers(1, FULL))
BUNDLES = st.lists(st.binary(max_size=40), min_size=1, max_size=FULL)


@given(TILES)
def test_a_path_is_read_as_it_is_written(tile: Tile) -> None:
    assert Tile.parse(tile.path()) == tile
    assert Tile.parse(tile.full().path()) == tile.full()


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 67), "tile/0/067"),
        (Tile(1, 1000), "tile/1/x001/000"),
        (Tile(2, 1234067), "tile/2/x001/x234/067"),
        (Tile(0, 273, 112), "tile/0/273.p/112"),
        (Tile(63, 5, 1), "tile/63/005.p/1"),
        (Tile(ENTRIES, 1067, 255), "tile/entries/x001/067.p/255"),
        (Tile(7, MAX_INDEX, 255), "tile/7/x036/x028/x797/x018/x963/967.p/255"),
    ],
)
def test_paths(tile: Tile, path: str) -> None:
    assert tile.path() == path
    assert Tile.parse(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/",
        "tile//000",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/100/000",
        "tile/-1/000",
        "tile/Entries/000",
        "tile/data/000",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000",
        "tile/0/x000/067",
        "tile/0/001/067",
        "tile/0/x001/x067",
        "tile/0/x1/067",
        "tile/0/X001/067",
        "tile/0/x001067",
        "tile/0/x001//067",
        "tile/0/x000/x001/067",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/" + "x999/" * 40 + "999",
        "tile/0/000.p/0",
        "tile/0/000.p/00",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/1000",
        "tile/0/000.p/-1",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/0/000.P/1",
        "tile/0/０００",
        "tile/0/٠٠٠",
        "tile/0/000\n",
        "tile/0/../000",
        "tile/0/000%00",
    ],
)
def test_another_spelling_of_a_path_is_refused(path: str) -> None:
    with pytest.raises(TileError):
        Tile.parse(path)


@given(st.from_regex(r"\Atile/(entries|[0-9]{1,2})/(x?[0-9]{3}/){0,3}x?[0-9]{3}(\.p/[0-9]{1,3})?\Z"))
def test_a_path_that_is_read_is_written_the_same(path: str) -> None:
    try:
        tile = Tile.parse(path)
    except TileError:
        return
    assert tile.path() == path


@pytest.mark.parametrize(
    "parts", [(-2, 0, 1), (64, 0, 1), (0, -1, 1), (0, MAX_INDEX + 1, 1), (0, 0, 0), (0, 0, 257), (0, 0, -1)]
)
def test_tiles_that_there_are_not(parts: tuple[int, int, int]) -> None:
    with pytest.raises(TileError):
        Tile(*parts)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, []),
        (1, [(0, 1)]),
        (255, [(0, 255)]),
        (256, [(1, 0), (0, 1)]),
        (257, [(1, 1), (0, 1)]),
        (65536, [(256, 0), (1, 0), (0, 1)]),
        (70_000, [(273, 112), (1, 17), (0, 1)]),
    ],
)
def test_the_tiles_of_a_size(size: int, expected: list[tuple[int, int]]) -> None:
    assert widths(size) == expected


@given(st.integers(0, MAX_SIZE))
def test_the_tiles_of_any_size(size: int) -> None:
    found = widths(size)
    assert len(found) <= 8
    for level, (full, partial) in enumerate(found):
        assert partial == size // 256**level % 256
        assert full * 256 + partial == size // 256**level
        if full:
            assert tile_at(level, full - 1, size) == Tile(level, full - 1)
        if partial:
            assert tile_at(level, full, size) == Tile(level, full, partial)
        with pytest.raises(TileError):
            tile_at(level, full + bool(partial), size)
    with pytest.raises(TileError):
        tile_at(len(found), 0, size)


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_sizes_that_no_tree_has(size: int) -> None:
    with pytest.raises(TileError):
        widths(size)


def test_entry_bundles_are_as_wide_as_the_leaf_tiles_above_them() -> None:
    assert tile_at(ENTRIES, 273, 70_000) == Tile(ENTRIES, 273, 112)
    assert tile_at(ENTRIES, 272, 70_000) == Tile(ENTRIES, 272)


def test_the_hashes_of_a_tile() -> None:
    raw = bytes(range(96))
    assert split_hashes(raw, 3) == (raw[:32], raw[32:64], raw[64:])
    for width in (0, 2, 4):
        with pytest.raises(TileError):
            split_hashes(raw, width)
    for wrong in (raw[:-1], raw + b"\0"):
        with pytest.raises(TileError):
            split_hashes(wrong, 3)


@given(BUNDLES)
def test_a_bundle_is_read_as_it_is_written(entries: list[bytes]) -> None:
    raw = encode_bundle(entries)
    assert split_bundle(raw, len(entries)) == entries


@given(BUNDLES, st.data())
def test_a_bundle_that_is_cut_or_longer_or_of_another_width_is_refused(
    entries: list[bytes], data: st.DataObject
) -> None:
    raw = encode_bundle(entries)
    cut = raw[: data.draw(st.integers(0, len(raw) - 1))]
    for wrong, width in [
        (cut, len(entries)),
        (raw + data.draw(st.binary(min_size=1, max_size=4)), len(entries)),
        (raw, len(entries) + 1),
        (raw, len(entries) - 1),
    ]:
        with pytest.raises(TileError):
            split_bundle(wrong, width)


def test_the_written_form_of_a_bundle() -> None:
    assert encode_bundle([b"", b"ab", b"c" * 256]) == b"\0\0" + b"\0\2ab" + b"\1\0" + b"c" * 256


def test_no_tile_is_longer_than_it_says_it_can_be() -> None:
    assert Tile(0, 0).most_bytes() == 8192
    assert Tile(3, 0, 5).most_bytes() == 160
    assert Tile(ENTRIES, 0, 2).most_bytes() == len(encode_bundle([bytes(MAX_ENTRY)] * 2))


def test_what_no_bundle_holds() -> None:
    assert split_bundle(encode_bundle([bytes(MAX_ENTRY)]), 1) == [bytes(MAX_ENTRY)]
    for entries in ([], [b""] * 257, [bytes(MAX_ENTRY + 1)]):
        with pytest.raises(TileError):
            encode_bundle(entries)

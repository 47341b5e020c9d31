"""A TrueType font file (OpenType with glyf outlines): glyphs, widths, and a program with only some glyphs.

Reads only what is asked for, so opening a font of ten megabytes takes no time. The subset is byte for byte what
reportlab makes of the same characters; tests compare them.
"""

from __future__ import annotations

import mmap
import struct
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path

_COPIED = ("OS/2", "cvt ", "fpgm", "name", "prep")
_UCS4 = (3, 10)  # the cmap of all Unicode characters, in format 12
_EM = 1000
_CHECKSUM = 0xB1B0AFBA


class TrueType:
    """One font file, kept mapped. Raises ValueError if it lacks a table or has no cmap of all Unicode.

    Composite glyphs, which Chinese fonts of this kind do without, are refused when they are to be embedded.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        (count,) = struct.unpack_from(">H", self._data, 4)
        self._tables: dict[str, tuple[int, int]] = {}
        for index in range(count):
            tag, _, offset, length = struct.unpack_from(">4sLLL", self._data, 12 + 16 * index)
            self._tables[tag.decode("ascii")] = (offset, length)
        self._units = self._number("head", 18)
        self._long_loca = self._number("head", 50)
        self._full_metrics = self._number("hhea", 34)
        self._starts, self._ends, self._glyphs = self._groups()

    def _at(self, tag: str) -> int:
        if tag not in self._tables:
            raise ValueError(f"the font has no table {tag}")
        return self._tables[tag][0]

    def _table(self, tag: str) -> bytes:
        offset, length = self._at(tag), self._tables[tag][1]
        return self._data[offset : offset + length]

    def _number(self, tag: str, offset: int) -> int:
        (value,) = struct.unpack_from(">H", self._data, self._at(tag) + offset)
        return int(value)

    def _groups(self) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        """First and last characters of the ranges of the cmap, and the glyph of each range's first."""
        cmap = self._at("cmap")
        for index in range(self._number("cmap", 2)):
            *which, offset = struct.unpack_from(">HHL", self._data, cmap + 4 + 8 * index)
            if tuple(which) == _UCS4:
                kind, _, _, _, count = struct.unpack_from(">HHLLL", self._data, cmap + offset)
                if kind == 12:
                    flat = struct.unpack_from(f">{3 * count}L", self._data, cmap + offset + 16)
                    return flat[::3], flat[1::3], flat[2::3]
        raise ValueError("the font has no cmap of all Unicode characters")

    def glyph(self, code: int) -> int | None:
        """Number of a character's glyph, None if the font has none. A no-break space is a space."""
        code = 0x20 if code == 0xA0 else code
        group = bisect_right(self._starts, code) - 1
        if group < 0 or code > self._ends[group]:
            return None
        return self._glyphs[group] + code - self._starts[group]

    def advance(self, glyph: int) -> int:
        """Advance width of a glyph in thousandths of an em."""
        return round(self._metrics(glyph)[0] * _EM / self._units)

    def _metrics(self, glyph: int) -> tuple[int, int]:
        """Advance and left side bearing of a glyph; the last ones of a font share one advance."""
        at, last = self._at("hmtx"), self._full_metrics - 1
        if glyph <= last:
            advance, bearing = struct.unpack_from(">HH", self._data, at + 4 * glyph)
        else:
            (advance,) = struct.unpack_from(">H", self._data, at + 4 * last)
            (bearing,) = struct.unpack_from(">H", self._data, at + 4 + 4 * last + 2 * (glyph - last - 1))
        return advance, bearing

    def _outline(self, glyph: int) -> bytes:
        at, loca = self._at("glyf"), self._at("loca")
        if self._long_loca:
            start, end = struct.unpack_from(">LL", self._data, loca + 4 * glyph)
        else:
            start, end = (2 * half for half in struct.unpack_from(">HH", self._data, loca + 2 * glyph))
        outline = self._data[at + start : at + end]
        if outline[:1] >= b"\x80":
            raise ValueError(f"glyph {glyph} is made of other glyphs")
        return outline

    def subset(self, codes: Sequence[int]) -> bytes:
        """A font program with the glyphs of these characters, numbered as they come; glyph 0 is the empty box.

        Raises ValueError for a composite glyph.
        """
        numbers = {0: 0}
        for code in codes:
            numbers.setdefault(self.glyph(code) or 0, len(numbers))
        chosen = list(numbers)
        outlines = [self._outline(glyph) for glyph in chosen]
        tables = {tag: self._table(tag) for tag in _COPIED if tag in self._tables}
        tables["post"] = b"\0\3\0\0" + self._table("post")[4:16] + bytes(16)
        tables["hmtx"], full = _metrics_table([self._metrics(glyph) for glyph in chosen])
        tables["hhea"] = _with_number(self._table("hhea"), 34, full)
        tables["maxp"] = _with_number(self._table("maxp"), 4, len(chosen))
        mapped = [numbers[self.glyph(code) or 0] for code in codes]
        tables["cmap"] = struct.pack(
            f">{11 + len(mapped)}H", 0, 1, 1, 0, 0, 12, 6, 10 + 2 * len(mapped), 0, 0, len(mapped), *mapped
        )
        tables["glyf"], tables["loca"], is_long = _outlines_tables(outlines)
        tables["head"] = _with_number(self._table("head"), 50, is_long)
        return _program(tables)


def _metrics_table(metrics: list[tuple[int, int]]) -> tuple[bytes, int]:
    """The table hmtx and the number of full entries in it: a run of equal advances at the end is told once."""
    full = len(metrics) - 1
    while full and metrics[full][0] == metrics[full - 1][0]:
        full -= 1
    full += 1
    flat = [number for pair in metrics[:full] for number in pair] + [bearing for _, bearing in metrics[full:]]
    return struct.pack(f">{len(flat)}H", *flat), full


def _outlines_tables(outlines: list[bytes]) -> tuple[bytes, bytes, int]:
    """The tables glyf and loca, and whether loca holds long offsets (1) or short ones (0)."""
    padded = [outline + bytes(-len(outline) % 4) for outline in outlines]
    offsets = [0]
    for outline in padded:
        offsets.append(offsets[-1] + len(outline))
    if offsets[-1] + 1 >> 1 > 0xFFFF:
        return b"".join(padded), struct.pack(f">{len(offsets)}L", *offsets), 1
    return b"".join(padded), struct.pack(f">{len(offsets)}H", *(offset >> 1 for offset in offsets)), 0


def _with_number(table: bytes, offset: int, value: int) -> bytes:
    return table[:offset] + value.to_bytes(2, "big") + table[offset + 2 :]


def _checksum(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}L", padded)
    return sum(words) & 0xFFFFFFFF


def _program(tables: dict[str, bytes]) -> bytes:
    tables["head"] = tables["head"][:8] + bytes(4) + tables["head"][12:]
    power = len(tables).bit_length() - 1
    directory = [
        struct.pack(">LHHHH", 0x10000, len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    ]
    body = []
    offset = 12 + 16 * len(tables)
    head_at = 0
    for tag, data in sorted(tables.items()):
        head_at = offset if tag == "head" else head_at
        directory.append(struct.pack(">4sLLL", tag.encode("ascii"), _checksum(data), offset, len(data)))
        body.append(data + bytes(-len(data) % 4))
        offset += len(body[-1])
    program = b"".join(directory + body)
    sum_of_all = (_CHECKSUM - _checksum(program)) & 0xFFFFFFFF
    return program[: head_at + 8] + sum_of_all.to_bytes(4, "big") + program[head_at + 12 :]

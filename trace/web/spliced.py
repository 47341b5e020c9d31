"""A page compressed once, into which a few words are put for each reader, as one ordinary gzip member (RFC 1952).

The words stand in stored blocks (RFC 1951, section 3.2.4) of a fixed length between the compressed pieces. While it
compresses, each gap holds bytes that UTF-8 never has, so that nothing later on refers back into a gap, and what lies
on its two sides may still refer across it. The checksum of the whole follows from those of the pieces: CRC-32 is
linear, so running it over a piece is a few look-ups in tables made once. Only what is compressed is kept.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from struct import pack

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no name, no time, no system
_LAST = b"\x03\x00"  # an empty block, the final one
_LEVEL = 9
_RAW = -zlib.MAX_WBITS
_NEVER = bytes((0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF))  # in UTF-8
_LONGEST_STORED = 0xFFFF


@dataclass(frozen=True, slots=True)
class Gap:
    """A place for words of at most `room` bytes; what is shorter is filled up with spaces."""

    name: str
    room: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text that is the same for all, compressed; its CRC-32, and what running over it does to one."""

    length: int
    packed: bytes
    crc: int
    past: array[int]


class Spliced:
    """Pieces of text with gaps between them; ValueError unless there is one gap less than pieces."""

    def __init__(self, pieces: Sequence[str], gaps: Sequence[Gap]) -> None:
        if len(pieces) != len(gaps) + 1:
            raise ValueError("between two pieces stands one gap")
        if any(not 1 <= gap.room <= _LONGEST_STORED for gap in gaps):
            raise ValueError("a gap has 1 to 65,535 bytes")
        self.gaps = tuple(gaps)
        self._pieces = tuple(self._compressed([piece.encode("utf-8") for piece in pieces]))
        self._length = sum(piece.length for piece in self._pieces) + sum(gap.room for gap in gaps)
        self._stored = {room: b"\x00" + pack("<HH", room, room ^ 0xFFFF) for room in {g.room for g in gaps}}

    def _compressed(self, texts: list[bytes]) -> list[_Piece]:
        machine = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW)
        made = []
        for number, text in enumerate(texts):
            packed = machine.compress(text) + machine.flush(zlib.Z_SYNC_FLUSH)
            made.append(_Piece(len(text), packed, zlib.crc32(text), _past(len(text))))
            if number < len(self.gaps):
                room = self.gaps[number].room
                # The machine sees a gap go by; what it makes of it is replaced by a stored block.
                machine.compress((_NEVER * (room // len(_NEVER) + 1))[:room])
                machine.flush(zlib.Z_SYNC_FLUSH)
        return made

    def plain(self, words: Mapping[str, bytes]) -> bytes:
        """The whole text with `words` in the gaps; ValueError if words do not fit, KeyError if some are missing."""
        return zlib.decompress(self.gzip(words), 16 + zlib.MAX_WBITS)

    def gzip(self, words: Mapping[str, bytes]) -> bytes:
        """The same, compressed long ago; raises as `plain`."""
        first = self._pieces[0]
        parts, crc = [_HEAD, first.packed], first.crc
        for gap, piece in zip(self.gaps, self._pieces[1:], strict=True):
            said = _fitted(words[gap.name], gap)
            crc = zlib.crc32(said, crc)
            crc = _run_over(crc, piece.past) ^ piece.crc
            parts += (self._stored[gap.room], said, piece.packed)
        parts += (_LAST, pack("<LL", crc, self._length & 0xFFFFFFFF))
        return b"".join(parts)


def _fitted(words: bytes, gap: Gap) -> bytes:
    if len(words) > gap.room:
        raise ValueError(f"{len(words)} bytes do not fit into the {gap.room} of {gap.name}")
    return words.ljust(gap.room)


def _past(length: int) -> array[int]:
    """What running over `length` bytes does to a CRC-32 that came before: its linear part.

    A row of 16 for each four bits; rows of 256 for each eight would be hardly faster, and pages three times as large.
    """
    zeros = bytes(length)
    base = zlib.crc32(zeros, 0)
    effects = array("I")
    for low in range(0, 32, 4):
        row = [0]
        for bit in range(low, low + 4):
            effect = zlib.crc32(zeros, 1 << bit) ^ base
            row += [value ^ effect for value in row]
        effects.extend(row)
    return effects


def _run_over(crc: int, past: array[int]) -> int:
    """The linear part of a CRC-32 after a piece: eight look-ups."""
    return (
        past[crc & 15]
        ^ past[16 + (crc >> 4 & 15)]
        ^ past[32 + (crc >> 8 & 15)]
        ^ past[48 + (crc >> 12 & 15)]
        ^ past[64 + (crc >> 16 & 15)]
        ^ past[80 + (crc >> 20 & 15)]
        ^ past[96 + (crc >> 24 & 15)]
        ^ past[112 + (crc >> 28)]
    )

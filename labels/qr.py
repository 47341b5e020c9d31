"""The QR symbol of an item code (ISO/IEC 18004): always version 6-M, 41 × 41 modules, mask 0.

With version, level, mask and segments fixed, every module is an affine function over GF(2) of the data bits.
So the package `qrcode` is probed once, and each symbol is then the XOR of 59 table rows: the same modules, a
hundred times sooner. `reference` is `qrcode` itself, and each new encoder is checked against it.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qrcode import base as qr_base
from qrcode import util as qr_util
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from .code import CODE_DIGITS, MAX_PREFIX, base_too_long, split_url

VERSION = 6
MODULES = 41
QUIET_MODULES = 4
MASK = 0  # no mask told from another in blurred photographs, so the choice is free
ROW_BYTES = (MODULES + 7) // 8
PACKED_BYTES = MODULES * ROW_BYTES

_MODE_BYTE, _MODE_NUMERIC = qr_util.MODE_8BIT_BYTE, qr_util.MODE_NUMBER
_BLOCKS = qr_base.rs_blocks(VERSION, ERROR_CORRECT_M)
_BLOCK_DATA = _BLOCKS[0].data_count
_BLOCK_EC = _BLOCKS[0].total_count - _BLOCK_DATA
_DATA_BITS = 8 * _BLOCK_DATA * len(_BLOCKS)
_CODEWORD_BITS = 8 * sum(block.total_count for block in _BLOCKS)
_PACKED_BITS = 8 * PACKED_BYTES
_WORDS = (PACKED_BYTES + 7) // 8
_TRIPLES = CODE_DIGITS // 3

Matrix = tuple[tuple[bool, ...], ...]


def packed(address: str) -> bytes:
    """The symbol of an item address as 41 rows of 6 bytes, most significant bit first, 1 = dark.

    No quiet zone. Raises MalformedCode for anything but `<base>/c/<175 digits>`, BadBase for a base too long.
    """
    digits = split_url(address)
    return encoder(address[: -len(digits)]).packed_many([digits])[0]


def matrix(address: str) -> Matrix:
    """The same symbol as 41 rows of 41 modules, True = dark."""
    return _rows(packed(address))


def _rows(image: bytes) -> Matrix:
    return tuple(
        tuple(bool(image[row * ROW_BYTES + column // 8] >> (7 - column % 8) & 1) for column in range(MODULES))
        for row in range(MODULES)
    )


def reference(address: str) -> Matrix:
    """The symbol as the package `qrcode` draws it; fails with ValueError if a block of data is all zeros."""
    digits = split_url(address)
    return _reference(address[: -len(digits)], digits)


def _reference(prefix: str, digits: str) -> Matrix:
    symbol: QRCode[object] = _symbol()
    symbol.add_data(qr_util.QRData(prefix.encode("ascii"), mode=_MODE_BYTE))
    symbol.add_data(qr_util.QRData(digits.encode("ascii"), mode=_MODE_NUMERIC))
    symbol.make(fit=False)
    return tuple(tuple(bool(module) for module in row) for row in symbol.modules)


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """Symbols of one prefix: `start` has every digit 0, `tables[i, ddd]` is what triple i flips."""

    start: NDArray[np.uint64]
    tables: NDArray[np.uint64]

    def packed_many(self, codes: Sequence[str]) -> list[bytes]:
        """The packed symbols of many checked 175-digit codes; fastest by the thousand."""
        typed = np.frombuffer("".join(codes).encode("ascii"), dtype=np.uint8).reshape(len(codes), CODE_DIGITS)
        digits = typed.astype(np.intp) - ord("0")
        triples = digits[:, : 3 * _TRIPLES].reshape(len(codes), _TRIPLES, 3) @ np.array(
            [100, 10, 1], dtype=np.intp
        )
        symbols = self.start ^ self.tables[_TRIPLES][digits[:, -1]]
        for index in range(_TRIPLES):
            symbols ^= self.tables[index][triples[:, index]]
        image = symbols.tobytes()
        return [image[at : at + PACKED_BYTES] for at in range(0, len(image), 8 * _WORDS)]


@functools.lru_cache(maxsize=8)
def encoder(prefix: str) -> Encoder:
    """The encoder of everything before the digits (`https://host/c/`), at most 31 bytes; raise BadBase."""
    text = prefix.encode("ascii")
    if len(text) > MAX_PREFIX:
        raise base_too_long(len(text))
    start, flips = _learnt()
    bits = f"{_MODE_BYTE:04b}{len(text):08b}" + "".join(f"{byte:08b}" for byte in text)
    bits += f"{_MODE_NUMERIC:04b}{CODE_DIGITS:010b}"
    tail = len(bits) + 10 * _TRIPLES + 4
    padding = "0" * min(4, _DATA_BITS - tail)
    padding += "0" * (-(tail + len(padding)) % 8)
    fill = (_DATA_BITS - tail - len(padding)) // 8
    padding += "".join(f"{(qr_util.PAD0, qr_util.PAD1)[index % 2]:08b}" for index in range(fill))
    for position, bit in [*enumerate(bits), *enumerate(padding, tail)]:
        if bit == "1":
            start = start ^ flips[position]
    made = Encoder(start, _digit_tables(len(bits)))
    _check(made, prefix)
    return made


@functools.lru_cache(maxsize=4)
def _digit_tables(first_bit: int) -> NDArray[np.uint64]:
    """For each triple of digits (10 bits), and the last single digit (4 bits), the modules that it flips."""
    _, flips = _learnt()
    tables = np.zeros((_TRIPLES + 1, 1 << 10, _WORDS), dtype=np.uint64)
    for index, table in enumerate(tables):
        width = 10 if index < _TRIPLES else 4
        for power in range(width):
            flip = flips[first_bit + 10 * index + width - 1 - power]
            table[1 << power : 2 << power] = table[: 1 << power] ^ flip
    return tables


@functools.cache
def _learnt() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Probe `qrcode`: the packed symbol of all-zero codewords, and the modules that each data bit flips."""
    base = _place([0] * (_CODEWORD_BITS // 8))
    where = _codeword_modules(base)
    flips = []
    for data_bit in range(_DATA_BITS):
        block, bit = divmod(data_bit, 8 * _BLOCK_DATA)
        flip = where[8 * (bit // 8 * len(_BLOCKS) + block) + bit % 8]
        for index, codeword in enumerate(_error_codewords(bit)):
            at = 8 * (len(_BLOCKS) * (_BLOCK_DATA + index) + block)
            for offset in range(8):
                if codeword >> (7 - offset) & 1:
                    flip ^= where[at + offset]
        flips.append(flip)
    return _words([base])[0], _words(flips)


def _words(symbols: Sequence[int]) -> NDArray[np.uint64]:
    """Packed symbols as rows of 64-bit words, padded at the end, so that XOR runs at full width."""
    image = b"".join(symbol.to_bytes(PACKED_BYTES, "big").ljust(8 * _WORDS, b"\0") for symbol in symbols)
    return np.frombuffer(image, dtype=np.uint64).reshape(len(symbols), _WORDS)


@functools.cache
def _error_codewords(bit: int) -> list[int]:
    """Reed-Solomon codewords of a block in which only this bit is set (all-zero blocks crash `qrcode`)."""
    buffer = qr_util.BitBuffer()
    for position in range(8 * _BLOCK_DATA):
        buffer.put_bit(position == bit)
    codewords: list[int] = qr_util.create_bytes(buffer, _BLOCKS[:1])
    return codewords[_BLOCK_DATA : _BLOCK_DATA + _BLOCK_EC]


def _codeword_modules(base: int) -> list[int]:
    """For each codeword bit the one module it flips; each probe tells one binary digit of its number."""
    number = [0] * _PACKED_BITS
    for power in range(_CODEWORD_BITS.bit_length()):
        probe = [0] * (_CODEWORD_BITS // 8)
        for bit in range(_CODEWORD_BITS):
            if bit + 1 >> power & 1:
                probe[bit // 8] |= 128 >> bit % 8
        changed = _place(probe) ^ base
        for module in range(_PACKED_BITS):
            number[module] |= (changed >> module & 1) << power
    where = [0] * _CODEWORD_BITS
    for module, bit in enumerate(number):
        if bit:
            where[bit - 1] = 1 << module
    return where


def _place(codewords: list[int]) -> int:
    """The packed symbol that `qrcode` makes of 172 codewords, as one integer."""
    symbol: QRCode[object] = _symbol()
    symbol.data_cache = codewords
    symbol.makeImpl(False, MASK)
    packed_rows = 0
    for row in symbol.modules:
        packed_row = 0
        for module in row:
            packed_row = packed_row << 1 | bool(module)
        packed_rows = packed_rows << 8 * ROW_BYTES | packed_row << 8 * ROW_BYTES - MODULES
    return packed_rows


def _symbol() -> QRCode[object]:
    return QRCode(version=VERSION, error_correction=ERROR_CORRECT_M, mask_pattern=MASK)


def _check(made: Encoder, prefix: str) -> None:
    """Compare with `qrcode` on two patterns of digits; a mismatch is a bug of ours."""
    codes = []
    for seed in (3, 8):
        digits = "".join(str((seed * at * at + at) // 5 % 10) for at in range(CODE_DIGITS))
        codes.append(f"1{digits[1:20]}0{digits[21:]}")
    for digits, image in zip(codes, made.packed_many(codes), strict=True):
        if _rows(image) != _reference(prefix, digits):
            raise RuntimeError("the learnt QR tables disagree with the package qrcode")

"""QR symbols as sums of what single bits do, learnt from the package `qrcode`.

With version, level, mask and segments fixed, every module is an affine function over GF(2) of the data bits. So
`qrcode` is probed once for what each bit flips, and a symbol is then the exclusive or of some table rows: the same
modules, hundreds of times sooner. Each new encoder is compared with `qrcode` itself; where they differ, `qrcode`
draws every symbol.
"""

from __future__ import annotations

import functools
import logging
import operator
import secrets
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qrcode import base as qr_base
from qrcode import util as qr_util
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from .code import CODE_DIGITS
from .qr import ROW_BYTES, Encoder, version

MASK = 0  # no mask told from another in blurred photographs, so the choice is free
TRIPLES = CODE_DIGITS // 3  # numeric mode: three digits in ten bits, and the last one in four
DIGIT_BITS = 10 * TRIPLES + 4

_log = logging.getLogger(__name__)
_PIECES = struct.Struct("3s" * TRIPLES + "s").unpack
_BITS = {b"%03d" % value: f"{value:010b}" for value in range(1000)}
_BITS |= {b"%d" % value: f"{value:04b}" for value in range(10)}
# Between them these set every bit that digits can set: 999 and 024 are 1111100111 and 0000011000.
_PATTERNS = ("999" * TRIPLES + "9", "024" * TRIPLES + "6")
_RANDOM_CHECKS = 3
# Probing leans on the inside of `qrcode`; another release of it may differ in any of these ways.
_NOT_AS_KNOWN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Linear:
    """All symbols of one prefix, packed as integers: `start` has every digit 0, `flips[i]` is what bit i flips."""

    size: int  # bytes of a packed symbol
    start: int
    flips: tuple[int, ...]


class FewEncoder:
    """Symbols one by one, from tables that are filled in a few milliseconds: a row for every byte of digits."""

    def __init__(self, linear: Linear) -> None:
        self._size, self._start = linear.size, linear.start
        self._tables = []
        for at in range(0, DIGIT_BITS, 8):
            table = [0]
            for flip in reversed(linear.flips[at : at + 8]):
                table += [row ^ flip for row in table]
            self._tables.append(table)

    def packed_many(self, codes: Sequence[str]) -> list[bytes]:
        """As `Encoder.packed_many`."""
        return [self._packed(code) for code in codes]

    def _packed(self, code: str) -> bytes:
        bits = "".join(map(_BITS.__getitem__, _PIECES(code.encode("ascii"))))
        bytes_of_digits = int(bits, 2).to_bytes(DIGIT_BITS // 8)
        rows = map(operator.getitem, self._tables, bytes_of_digits)
        return functools.reduce(operator.xor, rows, self._start).to_bytes(self._size)


@dataclass(frozen=True, slots=True)
class PlainEncoder:
    """`qrcode` itself, symbol by symbol."""

    prefix: str

    def packed_many(self, codes: Sequence[str]) -> list[bytes]:
        """As `Encoder.packed_many`."""
        return [self._packed(code) for code in codes]

    def _packed(self, code: str) -> bytes:
        """`qrcode` fails on an all-zero block of data; such a symbol is the sum of three that it can draw."""
        try:
            return plain(self.prefix, code)
        except ValueError:
            parts = [int.from_bytes(plain(self.prefix, _changed(code, flip))) for flip in (1, 2, 3)]
            size = 17 + 4 * version(self.prefix)
            return (parts[0] ^ parts[1] ^ parts[2]).to_bytes(size * ROW_BYTES)


def plain(prefix: str, digits: str) -> bytes:
    """The packed symbol as `qrcode` draws it; fails with ValueError if a block of data is all zeros."""
    symbol = _symbol(version(prefix))
    symbol.add_data(qr_util.QRData(prefix.encode("ascii"), mode=qr_util.MODE_8BIT_BYTE))
    symbol.add_data(qr_util.QRData(digits.encode("ascii"), mode=qr_util.MODE_NUMBER))
    symbol.make(fit=False)
    return _packed(symbol)


def make_encoder(prefix: str, *, many: bool, learn: Callable[[int], Linear] | None = None) -> Encoder:
    """An encoder by what `learn` finds, with larger tables for `many` symbols; `qrcode` if they do not agree."""
    made: Encoder
    try:
        linear = _of_prefix(prefix, (learn or learnt)(version(prefix)))
        if many:
            from .qrtables import ManyEncoder

            made = ManyEncoder(linear)
        else:
            made = FewEncoder(linear)
        random = [f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}" for _ in range(_RANDOM_CHECKS)]
        codes = [*_PATTERNS, *random]
        if made.packed_many(codes) == [plain(prefix, code) for code in codes]:
            return made
    except _NOT_AS_KNOWN as error:
        _log.warning("qrcode cannot be probed: %r", error)
    _log.warning("no tables agree with qrcode: symbols for %s are drawn one by one, slowly", prefix)
    return PlainEncoder(prefix)


def _of_prefix(prefix: str, learnt: Linear) -> Linear:
    """Of all data bits, those of the digits; what stands before and after them goes into the start."""
    text = prefix.encode("ascii")
    head = f"{qr_util.MODE_8BIT_BYTE:04b}{len(text):08b}" + "".join(f"{byte:08b}" for byte in text)
    head += f"{qr_util.MODE_NUMBER:04b}{CODE_DIGITS:010b}"
    tail = len(head) + DIGIT_BITS
    padding = "0" * min(4, len(learnt.flips) - tail)
    padding += "0" * (-(tail + len(padding)) % 8)
    fill = (len(learnt.flips) - tail - len(padding)) // 8
    padding += "".join(f"{(qr_util.PAD0, qr_util.PAD1)[index % 2]:08b}" for index in range(fill))
    start = learnt.start
    for position, bit in [*enumerate(head), *enumerate(padding, tail)]:
        if bit == "1":
            start ^= learnt.flips[position]
    return Linear(learnt.size, start, learnt.flips[len(head) : tail])


def _changed(code: str, flip: int) -> str:
    """Digits with the lowest bits of every triple flipped: still digits, because 1000 is a multiple of 4."""
    triples = (f"{int(code[at : at + 3]) ^ flip:03d}" for at in range(0, 3 * TRIPLES, 3))
    return "".join(triples) + code[-1]


@functools.cache
def learnt(number: int) -> Linear:
    """Probe `qrcode`: the symbol of all-zero codewords, and the modules that each data bit flips."""
    blocks = qr_base.rs_blocks(number, ERROR_CORRECT_M)
    total, data = blocks[0].total_count, blocks[0].data_count
    size = (17 + 4 * number) * ROW_BYTES
    start, where = _placement(number, 8 * total * len(blocks), size)
    corrections = _corrections(blocks[0])
    flips = []
    for block in range(len(blocks)):
        # Codewords are interleaved: the first of each block, the second of each block, …
        own = [where[8 * (len(blocks) * index + block) + bit] for index in range(total) for bit in range(8)]
        for bit, correction in enumerate(corrections):
            flip = own[bit]
            for at, is_set in enumerate(correction, 8 * data):
                if is_set == "1":
                    flip ^= own[at]
            flips.append(flip)
    return Linear(size, start, tuple(flips))


def _placement(number: int, bits: int, size: int) -> tuple[int, list[int]]:
    """The symbol of all-zero codewords, and for each codeword bit the one module that it flips.

    Each probe tells one binary digit of the number (from 1) of the bit that a module shows.
    """
    start = int.from_bytes(_place(number, [0] * bits))
    shown = [0] * (8 * size)
    for power in range(bits.bit_length()):
        changed = int.from_bytes(_place(number, [bit + 1 >> power & 1 for bit in range(bits)])) ^ start
        for module, flag in enumerate(f"{changed:0{8 * size}b}"):
            shown[module] |= (flag == "1") << power
    where = [0] * bits
    for module, bit in enumerate(shown):
        if bit:
            where[bit - 1] = 1 << 8 * size - 1 - module
    return start, where


def _corrections(block: qr_base.RSBlock) -> list[str]:
    """For each data bit of a block, the bits of its Reed-Solomon codewords.

    `qrcode` is asked about the last byte alone. What a byte does one place earlier is that, multiplied once more
    by x; what a higher bit does is a multiple in the field GF(256).
    """
    buffer = qr_util.BitBuffer()
    for index in range(block.data_count):
        buffer.put(index == block.data_count - 1, 8)
    last: list[int] = qr_util.create_bytes(buffer, [block])[block.data_count :]
    of_bytes = [last]
    while len(of_bytes) < block.data_count:
        carry, *rest = of_bytes[-1]
        of_bytes.append([a ^ _product(carry, b) for a, b in zip([*rest, 0], last, strict=True)])
    return [
        "".join(f"{_product(1 << power, codeword):08b}" for codeword in codewords)
        for codewords in reversed(of_bytes)
        for power in range(7, -1, -1)
    ]


def _product(a: int, b: int) -> int:
    """In the field GF(256) of `qrcode`."""
    return int(qr_base.gexp(qr_base.glog(a) + qr_base.glog(b))) if a and b else 0


def _place(number: int, bits: list[int]) -> bytes:
    """The packed symbol that `qrcode` makes of codewords."""
    symbol = _symbol(number)
    symbol.data_cache = list(int("".join(map(str, bits)), 2).to_bytes(len(bits) // 8))
    symbol.makeImpl(False, MASK)
    return _packed(symbol)


def _symbol(number: int) -> QRCode[object]:
    return QRCode(version=number, error_correction=ERROR_CORRECT_M, mask_pattern=MASK)


def _packed(symbol: QRCode[object]) -> bytes:
    rows = ("".join("01"[bool(module)] for module in row).ljust(8 * ROW_BYTES, "0") for row in symbol.modules)
    return int("".join(rows), 2).to_bytes(len(symbol.modules) * ROW_BYTES)

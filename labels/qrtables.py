"""QR symbols by the ten thousand: all of a batch at once, a table row for every three digits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .code import CODE_DIGITS
from .qrlearn import TRIPLES, Linear

_ZERO = ord("0")
_WORD = 8


class ManyEncoder:
    """Fifteen megabytes of tables, three times as fast as `FewEncoder`."""

    def __init__(self, linear: Linear) -> None:
        self._size = linear.size
        self._start = _words([linear.start], linear.size)
        flips = _words(linear.flips, linear.size)
        tripled = flips[: 10 * TRIPLES].reshape(TRIPLES, 10, -1)
        self._triples = np.zeros((TRIPLES, 1000, flips.shape[1]), dtype=np.uint64)
        for power in range(10):
            low, high = 1 << power, min(2 << power, 1000)
            self._triples[:, low:high] = self._triples[:, : high - low] ^ tripled[:, 9 - power, None]
        self._last = np.zeros((16, flips.shape[1]), dtype=np.uint64)
        for power in range(4):
            low = 1 << power
            self._last[low : 2 * low] = self._last[:low] ^ flips[-1 - power]

    def packed_many(self, codes: Sequence[str]) -> list[bytes]:
        """As `Encoder.packed_many`."""
        rows = np.frombuffer("".join(codes).encode("ascii"), dtype=np.uint8).reshape(len(codes), CODE_DIGITS)
        digits = rows.T.astype(np.uint16, order="C") - _ZERO
        triples = (digits[:-1:3] * 100 + digits[1:-1:3] * 10 + digits[2:-1:3]).astype(np.intp)
        symbols = self._start ^ self._last[digits[-1]]
        row = np.empty_like(symbols)
        for table, triple in zip(self._triples, triples, strict=True):
            # All indices are below 1000: "clip" only spares numpy its own check and copy.
            table.take(triple, axis=0, out=row, mode="clip")
            symbols ^= row
        image = symbols.tobytes()
        return [image[at : at + self._size] for at in range(0, len(image), symbols.shape[1] * _WORD)]


def _words(symbols: Sequence[int], size: int) -> NDArray[np.uint64]:
    """Packed symbols as rows of 64-bit words, padded at the end, so that exclusive or runs at full width."""
    padded = -(-size // _WORD) * _WORD
    image = b"".join(symbol.to_bytes(size).ljust(padded, b"\0") for symbol in symbols)
    return np.frombuffer(image, dtype=np.uint64).reshape(len(symbols), -1)

"""The QR symbol of an item code (ISO/IEC 18004): level M, mask 0, version 6 (41 × 41 modules) or 7 (45 × 45).

The version follows from the length of what stands before the digits alone, so it is the same for a whole run.
How symbols are made so fast is told in `qrlearn`, which is loaded when the first one is wanted.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Protocol

from .code import MAX_PREFIX, base_too_long, split_url

MODULES = 41
"""Modules a side of version 6, which holds up to 31 characters before the digits: short bases are better."""
QUIET_MODULES = 4
ROW_BYTES = 6  # a row of modules in whole bytes: the same for both versions
PACKED_BYTES = MODULES * ROW_BYTES  # of version 6

_VERSION_6_PREFIX = 31  # its 864 data bits less 610 of the rest; 992 of version 7 leave room for MAX_PREFIX
_WORTH_TABLES = 12_000  # symbols: to load numpy and fill its tables takes as long as they save on so many

Matrix = tuple[tuple[bool, ...], ...]


class Encoder(Protocol):
    """Makes the symbols of one prefix, packed: rows of 6 bytes, most significant bit first, 1 = dark."""

    def packed_many(self, codes: Sequence[str]) -> list[bytes]:
        """The symbols of checked 175-digit codes; fastest by the hundred."""


def version(prefix: str) -> int:
    """6 for at most 31 characters before the digits, 7 for at most 47; raise BadBase for more."""
    if len(prefix) > MAX_PREFIX:
        raise base_too_long(len(prefix))
    return 6 if len(prefix) <= _VERSION_6_PREFIX else 7


def modules(prefix: str) -> int:
    """Modules a side of the symbols with this before the digits: 41 or 45; raise BadBase."""
    return 17 + 4 * version(prefix)


def packed(address: str) -> bytes:
    """The symbol of an item address as rows of 6 bytes, most significant bit first, 1 = dark.

    No quiet zone. Raises MalformedCode for anything but `<base>/c/<175 digits>`, BadBase for a base too long.
    """
    digits = split_url(address)
    return encoder(address[: -len(digits)]).packed_many([digits])[0]


def matrix(address: str) -> Matrix:
    """The same symbol as rows of modules, True = dark."""
    return unpacked(packed(address))


def unpacked(image: bytes) -> Matrix:
    """A packed symbol as rows of modules, True = dark."""
    side = len(image) // ROW_BYTES
    return tuple(
        tuple(bool(image[row * ROW_BYTES + column // 8] >> (7 - column % 8) & 1) for column in range(side))
        for row in range(side)
    )


def reference(address: str) -> Matrix:
    """The symbol as the package `qrcode` draws it; fails with ValueError if a block of data is all zeros."""
    from .qrlearn import plain

    digits = split_url(address)
    return unpacked(plain(address[: -len(digits)], digits))


def encoder(prefix: str, count: int = 1) -> Encoder:
    """An encoder for what stands before the digits (`https://host/c/`) and so many symbols; raise BadBase."""
    version(prefix)
    _asked[prefix] = _asked.get(prefix, 0) + count
    return _encoder(prefix, _asked[prefix] >= _WORTH_TABLES)


_asked: dict[str, int] = {}


@functools.lru_cache(maxsize=4)
def _encoder(prefix: str, many: bool) -> Encoder:
    from .qrlearn import make_encoder

    return make_encoder(prefix, many=many)

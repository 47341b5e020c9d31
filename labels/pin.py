"""Scratch-layer PINs (刮开码): six decimal digits of each label, derived from its run's secret.

Whoever has the secret can tell every PIN of the run, so none is ever stored; docs/pin.md specifies the
derivation, with test vectors.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from . import code
from .errors import BadSecret

DIGITS = 6
SECRET_BYTES = 32

_DOMAIN = b"trace-pin-v1\n"
_NUMBERS = 10**DIGITS
_BLOCK = 64  # bytes that SHA-256 takes at a time
_WORD = 4  # bytes
# The largest multiple of 10^6 in a 32-bit word: words from here on would favour small numbers, and are refused.
_LIMIT = 2 ** (8 * _WORD) // _NUMBERS * _NUMBERS


def pins(secret: bytes, run: int, items: range) -> list[str]:
    """The PINs of items of a run, in order: six digits each, leading zeros included.

    Raises BadSecret unless `secret` is 32 bytes, BadCount for a run or item that no code can name.
    """
    if len(secret) != SECRET_BYTES:
        raise BadSecret(
            "label.pin-secret",
            f"验证码的密钥必须是 {SECRET_BYTES} 字节。",
            f"The secret of PINs is {SECRET_BYTES} bytes.",
            length=len(secret),
        )
    if not items:
        return []
    for item in (items[0], items[-1]):
        code.item_code(1, run, item)
    stem = _DOMAIN + f"{run:08d}".encode("ascii")
    # HMAC (RFC 2104) by its two halves: with the key absorbed once, twice as fast as a call for each item.
    inner, outer = sha256(_padded(secret, 0x36) + stem), sha256(_padded(secret, 0x5C))
    found = []
    for item in items:
        half, whole = inner.copy(), outer.copy()
        half.update(b"%06d" % item)
        whole.update(half.digest())
        digest = whole.digest()
        word = int.from_bytes(digest[:_WORD], "big")
        number = (word if word < _LIMIT else _later(secret, digest)) % _NUMBERS
        found.append(f"{number:06d}")
    return found


def _padded(secret: bytes, pad: int) -> bytes:
    return bytes(byte ^ pad for byte in secret.ljust(_BLOCK, b"\0"))


def _later(secret: bytes, digest: bytes) -> int:
    """The first word after the first that is not refused; if all are, the digest is the next message."""
    while True:
        for at in range(_WORD, len(digest), _WORD):
            word = int.from_bytes(digest[at : at + _WORD], "big")
            if word < _LIMIT:
                return word
        digest = hmac.digest(secret, digest, "sha256")

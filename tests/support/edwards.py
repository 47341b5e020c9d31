"""Edwards-curve arithmetic by the formulas of RFC 8032, to make signatures and keys that no honest signer makes."""

from __future__ import annotations

import hashlib

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
L = 2**252 + 27742317777372353535851937790883648493

Point = tuple[int, int]
NEUTRAL: Point = (0, 1)


def add(one: Point, other: Point) -> Point:
    """RFC 8032 section 5.1.4, in affine coordinates."""
    (x1, y1), (x2, y2) = one, other
    product = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + product, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - product, -1, P) % P
    return x, y


def times(scalar: int, point: Point) -> Point:
    """Double and add."""
    total = NEUTRAL
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def encode(point: Point) -> bytes:
    """RFC 8032 section 5.1.2."""
    x, y = point
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decode(raw: bytes) -> Point:
    """RFC 8032 section 5.1.3, for encodings of points only."""
    whole = int.from_bytes(raw, "little")
    y, odd = whole & (2**255 - 1), whole >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    assert x * x % P == square
    return (P - x if x & 1 != odd else x), y


BASE = decode(bytes.fromhex("58" + "66" * 31))
ORDER_8 = decode(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
SMALL = [times(factor, ORDER_8) for factor in range(8)]


def challenge(commitment: bytes, public: bytes, message: bytes) -> int:
    """k of RFC 8032 section 5.1.7, over the bytes as they stand."""
    return int.from_bytes(hashlib.sha512(commitment + public + message).digest(), "little") % L


def sign_with(nonce: Point, nonce_scalar: int, secret: int, public: bytes, message: bytes) -> bytes:
    """A signature with R = `nonce`, whatever its order: S = r + k·secret."""
    commitment = encode(nonce)
    s = (nonce_scalar + challenge(commitment, public, message) * secret) % L
    return commitment + s.to_bytes(32, "little")

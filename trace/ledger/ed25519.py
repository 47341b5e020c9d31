"""Ed25519 (RFC 8032) under one strict rule, the same as the browser's verifier in static/js/ed25519.mjs.

The rule is that of the Web Cryptography API: the key and R are canonical encodings of points of the curve, neither
of small order, S is below the group order, and the equation is the one without the cofactor.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
_SIGN_BIT = 1 << 255
_ORDER_8_Y = 2707385501144840649318225287225658788936804267575313519463743609750303402022
# y of the eight points whose order divides 8; x does not matter.
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _ORDER_8_Y, _P - _ORDER_8_Y})


@lru_cache(maxsize=1024)
def is_public_key(raw: bytes) -> bool:
    """Whether these are the 32 canonical bytes of a curve point that is not of small order (RFC 8032, 5.1.3).

    Under a key of small order anyone can "sign" anything.
    """
    if len(raw) != PUBLIC_BYTES:
        return False
    y = int.from_bytes(raw, "little") & ~_SIGN_BIT
    if y >= _P or y in _SMALL_ORDER_Y:
        return False
    # x² = (y²-1) / (dy²+1) has a root exactly if the product of both is a square (Euler's criterion).
    return pow((y * y - 1) * (_D * y * y + 1), (_P - 1) // 2, _P) == 1


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of the key `public` made this 64-byte signature; False for a key that is none.

    OpenSSL compares the bytes of R and refuses S from the group order up; R of small order is refused here.
    """
    if len(signature) != SIGNATURE_BYTES or not is_public_key(public):
        return False
    if int.from_bytes(signature[:32], "little") & ~_SIGN_BIT in _SMALL_ORDER_Y:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True

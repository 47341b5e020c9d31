"""Ed25519 keys (RFC 8032) with the five-digit id that item codes carry."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import BadKey

MAX_KEY_ID = 99_999

_P = 2**255 - 19
_D = -121665 * pow(121666, -1, _P) % _P
# The y coordinates of the eight points whose order divides 8 (the sign bit does not matter).
_SMALL_ORDER_Y = frozenset(
    (
        0,
        1,
        _P - 1,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
        ),
    )
)


def check_key_id(key_id: int) -> int:
    """Return the id if it is 1 to 99999, else raise BadKey."""
    if not 1 <= key_id <= MAX_KEY_ID:
        raise BadKey(
            "label.key-id",
            f"密钥编号必须在 1 到 {MAX_KEY_ID} 之间，现在是 {key_id}。",
            f"A key id is 1 to {MAX_KEY_ID}, not {key_id}.",
            key_id=key_id,
        )
    return key_id


def _check_point(raw: bytes) -> None:
    """Raise BadKey unless raw is the canonical encoding of a curve point of large order (RFC 8032, 5.1.3).

    A key of small order would let anyone "sign" anything.
    """
    if len(raw) != 32:
        raise BadKey(
            "label.key-length", "公钥必须是 32 字节。", "An Ed25519 public key is 32 bytes.", length=len(raw)
        )
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y % _P in _SMALL_ORDER_Y:
        raise BadKey(
            "label.key-small-order",
            "这个公钥是小阶点，谁都能冒充它签名，不能登记。",
            "This public key is a point of small order: anyone could sign for it.",
        )
    square = (y * y - 1) * (_D * y * y + 1) % _P
    if y >= _P or pow(square, (_P - 1) // 2, _P) != 1:
        raise BadKey(
            "label.key-not-a-point",
            "这 32 字节不是有效的 Ed25519 公钥。",
            "These 32 bytes are no public key.",
        )


@dataclass(frozen=True)
class PublicKey:
    """The public half: its id and its 32 bytes. Refuses points of small order and bytes that are no point."""

    key_id: int
    raw: bytes
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_key_id(self.key_id)
        _check_point(self.raw)
        object.__setattr__(self, "_key", Ed25519PublicKey.from_public_bytes(self.raw))

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Whether the 64-byte signature over message was made by this key.

        R of small order is refused, as everywhere a code of ours is checked: only who holds the key can make one.
        """
        if int.from_bytes(signature[:32], "little") & (2**255 - 1) in _SMALL_ORDER_Y:
            return False
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def to_pem(self) -> bytes:
        """SubjectPublicKeyInfo PEM (RFC 8410); the id is not part of it."""
        return self._key.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @classmethod
    def from_pem(cls, key_id: int, pem: bytes) -> PublicKey:
        """Read a SubjectPublicKeyInfo PEM; raise BadKey if it is none or not Ed25519."""
        try:
            key = serialization.load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise _unreadable() from error
        if not isinstance(key, Ed25519PublicKey):
            raise _not_ed25519()
        return cls(key_id, key.public_bytes_raw())

    def jwk(self) -> dict[str, str]:
        """The key as a JSON Web Key (RFC 8037); `kid` is the five-digit id."""
        x = base64.urlsafe_b64encode(self.raw).rstrip(b"=").decode("ascii")
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": f"{self.key_id:05d}",
            "x": x,
        }


@dataclass(frozen=True)
class SigningKey:
    """The private half; never shown by repr."""

    key_id: int
    private: Ed25519PrivateKey = field(repr=False)
    public: PublicKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        check_key_id(self.key_id)
        object.__setattr__(
            self, "public", PublicKey(self.key_id, self.private.public_key().public_bytes_raw())
        )

    @classmethod
    def generate(cls, key_id: int) -> SigningKey:
        """A new key from the operating system's random source."""
        return cls(key_id, Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, key_id: int, seed: bytes) -> SigningKey:
        """The key of a 32-byte RFC 8032 seed."""
        if len(seed) != 32:
            raise BadKey(
                "label.key-length",
                "密钥种子必须是 32 字节。",
                "An Ed25519 seed is 32 bytes.",
                length=len(seed),
            )
        return cls(key_id, Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, for storage under a master key."""
        return self.private.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The 64-byte signature; deterministic, so the same run always gives the same codes."""
        return self.private.sign(message)

    def to_pem(self, password: bytes | None) -> bytes:
        """PKCS #8 PEM, encrypted when a password is given."""
        protection: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password is not None:
            protection = serialization.BestAvailableEncryption(password)
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
        )

    @classmethod
    def from_pem(cls, key_id: int, pem: bytes, password: bytes | None = None) -> SigningKey:
        """Read a PKCS #8 PEM; raise BadKey if unreadable, not Ed25519, or the password is wrong."""
        try:
            key = serialization.load_pem_private_key(pem, password)
        except TypeError as error:
            raise BadKey(
                "label.key-password",
                "这把私钥要密码才能打开，或者给了它不需要的密码。",
                "This private key needs a password, or was given one it does not need.",
            ) from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise _unreadable() from error
        if not isinstance(key, Ed25519PrivateKey):
            raise _not_ed25519()
        return cls(key_id, key)


def _unreadable() -> BadKey:
    return BadKey(
        "label.key-unreadable",
        "密钥文件读不出来：不是 PEM 密钥，或者密码不对。",
        "The key cannot be read: it is no PEM key, or the password is wrong.",
    )


def _not_ed25519() -> BadKey:
    return BadKey("label.key-type", "这不是 Ed25519 密钥。", "This is not an Ed25519 key.")

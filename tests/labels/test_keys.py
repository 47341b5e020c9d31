"""Keys: reading, writing, and refusing those that must not be trusted."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import x25519

from labels.errors import BadKey
from labels.keys import PublicKey, SigningKey
from tests.labels.samples import KEY, ROOT, VECTORS
from tests.support import edwards

WYCHEPROOF = ROOT.parent / "shared" / "vectors" / "wycheproof" / "ed25519_test.json"


def test_wycheproof() -> None:
    if not WYCHEPROOF.exists():
        pytest.skip("the Wycheproof vectors (../shared/vectors/wycheproof/ed25519_test.json) are not here")
    cases = 0
    for group in json.loads(WYCHEPROOF.read_text(encoding="utf-8"))["testGroups"]:
        key = PublicKey(1, bytes.fromhex(group["publicKey"]["pk"]))
        for case in group["tests"]:
            valid = key.verify(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            assert valid == (case["result"] == "valid"), (case["tcId"], case["comment"])
            cases += 1
    assert cases >= 150


@pytest.mark.parametrize("small", edwards.SMALL)
def test_a_signature_with_a_nonce_of_small_order_is_refused(small: edwards.Point) -> None:
    secret = 0x1234567890ABCDEF
    raw = edwards.encode(edwards.times(secret, edwards.BASE))
    assert not PublicKey(1, raw).verify(edwards.sign_with(small, 0, secret, raw, b"m"), b"m")


@pytest.mark.parametrize(
    "bad", VECTORS["bad_keys"], ids=lambda bad: bad["public_hex"][:8] + bad["public_hex"][-2:]
)
def test_keys_that_anyone_could_sign_for_are_refused(bad: dict[str, str]) -> None:
    with pytest.raises(BadKey) as caught:
        PublicKey(1, bytes.fromhex(bad["public_hex"]))
    assert caught.value.code == bad["error"]


def test_private_key_survives_pem_with_and_without_password() -> None:
    assert SigningKey.from_pem(10, KEY.to_pem(None)).seed == KEY.seed
    sealed = KEY.to_pem("密码".encode())
    assert b"ENCRYPTED" in sealed
    assert SigningKey.from_pem(10, sealed, "密码".encode()).seed == KEY.seed


@pytest.mark.parametrize(
    ("pem", "password", "error"),
    [
        (KEY.to_pem(b"right"), b"wrong", "label.key-unreadable"),
        (KEY.to_pem(b"right"), None, "label.key-password"),
        (KEY.to_pem(None), b"needless", "label.key-password"),
        (b"nonsense", None, "label.key-unreadable"),
        (b"", None, "label.key-unreadable"),
        (KEY.public.to_pem(), None, "label.key-unreadable"),
    ],
)
def test_unreadable_private_keys(pem: bytes, password: bytes | None, error: str) -> None:
    with pytest.raises(BadKey) as caught:
        SigningKey.from_pem(10, pem, password)
    assert caught.value.code == error


def test_a_key_of_another_kind_is_refused() -> None:
    other = x25519.X25519PrivateKey.generate()
    private = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = other.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for read in (lambda: SigningKey.from_pem(1, private), lambda: PublicKey.from_pem(1, public)):
        with pytest.raises(BadKey) as caught:
            read()
        assert caught.value.code == "label.key-type"


def test_public_key_survives_pem() -> None:
    assert PublicKey.from_pem(10, KEY.public.to_pem()) == KEY.public
    with pytest.raises(BadKey):
        PublicKey.from_pem(10, b"nonsense")


@pytest.mark.parametrize("key", VECTORS["keys"], ids=lambda key: str(key["key_id"]))
def test_jwk(key: dict[str, object]) -> None:
    public = SigningKey.from_seed(key["key_id"], bytes.fromhex(key["seed_hex"])).public
    assert public.raw.hex() == key["public_hex"]
    assert public.jwk() == key["jwk"]
    assert base64.urlsafe_b64decode(public.jwk()["x"] + "=") == public.raw
    assert public.jwk()["kid"] == f"{key['key_id']:05d}"


@pytest.mark.parametrize("key_id", [0, -1, 100_000])
def test_ids_have_five_digits(key_id: int) -> None:
    with pytest.raises(BadKey):
        SigningKey.generate(key_id)
    with pytest.raises(BadKey):
        PublicKey(key_id, KEY.public.raw)


def test_secrets_are_not_shown() -> None:
    assert KEY.seed.hex() not in repr(KEY)
    assert "private" not in repr(KEY)
    with pytest.raises(BadKey):
        SigningKey.from_seed(1, b"short")

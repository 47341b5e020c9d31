"""One strict rule for signatures: Wycheproof's, and none by keys or nonces that let others sign."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from labels.errors import BadKey
from labels.keys import PublicKey
from tests.support import edwards
from tests.support.vectors import wycheproof
from trace.ledger.ed25519 import is_public_key, verify
from trace.ledger.note import ED25519, KEY_ID_BYTES, NoteError, VerifierKey

SECRET = 0x1234567890ABCDEF
PUBLIC = edwards.encode(edwards.times(SECRET, edwards.BASE))


def _by_labels(public: bytes, signature: bytes, message: bytes) -> bool:
    """A key refused at registration verifies nothing."""
    try:
        return PublicKey(1, public).verify(signature, message)
    except BadKey:
        return False


def _by_a_note(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        key = VerifierKey("示例.invalid/log", ED25519, public)
        return key.holds(message.decode("utf-8"), signature)
    except NoteError:
        return False


def test_wycheproof() -> None:
    cases = wycheproof()
    assert len(cases) == 151
    assert {case.valid for case in cases} == {True, False}
    wrong = [case.number for case in cases if verify(case.public, case.signature, case.message) != case.valid]
    assert wrong == []


def test_wycheproof_by_the_verifier_of_labels() -> None:
    wrong = [
        one.number for one in wycheproof() if _by_labels(one.public, one.signature, one.message) != one.valid
    ]
    assert wrong == []


def test_wycheproof_by_a_note_where_the_message_is_text() -> None:
    texts = []
    for case in wycheproof():
        try:
            case.message.decode("utf-8")
        except UnicodeDecodeError:
            continue
        texts.append(case)
    assert len(texts) == 84
    assert [c.number for c in texts if _by_a_note(c.public, c.signature, c.message) != c.valid] == []


def test_the_points_of_small_order_are_eight() -> None:
    assert len(set(edwards.SMALL)) == 8
    assert edwards.times(8, edwards.ORDER_8) == edwards.NEUTRAL


def _spellings(point: edwards.Point) -> set[bytes]:
    """All 32-byte strings that some verifier would read as the point: either sign of x, y or y + p."""
    _, y = point
    values = [value for value in (y, y + edwards.P) if value < 2**255]
    return {(value | sign << 255).to_bytes(32, "little") for value in values for sign in (0, 1)}


@pytest.mark.parametrize("point", edwards.SMALL)
def test_a_key_of_small_order_is_none_however_it_is_written(point: edwards.Point) -> None:
    for raw in _spellings(point):
        assert not is_public_key(raw)
        with pytest.raises(BadKey):
            PublicKey(1, raw)
        with pytest.raises(NoteError):
            VerifierKey("x", ED25519, raw)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_of_another_length_is_none(length: int) -> None:
    assert not is_public_key(PUBLIC[:length].ljust(length, b"\0"))


def test_a_key_that_is_not_reduced_or_not_on_the_curve_is_none() -> None:
    accepted = [y for y in range(2, 19) if is_public_key(y.to_bytes(32, "little"))]
    assert accepted == [3, 4, 5, 6, 9, 10, 14, 15, 16, 18]
    for y in accepted:
        assert not is_public_key((y + edwards.P).to_bytes(32, "little"))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_an_honest_signature_holds_and_no_other(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify(public, signature, message)
    assert not verify(public, signature, message + b"\0")
    assert not verify(public, signature[:63], message)
    assert not verify(public, signature + b"\0", message)


def test_the_test_signs_as_the_standard_says() -> None:
    nonce = edwards.times(77, edwards.BASE)
    signature = edwards.sign_with(nonce, 77, SECRET, PUBLIC, b"m")
    assert verify(PUBLIC, signature, b"m")
    high = int.from_bytes(signature[32:], "little") + edwards.L
    assert not verify(PUBLIC, signature[:32] + high.to_bytes(32, "little"), b"m")


@pytest.mark.parametrize("small", edwards.SMALL)
def test_a_nonce_of_small_order_is_refused(small: edwards.Point) -> None:
    assert not verify(PUBLIC, edwards.sign_with(small, 0, SECRET, PUBLIC, b"m"), b"m")


@pytest.mark.parametrize("small", edwards.SMALL[1:])
def test_a_nonce_with_a_part_of_small_order_is_refused(small: edwards.Point) -> None:
    """The equation with the cofactor would let it pass."""
    nonce = edwards.add(edwards.times(77, edwards.BASE), small)
    assert not verify(PUBLIC, edwards.sign_with(nonce, 77, SECRET, PUBLIC, b"m"), b"m")


def test_the_key_id_has_four_bytes() -> None:
    assert len(VerifierKey("x", ED25519, PUBLIC).key_id) == KEY_ID_BYTES

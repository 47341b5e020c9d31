"""A tlog-proof shows that an entry is in the log; changed anywhere, it shows nothing."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.note_samples import LOG, ORIGIN, WITNESS_KEYS, checkpoint, signed
from tests.support.vectors import published, read_json
from trace.ledger.cosignature import witnessed
from trace.ledger.merkle import Subtree, inclusion_proof, leaf_hash, root_at, root_of
from trace.ledger.proof import MAX_HASHES, TlogProof
from trace.ledger.spelling import FormatError, to_base64

HASH = to_base64(bytes(32))


def _subtree_over(leaves: list[bytes]) -> Subtree:
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


@cache
def _proof(index: int, size: int, witnesses: int = 0, extra: bytes = b"") -> TlogProof:
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    subtree = _subtree_over(leaves)
    note = signed(checkpoint(size, root_at(size, subtree)).text(), witnesses)
    return TlogProof(index, tuple(inclusion_proof(index, size, subtree)), note.encode(), extra)


POSITIONS = st.integers(1, 24).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size)))


def test_the_published_malformed_proofs() -> None:
    cases = read_json(published("c2sp/note_vectors.json"))["tlog_proof_malformed"]["cases"]
    assert len(cases) == 6
    note = signed(checkpoint().text()).encode()
    for text in cases:
        for whole in (text, text.replace("checkpoint\n", note)):
            with pytest.raises(FormatError):
                TlogProof.parse(whole)


@given(POSITIONS, st.binary(max_size=40), st.integers(0, 2))
def test_what_is_written_is_read_and_holds(position: tuple[int, int], extra: bytes, witnesses: int) -> None:
    index, size = position
    made = _proof(index, size, witnesses, extra)
    again = TlogProof.parse(made.encode().encode())
    assert again == made
    proven, note = again.check(leaf_hash(bytes([index])), [LOG.key, *WITNESS_KEYS], ORIGIN)
    assert (proven.origin, proven.size) == (ORIGIN, size)
    assert len(witnessed(note, WITNESS_KEYS)) == witnesses


@given(POSITIONS, st.data())
def test_any_changed_byte_is_refused(position: tuple[int, int], data: st.DataObject) -> None:
    index, size = position
    whole = _proof(index, size).encode().encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    with pytest.raises(ValueError):  # noqa: PT011  # FormatError or ProofError, as the place decides
        TlogProof.parse(whole[:at] + bytes([byte]) + whole[at + 1 :]).check(
            leaf_hash(bytes([index])), [LOG.key]
        )


@given(POSITIONS, st.data())
def test_any_missing_byte_is_refused(position: tuple[int, int], data: st.DataObject) -> None:
    index, size = position
    whole = _proof(index, size).encode().encode()
    at = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ValueError):  # noqa: PT011  # FormatError or ProofError, as the place decides
        TlogProof.parse(whole[:at] + whole[at + 1 :]).check(leaf_hash(bytes([index])), [LOG.key])


@given(POSITIONS, st.integers(0, 23))
def test_it_proves_its_own_entry_only(position: tuple[int, int], other: int) -> None:
    index, size = position
    if other != index:
        with pytest.raises(ValueError, match="another root"):
            _proof(index, size).check(leaf_hash(bytes([other])), [LOG.key])


def test_a_proof_without_the_log_s_key_proves_nothing() -> None:
    with pytest.raises(FormatError):
        _proof(0, 4, 2).check(leaf_hash(b"\0"), WITNESS_KEYS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\n"),
        ("c2sp.org/tlog-proof@v1\n", ""),
        ("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\n\n"),
        ("c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v1\r\n"),
        ("index 2\n", "index 02\n"),
        ("index 2\n", "index  2\n"),
        ("index 2\n", "index 2 \n"),
        ("index 2\n", "index ２\n"),
        ("index 2\n", "index 5\n"),
        ("index 2\n", "index 9223372036854775808\n"),
        ("index 2\n", "Index 2\n"),
        ("index 2\n", "index 2\nindex 2\n"),
        ("index 2\n", "extra \nindex 2\n"),
        ("index 2\n", "extra AA\nindex 2\n"),
        ("index 2\n", "extra AAA=\nextra AAA=\nindex 2\n"),
        ("index 2\n", "index 2\nextra AAA=\n"),
        ("index 2\n", f"index 2\n{HASH[:-1]}\n"),
        ("index 2\n", f"index 2\n{HASH} \n"),
        ("index 2\n", f"index 2\n{to_base64(bytes(31))}\n"),
        ("index 2\n", "index 2\n" + f"{HASH}\n" * (MAX_HASHES + 1)),
        ("\n\nlog.example", "\nlog.example"),
        ("\n\nlog.example", "\n\n\nlog.example"),
    ],
)
def test_another_spelling_is_refused(old: str, new: str) -> None:
    whole = _proof(2, 5).encode()
    assert whole.count(old) == 1
    with pytest.raises(FormatError):
        TlogProof.parse(whole.replace(old, new))


def test_extra_data_is_carried_and_an_empty_one_left_out() -> None:
    assert "\nextra AAA=\nindex 2\n" in _proof(2, 5, extra=bytes(2)).encode()
    assert "extra" not in _proof(2, 5).encode()


def test_a_proof_that_cannot_be_read_again_cannot_be_made() -> None:
    good = _proof(2, 5)
    for index, hashes, note in [
        (5, good.hashes, good.checkpoint),
        (-1, good.hashes, good.checkpoint),
        (2, (bytes(31),), good.checkpoint),
        (2, (bytes(32),) * (MAX_HASHES + 1), good.checkpoint),
        (2, good.hashes, "checkpoint\n"),
        (2, good.hashes, signed("hello\n").encode()),
    ]:
        with pytest.raises(FormatError):
            TlogProof(index, hashes, note)

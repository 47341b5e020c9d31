"""The tree's hashes and proofs against the vectors of transparency-dev/merkle, those that must fail included."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from tests.support.vectors import published, read_json
from trace.ledger.merkle import (
    EMPTY_ROOT,
    ProofError,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
    root_of,
)


def _cases(kind: str) -> list[tuple[Path, dict[str, Any]]]:
    files = sorted(published(f"rfc6962/testdata/{kind}").rglob("*.json"))
    return [(path, read_json(path)) for path in files]


def _bytes(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def _inclusion(case: dict[str, Any]) -> None:
    proof = [_bytes(one) for one in case["proof"] or []]
    leaf, root = _bytes(case["leafHash"]), _bytes(case["root"])
    check_inclusion(leaf, case["leafIdx"], case["treeSize"], proof, root)


def _consistency(case: dict[str, Any]) -> None:
    proof = [_bytes(one) for one in case["proof"] or []]
    old_root, new_root = _bytes(case["root1"]), _bytes(case["root2"])
    check_consistency(case["size1"], old_root, case["size2"], new_root, proof)


def test_the_hashes() -> None:
    vectors = read_json(published("rfc6962/hasher.json"))
    node = vectors["node"]
    assert EMPTY_ROOT.hex() == root_of([]).hex() == vectors["empty_root"]
    assert leaf_hash(b"").hex() == vectors["empty_leaf"]
    assert leaf_hash(vectors["leaf"]["data_ascii"].encode()).hex() == vectors["leaf"]["hash"]
    assert node_hash(node["left_ascii"].encode(), node["right_ascii"].encode()).hex() == node["hash"]


@pytest.mark.parametrize(("kind", "check"), [("inclusion", _inclusion), ("consistency", _consistency)])
def test_every_proof(kind: str, check: Any) -> None:
    cases = _cases(kind)
    assert len(cases) == 98
    wrong = []
    for path, case in cases:
        try:
            check(case)
        except ProofError:
            accepted = False
        else:
            accepted = True
        if accepted != (not case["wantErr"]):
            wrong.append(f"{path.parent.name}/{path.name}")
    # Its two "roots" have twelve bytes. For us a hash has 32.
    too_short = ["additional/sizes-are-equal-one-and-proof-is-empty.json"]
    assert wrong == (too_short if kind == "consistency" else [])


def test_the_vectors_hold_both_kinds() -> None:
    for kind in ("inclusion", "consistency"):
        wanted = [case["wantErr"] for _, case in _cases(kind)]
        assert True in wanted and False in wanted


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_hash_that_is_not_32_bytes_is_refused_wherever_it_stands(length: int) -> None:
    one, two = leaf_hash(b"1"), leaf_hash(b"2")
    root, bad = node_hash(one, two), bytes(length)
    check_inclusion(one, 0, 2, [two], root)
    check_consistency(1, one, 2, root, [two])
    for leaf, proof, above in [(bad, [two], root), (one, [bad], root), (one, [two], bad)]:
        with pytest.raises(ProofError):
            check_inclusion(leaf, 0, 2, proof, above)
    for old, new, proof in [(bad, root, [two]), (one, bad, [two]), (one, root, [bad])]:
        with pytest.raises(ProofError):
            check_consistency(1, old, 2, new, proof)


def test_hashes_of_the_wrong_length_that_would_join_to_the_right_root_are_refused() -> None:
    one, two = leaf_hash(b"1"), leaf_hash(b"2")
    root = node_hash(one, two)
    assert node_hash(one + two[:1], two[1:]) == root
    with pytest.raises(ProofError):
        check_inclusion(one + two[:1], 0, 2, [two[1:]], root)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 1), (2, 1), (-1, 1), (1, 2**63), (2**63, 2**63)])
def test_sizes_that_no_consistency_proof_can_have(old: int, new: int) -> None:
    with pytest.raises(ProofError):
        check_consistency(old, EMPTY_ROOT, new, EMPTY_ROOT, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (0, 2**63), (2**64, 2**64 + 1)])
def test_positions_that_no_leaf_can_have(index: int, size: int) -> None:
    leaf = leaf_hash(b"")
    with pytest.raises(ProofError):
        check_inclusion(leaf, index, size, [], leaf)

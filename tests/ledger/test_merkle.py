"""The tree against the definition in RFC 6962: roots, proofs, and every proof that must not pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.ledger.merkle import (
    EMPTY_ROOT,
    Frontier,
    ProofError,
    check_consistency,
    check_inclusion,
    consistency_proof,
    frontier_at,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
)

MOST = 70


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(by_definition(leaves[:half]), by_definition(leaves[half:]))


LEAVES = [leaf_hash(b"%d" % number) for number in range(MOST)]
ROOTS = [by_definition(LEAVES[:size]) for size in range(MOST + 1)]


def subtree(level: int, index: int) -> bytes:
    first, last = index << level, (index + 1) << level
    assert last <= MOST, "asked for a subtree that is not complete"
    return by_definition(LEAVES[first:last])


SIZES = st.integers(1, MOST)


def test_a_growing_frontier_has_the_root_of_the_definition_at_every_size() -> None:
    edge = Frontier()
    for size, leaf in enumerate(LEAVES):
        assert edge.root() == ROOTS[size]
        assert edge == frontier_at(size, subtree)
        edge, made = edge.append(leaf)
        assert all(subtree(level, index) == value for level, index, value in made)
    assert edge.root() == ROOTS[MOST] == root_of(LEAVES) == root_at(MOST, subtree)


def test_a_frontier_that_does_not_fit_its_size_is_refused() -> None:
    with pytest.raises(ValueError, match="one hash for each bit"):
        Frontier(3, (LEAVES[0],))
    with pytest.raises(ValueError, match="32 bytes"):
        Frontier(1, (b"short",))


@given(SIZES, st.data())
def test_an_inclusion_proof_proves_its_leaf_at_its_place_alone(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, subtree)
    check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])
    elsewhere = data.draw(st.integers(0, size - 1).filter(lambda other: other != index)) if size > 1 else size
    with pytest.raises(ProofError):
        check_inclusion(LEAVES[index], elsewhere, size, proof, ROOTS[size])
    with pytest.raises(ProofError):
        check_inclusion(leaf_hash(b"other"), index, size, proof, ROOTS[size])
    with pytest.raises(ProofError):
        check_inclusion(LEAVES[index], index, size, [*proof, LEAVES[0]], ROOTS[size])
    if proof:
        with pytest.raises(ProofError):
            check_inclusion(LEAVES[index], index, size, proof[:-1], ROOTS[size])


@given(SIZES, SIZES)
def test_a_consistency_proof_proves_two_roots_alone(one: int, other: int) -> None:
    old, new = sorted((one, other))
    proof = consistency_proof(old, new, subtree)
    check_consistency(old, ROOTS[old], new, ROOTS[new], proof)
    for wrong_old, wrong_new in ((ROOTS[old - 1], ROOTS[new]), (ROOTS[old], leaf_hash(b"another tree"))):
        with pytest.raises(ProofError):
            check_consistency(old, wrong_old, new, wrong_new, proof)
    with pytest.raises(ProofError):
        check_consistency(old, ROOTS[old], new, ROOTS[new], [*proof, LEAVES[0]])
    if proof:
        with pytest.raises(ProofError):
            check_consistency(old, ROOTS[old], new, ROOTS[new], proof[1:])


def test_nothing_is_consistent_with_an_empty_tree() -> None:
    with pytest.raises(ProofError):
        check_consistency(0, EMPTY_ROOT, 3, ROOTS[3], [])
    with pytest.raises(ValueError, match="from 0"):
        consistency_proof(0, 3, subtree)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (0, 2**63)])
def test_a_leaf_that_no_tree_has_is_refused(index: int, size: int) -> None:
    with pytest.raises(ProofError):
        check_inclusion(LEAVES[0], index, size, [], LEAVES[0])

"""Operations on batches close to zero, respect the product's yield, and never run in a circle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core import genealogy
from trace.core.errors import Conflict, InvalidInput, TooLarge, TraceError
from trace.core.genealogy import (
    Operation,
    OperationKind,
    ancestors,
    check_acyclic,
    check_dates,
    check_operation,
    descendants,
    would_cycle,
)
from trace.core.quantity import MAX_GRAMS

SPLIT, MERGE, TRANSFORM = OperationKind


def operation(
    kind: OperationKind, inputs: list[int], outputs: list[int], loss: int | None = None
) -> Operation:
    return Operation(kind, tuple((f"B{n}", weight) for n, weight in enumerate(inputs)), tuple(outputs), loss)


@pytest.mark.parametrize(
    ("kind", "inputs", "outputs", "loss", "closes_with"),
    [
        (SPLIT, [1000], [1000], None, 0),
        (SPLIT, [1000], [300, 700], None, 0),
        (SPLIT, [1000], [300, 600], 100, 100),
        (MERGE, [400, 600], [1000], None, 0),
        (MERGE, [400, 600], [990], 10, 10),
        (TRANSFORM, [1000], [300], None, 700),
        (TRANSFORM, [1000, 500], [300, 200], 1000, 1000),
        (TRANSFORM, [1000], [1000], None, 0),
    ],
)
def test_operations_that_close(
    kind: OperationKind, inputs: list[int], outputs: list[int], loss: int | None, closes_with: int
) -> None:
    assert check_operation(operation(kind, inputs, outputs, loss)) == closes_with


@pytest.mark.parametrize(
    ("kind", "inputs", "outputs", "loss", "code"),
    [
        (SPLIT, [], [1], None, "batch.no-inputs"),
        (SPLIT, [1], [], None, "batch.no-outputs"),
        (SPLIT, [500, 500], [1000], None, "batch.split-one"),
        (SPLIT, [1000], [900], None, "batch.not-closed"),
        (SPLIT, [1000], [900], 200, "batch.not-closed"),
        (SPLIT, [1000], [1001], None, "batch.more-out-than-in"),
        (MERGE, [1000], [1000], None, "batch.merge-two"),
        (MERGE, [500, 500], [400, 600], None, "batch.merge-into-one"),
        (MERGE, [500, 500], [900], None, "batch.not-closed"),
        (TRANSFORM, [1000], [1001], None, "batch.more-out-than-in"),
        (TRANSFORM, [1000], [500], 400, "batch.not-closed"),
        (TRANSFORM, [1000], [0], None, "quantity.zero"),
        (TRANSFORM, [-5], [1], None, "quantity.negative"),
        (TRANSFORM, [MAX_GRAMS + 1], [1], None, "quantity.too-large"),
        (TRANSFORM, [1000], [500], -1, "quantity.negative"),
        (TRANSFORM, [1] * 101, [1], None, "batch.too-many-parts"),
        (TRANSFORM, [1000], [1] * 201, None, "batch.too-many-parts"),
    ],
)
def test_operations_that_are_refused(
    kind: OperationKind, inputs: list[int], outputs: list[int], loss: int | None, code: str
) -> None:
    with pytest.raises(TraceError) as caught:
        check_operation(operation(kind, inputs, outputs, loss))
    assert caught.value.code == code
    assert caught.value.message("zh")
    assert caught.value.message("en")


def test_a_batch_is_not_poured_in_twice() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_operation(Operation(MERGE, (("B1", 500), ("B1", 500)), (1000,)))
    assert caught.value.code == "batch.input-twice"


@pytest.mark.parametrize("kind", [SPLIT, MERGE])
def test_only_processing_changes_the_product(kind: OperationKind) -> None:
    inputs = [1000] if kind is SPLIT else [500, 500]
    with pytest.raises(Conflict) as caught:
        check_operation(operation(kind, inputs, [1000]), input_products=[1, 1], output_products=[2])
    assert caught.value.code == "batch.other-product"
    assert check_operation(operation(kind, inputs, [1000]), input_products=[1, 1], output_products=[1]) == 0
    assert check_operation(operation(TRANSFORM, [1000], [1000]), input_products=[1], output_products=[2]) == 0


@pytest.mark.parametrize(
    ("made", "fits"), [(249, False), (250, True), (300, True), (350, True), (351, False)]
)
def test_the_yield_stays_in_the_product_s_range(made: int, fits: bool) -> None:
    process = operation(TRANSFORM, [1000], [made])
    if fits:
        assert check_operation(process, yield_range=(250, 350)) == 1000 - made
        return
    with pytest.raises(Conflict) as caught:
        check_operation(process, yield_range=(250, 350))
    assert caught.value.code == "batch.yield-out-of-range"
    assert caught.value.params["lowest"] == "250 g"
    assert caught.value.params["highest"] == "350 g"


def test_the_range_named_in_a_refusal_is_itself_allowed() -> None:
    with pytest.raises(Conflict) as caught:
        check_operation(operation(TRANSFORM, [333], [1]), yield_range=(250, 350))
    assert caught.value.params["lowest"] == "84 g"
    assert caught.value.params["highest"] == "116 g"
    for made in (84, 116):
        check_operation(operation(TRANSFORM, [333], [made]), yield_range=(250, 350))
    for made in (83, 117):
        with pytest.raises(Conflict):
            check_operation(operation(TRANSFORM, [333], [made]), yield_range=(250, 350))


def test_the_yield_is_compared_without_rounding() -> None:
    with pytest.raises(Conflict):
        check_operation(operation(TRANSFORM, [3], [1]), yield_range=(1, 333))
    assert check_operation(operation(TRANSFORM, [3], [1]), yield_range=(1, 334)) == 2


def test_a_batch_is_not_older_than_its_parents() -> None:
    born = datetime(2026, 8, 1, 9, tzinfo=UTC)
    check_dates(born, [("B1", born)])
    check_dates(born - timedelta(hours=1), [("B1", born)])
    with pytest.raises(Conflict) as caught:
        check_dates(born - timedelta(days=1), [("B0", born - timedelta(days=3)), ("B1", born)])
    assert caught.value.code == "batch.before-parent"
    assert caught.value.params == {"batch": "B1"}


def test_walking_a_family() -> None:
    edges = [("A", "C"), ("B", "C"), ("C", "D"), ("C", "E"), ("X", "Y")]
    assert ancestors(edges, "D") == {"A", "B", "C"}
    assert descendants(edges, "A") == {"C", "D", "E"}
    assert ancestors(edges, "A") == descendants(edges, "nowhere") == set()


def test_circles_are_seen() -> None:
    edges = [("A", "B"), ("B", "C")]
    assert would_cycle(edges, ["C"], ["A"])
    assert would_cycle(edges, ["A"], ["A"])
    assert not would_cycle(edges, ["A"], ["C"])
    with pytest.raises(Conflict) as caught:
        check_acyclic(edges, ["C"], ["A"])
    assert caught.value.code == "batch.own-ancestor"
    check_acyclic(edges, ["C"], ["D"])


def test_a_family_too_large_to_walk_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genealogy, "MAX_FAMILY", 3)
    with pytest.raises(TooLarge) as caught:
        descendants([(n, n + 1) for n in range(10)], 0)
    assert caught.value.code == "batch.family-too-large"


EDGES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40)


@given(EDGES)
def test_edges_let_in_one_by_one_never_close_a_circle(edges: list[tuple[int, int]]) -> None:
    kept: list[tuple[int, int]] = []
    for parent, child in edges:
        if not would_cycle(kept, [parent], [child]):
            kept.append((parent, child))
    for node in range(13):
        above, below = ancestors(kept, node), descendants(kept, node)
        assert node not in above | below
        assert not above & below
        assert all(node in descendants(kept, parent) for parent in above)


@given(st.data())
def test_whatever_is_done_to_batches_no_gram_appears_or_vanishes(data: st.DataObject) -> None:
    """Random histories: all that was harvested is in a batch or in a stated loss, exactly."""
    left = {0: data.draw(st.integers(1, 10**6)), 1: data.draw(st.integers(1, 10**6))}
    harvested, lost = sum(left.values()), 0
    edges: list[tuple[int, int]] = []
    for _ in range(data.draw(st.integers(0, 12))):
        full = [number for number, weight in left.items() if weight]
        kind = data.draw(st.sampled_from(OperationKind))
        most = 1 if kind is SPLIT else 3
        parents = data.draw(st.lists(st.sampled_from(full), min_size=1, max_size=most, unique=True))
        inputs = [(str(number), data.draw(st.integers(1, left[number]))) for number in parents]
        taken = sum(weight for _, weight in inputs)
        outputs = data.draw(st.lists(st.integers(1, taken), min_size=1, max_size=3))
        loss = data.draw(st.sampled_from([None, max(0, taken - sum(outputs)), 1]))
        try:
            missing = check_operation(Operation(kind, tuple(inputs), tuple(outputs), loss))
        except TraceError:
            continue
        assert missing >= 0
        lost += missing
        for number, weight in inputs:
            left[int(number)] -= weight
        for weight in outputs:
            child = len(left)
            assert not would_cycle(edges, parents, [child])
            edges += [(parent, child) for parent in parents]
            left[child] = weight
    assert sum(left.values()) + lost == harvested
    assert all(weight >= 0 for weight in left.values())

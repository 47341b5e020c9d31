"""Batch genealogy (批次谱系): splitting, mixing, processing; walking a batch's family both ways."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from trace.core.dates import local_day
from trace.core.errors import Conflict, InvalidInput, TooLarge
from trace.core.quantity import MAX_GRAMS, show

Node = TypeVar("Node", bound=Hashable)

MAX_INPUTS = 100
MAX_OUTPUTS = 200
MAX_FAMILY = 10_000
"""How many batches one walk through a family visits before it refuses."""


class OperationKind(StrEnum):
    """What was done to batches: split 分装, merge 混装 (of one product), transform 加工."""

    SPLIT = "split"
    MERGE = "merge"
    TRANSFORM = "transform"


@dataclass(frozen=True)
class Operation:
    """Grams taken from batches (`inputs`: number, g), grams of each new one; `loss` g, None = not weighed."""

    kind: OperationKind
    inputs: tuple[tuple[str, int], ...]
    outputs: tuple[int, ...]
    loss: int | None = None

    @property
    def taken(self) -> int:
        """Grams taken from all parents."""
        return sum(weight for _, weight in self.inputs)

    @property
    def made(self) -> int:
        """Grams of all new batches."""
        return sum(self.outputs)


def check_operation(
    operation: Operation,
    *,
    input_products: Iterable[Hashable] = (),
    output_products: Iterable[Hashable] = (),
    yield_range: tuple[int, int] | None = None,
) -> int:
    """Check that the operation is possible and return its loss in grams, so that in = out + loss closes.

    `yield_range` is the product's lowest and highest output in grams per 1,000 g of input, bounds included.
    Raises InvalidInput for a wrong shape, Conflict where the masses do not close.
    """
    _check_shape(operation)
    taken, made = operation.taken, operation.made
    if made > taken:
        raise Conflict("batch.more-out-than-in", "outputs", taken=show(taken), made=show(made))
    if operation.kind is OperationKind.TRANSFORM:
        loss = taken - made if operation.loss is None else operation.loss
        if yield_range is not None:
            _check_yield(taken, made, yield_range)
    else:
        loss = operation.loss or 0
        if len({*input_products, *output_products}) > 1:
            raise Conflict("batch.other-product", "outputs")
    if made + loss != taken:
        raise Conflict("batch.not-closed", "outputs", taken=show(taken), made=show(made), loss=show(loss))
    return loss


def check_dates(occurred: datetime, parents: Iterable[tuple[str, datetime]]) -> None:
    """Refuse (Conflict batch.before-parent) an operation on a day in China before a parent batch existed."""
    for number, since in parents:
        if local_day(occurred) < local_day(since):
            raise Conflict("batch.before-parent", "occurred", batch=number)


def ancestors(edges: Iterable[tuple[Node, Node]], node: Node) -> set[Node]:
    """All batches that `node` was made from; `edges` are (parent, child). TooLarge beyond MAX_FAMILY."""
    return _reach(((child, parent) for parent, child in edges), node)


def descendants(edges: Iterable[tuple[Node, Node]], node: Node) -> set[Node]:
    """All batches made from `node`; `edges` are (parent, child). TooLarge beyond MAX_FAMILY."""
    return _reach(edges, node)


def would_cycle(
    edges: Iterable[tuple[Node, Node]], parents: Iterable[Node], children: Iterable[Node]
) -> bool:
    """Whether joining `parents` to `children` would make some batch its own ancestor."""
    known, above, below = list(edges), set(parents), set(children)
    if above & below:
        return True
    return any(above & descendants(known, child) for child in below)


def check_acyclic(
    edges: Iterable[tuple[Node, Node]], parents: Iterable[Node], children: Iterable[Node]
) -> None:
    """Refuse (Conflict batch.own-ancestor) an operation after which a batch would be its own ancestor."""
    if would_cycle(edges, parents, children):
        raise Conflict("batch.own-ancestor", "inputs")


def _check_shape(operation: Operation) -> None:
    inputs, outputs = operation.inputs, operation.outputs
    if not inputs:
        raise InvalidInput("batch.no-inputs", "inputs")
    if not outputs:
        raise InvalidInput("batch.no-outputs", "outputs")
    if len(inputs) > MAX_INPUTS or len(outputs) > MAX_OUTPUTS:
        raise InvalidInput("batch.too-many-parts", "inputs", inputs=MAX_INPUTS, outputs=MAX_OUTPUTS)
    _check_weights([weight for _, weight in inputs], "inputs")
    _check_weights(outputs, "outputs")
    if operation.loss is not None and operation.loss < 0:
        raise InvalidInput("quantity.negative", "loss")
    if len({number for number, _ in inputs}) != len(inputs):
        raise InvalidInput("batch.input-twice", "inputs")
    if operation.kind is OperationKind.SPLIT and len(inputs) != 1:
        raise InvalidInput("batch.split-one", "inputs")
    if operation.kind is OperationKind.MERGE and len(inputs) < 2:
        raise InvalidInput("batch.merge-two", "inputs")
    if operation.kind is OperationKind.MERGE and len(outputs) != 1:
        raise InvalidInput("batch.merge-into-one", "outputs")


def _check_weights(weights: Sequence[int], side: str) -> None:
    for row, weight in enumerate(weights):
        if weight <= 0:
            raise InvalidInput("quantity.zero" if weight == 0 else "quantity.negative", f"{side}.{row}")
        if weight > MAX_GRAMS:
            raise InvalidInput("quantity.too-large", f"{side}.{row}")


def _check_yield(taken: int, made: int, yield_range: tuple[int, int]) -> None:
    lowest, highest = yield_range
    # Integers throughout: made/taken compared with thousandths without dividing.
    if not lowest * taken <= made * 1000 <= highest * taken:
        raise Conflict(
            "batch.yield-out-of-range",
            "outputs",
            taken=show(taken),
            made=show(made),
            lowest=show(-(-lowest * taken // 1000)),
            highest=show(highest * taken // 1000),
        )


def _reach(edges: Iterable[tuple[Node, Node]], start: Node) -> set[Node]:
    """Everything reachable from `start` along the edges; `start` itself only if a circle leads back."""
    onward: defaultdict[Node, list[Node]] = defaultdict(list)
    for origin, target in edges:
        onward[origin].append(target)
    seen: set[Node] = set()
    waiting = [start]
    while waiting:
        for target in onward.get(waiting.pop(), ()):
            if target not in seen:
                seen.add(target)
                waiting.append(target)
        if len(seen) > MAX_FAMILY:
            raise TooLarge("batch.family-too-large", max=MAX_FAMILY)
    return seen

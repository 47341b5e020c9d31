"""Split, merge, transform: masses close, dates follow, nobody becomes their own ancestor."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from tests.support.makers import World, the_batch
from trace.core.errors import NotFound, TraceError
from trace.services import batch as batches
from trace.services import find, operation
from trace.services.operation import NewOperation, Output
from trace.tables import Batch

DAY = date(2026, 9, 1)


def _grown(world: World, grams: int, *, product_id: int | None = None) -> str:
    number = world.batch(product_id=product_id)
    world.record(number, "harvest", date(2026, 8, 12), quantity_g=grams)
    return number


def _operate(world: World, given: NewOperation) -> tuple[str, ...]:
    with world.write() as session:
        return operation.operate(session, world.coop, given).numbers


def _refused(world: World, given: NewOperation) -> str:
    with world.db.read() as session:
        before = len(session.exec(select(Batch.id)).all())
    with pytest.raises(TraceError) as refusal:
        _operate(world, given)
    with world.db.read() as session:
        assert len(session.exec(select(Batch.id)).all()) == before
    return refusal.value.code


def _left(world: World, number: str) -> int:
    with world.db.read() as session:
        state = find.state(session, the_batch(session, number))
        return state.total_g - state.used_g


def test_a_split_and_a_merge_close_to_the_gram(world: World) -> None:
    number = _grown(world, 10_000)
    parts = _operate(
        world,
        NewOperation(
            "split", ((number, 10_000),), tuple(Output(world.product_id, 3_000) for _ in range(3)), DAY, 1_000
        ),
    )
    assert _left(world, number) == 0
    [whole] = _operate(
        world,
        NewOperation(
            "merge", tuple((part, 3_000) for part in parts), (Output(world.product_id, 9_000),), DAY
        ),
    )
    assert [_left(world, part) for part in parts] == [0, 0, 0]
    with world.db.read() as session:
        above = batches.ancestors(session, the_batch(session, whole))
        assert [ancestor.number for ancestor in above] == [*parts, number]
        below = batches.descendants(session, the_batch(session, number))
        assert [child.number for child in below] == [*parts, whole]


@pytest.mark.parametrize(
    ("grams", "out", "loss", "code"),
    [
        (10_001, (10_001,), None, "batch.not-enough"),
        (5_000, (5_001,), None, "batch.more-out-than-in"),
        (5_000, (4_000,), 0, "batch.not-closed"),
        (5_000, (4_000,), -1_000, "quantity.negative"),
        (0, (0,), None, "quantity.zero"),
        (5_000, (), None, "batch.no-outputs"),
    ],
)
def test_a_split_that_does_not_close_is_refused(
    world: World, grams: int, out: tuple[int, ...], loss: int | None, code: str
) -> None:
    number = _grown(world, 10_000)
    outputs = tuple(Output(world.product_id, weight) for weight in out)
    assert _refused(world, NewOperation("split", ((number, grams),), outputs, DAY, loss)) == code
    assert _left(world, number) == 10_000


def test_two_products_do_not_merge(world: World) -> None:
    dry, raw = _grown(world, 5_000), _grown(world, 5_000, product_id=world.raw_id)
    given = NewOperation("merge", ((dry, 5_000), (raw, 5_000)), (Output(world.product_id, 10_000),), DAY)
    assert _refused(world, given) == "batch.other-product"


def test_a_transformation_keeps_to_the_products_yield(world: World) -> None:
    raw = _grown(world, 10_000, product_id=world.raw_id)
    for made in (1_999, 6_001):
        given = NewOperation("transform", ((raw, 10_000),), (Output(world.product_id, made),), DAY)
        assert _refused(world, given) == "batch.yield-out-of-range"
    [dry] = _operate(
        world, NewOperation("transform", ((raw, 10_000),), (Output(world.product_id, 3_500),), DAY)
    )
    with world.db.read() as session:
        made_by = operation.made_by(session, the_batch(session, dry))
    assert made_by is not None and made_by.operation.loss_g == 6_500


def test_nothing_is_made_before_its_parents_or_of_itself(world: World) -> None:
    number = _grown(world, 10_000)
    out = (Output(world.product_id, 5_000),)
    assert (
        _refused(world, NewOperation("split", ((number, 5_000),), out, date(2026, 3, 1)))
        == "batch.before-parent"
    )
    twice = NewOperation(
        "merge", ((number, 5_000), (number, 5_000)), (Output(world.product_id, 10_000),), DAY
    )
    assert _refused(world, twice) == "batch.input-twice"
    taken = NewOperation("split", ((number, 5_000),), (Output(world.product_id, 5_000, number=number),), DAY)
    assert _refused(world, taken) == "batch.number-taken"


def test_labelled_goods_cannot_be_split_away(world: World) -> None:
    number = world.ready(grams=10_000)
    world.printed(number, 15)
    given = NewOperation("split", ((number, 2_501),), (Output(world.product_id, 2_501),), DAY)
    assert _refused(world, given) == "batch.not-enough"


def test_a_strangers_batch_cannot_be_used(world: World) -> None:
    number = _grown(world, 10_000)
    with pytest.raises(NotFound), world.write() as session:
        given = NewOperation("split", ((number, 5_000),), (Output(world.product_id, 5_000),), DAY)
        operation.operate(session, world.rival, given)


def test_a_new_batch_needs_its_own_certificate(world: World) -> None:
    from trace.services import readiness

    number = world.ready(grams=10_000)
    [child] = _operate(
        world, NewOperation("split", ((number, 5_000),), (Output(world.product_id, 5_000),), DAY)
    )
    with world.db.read() as session:
        needs = {need.code for need in readiness.look(session, the_batch(session, child)).needs}
    assert needs == {"run.certificate-missing"}

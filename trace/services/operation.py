"""Operations (拆分、合并、加工): batches in, new batches out, masses closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from trace.core import clock, dates, genealogy, text
from trace.core.errors import InvalidInput
from trace.core.genealogy import OperationKind
from trace.core.policy import Action, Actor, require
from trace.services import balance, blocks, find, ledger
from trace.services import batch as batches
from trace.services.audit import AuditAction, note
from trace.tables import Batch, Operation, OperationInput, Product
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Output:
    """A new batch: grams, product and grade; without a number it gets the next free one."""

    product_id: int
    quantity_g: int
    grade: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class NewOperation:
    """Inputs as (batch number, grams); `loss_g` None: what is missing from a transformation is its loss."""

    kind: str
    inputs: tuple[tuple[str, int], ...]
    outputs: tuple[Output, ...]
    occurred_on: date
    loss_g: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Operated:
    """The operation's id, its ledger entry and the new batches' numbers."""

    operation_id: int
    entry: int
    numbers: tuple[str, ...]


def operate(session: Session, actor: Actor, given: NewOperation) -> Operated:
    """Split, merge or transform batches of the actor's own organisation; all of it or nothing."""
    try:
        kind = OperationKind(given.kind)
    except ValueError:
        raise InvalidInput("batch.operation-kind", "kind") from None
    parents = [find.batch(session, actor, number, Action.BATCH_OPERATE) for number, _ in given.inputs]
    require(actor, Action.BATCH_CREATE, actor.org_id)
    products = [find.product(session, output.product_id) for output in given.outputs]
    loss = genealogy.check_operation(
        genealogy.Operation(
            kind, given.inputs, tuple(output.quantity_g for output in given.outputs), given.loss_g
        ),
        input_products=[parent.product_id for parent in parents],
        output_products=[key_of(product) for product in products],
        yield_range=_yield_range(kind, products),
    )
    _check_days(given.occurred_on, parents)
    for parent in parents:
        blocks.refuse_if_stopped(session, parent)
    row = Operation(
        organisation_id=int(actor.org_id),
        kind=kind.value,
        occurred_on=given.occurred_on,
        loss_g=loss,
        note=text.clean(given.note, "note", max_length=200, required=False, name=True),
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
    )
    session.add(row)
    session.flush()
    for number, (parent, (_, grams)) in enumerate(zip(parents, given.inputs, strict=True)):
        balance.take(session, parent, grams, f"inputs.{number}")
        session.add(OperationInput(operation_id=key_of(row), batch_id=key_of(parent), quantity_g=grams))
    made = [
        _made(session, actor, row, parents, output, product)
        for output, product in zip(given.outputs, products, strict=True)
    ]
    entry = ledger.append(
        session,
        f"batch.{kind.value}",
        row,
        organisation=row.organisation_id,
        occurred=row.occurred_on,
        batches=[*(parent.number for parent in parents), *(child.number for child in made)],
    )
    note(
        session, actor, AuditAction.BATCH_OPERATE, f"{kind.value}:{','.join(child.number for child in made)}"
    )
    return Operated(key_of(row), entry, tuple(child.number for child in made))


def _yield_range(kind: OperationKind, products: Sequence[Product]) -> tuple[int, int] | None:
    """Per mille of the input; of several products the widest range holds."""
    if kind is not OperationKind.TRANSFORM or not products:
        return None
    return (
        min(product.yield_min_permille for product in products),
        max(product.yield_max_permille for product in products),
    )


def _check_days(day: date, parents: Sequence[Batch]) -> None:
    moment = dates.day_start(day)
    dates.check_order(moment, clock.now(), field="occurred_on")
    genealogy.check_dates(moment, [(parent.number, dates.day_start(parent.started_on)) for parent in parents])


def _made(
    session: Session, actor: Actor, row: Operation, parents: Sequence[Batch], output: Output, product: Product
) -> Batch:
    plots = {parent.plot_id for parent in parents}
    child = Batch(
        number=batches.numbered(session, product, row.occurred_on, output.number),
        organisation_id=row.organisation_id,
        product_id=key_of(product),
        # Of one plot only as long as all of it is; a mixture's plots are those of its ancestors.
        plot_id=plots.pop() if len(plots) == 1 else None,
        operation_id=key_of(row),
        quantity_g=output.quantity_g,
        grade=batches.checked_grade(product, output.grade),
        started_on=row.occurred_on,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
    )
    batches.enter(session, actor, child, "batch.made", tuple(key_of(parent) for parent in parents))
    return child


@dataclass(frozen=True, slots=True)
class Kinship:
    """An operation seen from a batch: its other side's batches with grams."""

    operation: Operation
    inputs: tuple[tuple[Batch, int], ...]
    outputs: tuple[tuple[Batch, int], ...]


def made_by(session: Session, batch: Batch) -> Kinship | None:
    """The operation that made a batch; None for one that began on a plot or with a purchase."""
    return _kinship(session, batch.operation_id) if batch.operation_id is not None else None


def used_in(session: Session, batch: Batch) -> list[Kinship]:
    """The operations that took from a batch, in order."""
    ids = session.exec(
        select(OperationInput.operation_id)
        .where(OperationInput.batch_id == key_of(batch))
        .order_by(col(OperationInput.operation_id))
    ).all()
    return [_kinship(session, operation_id) for operation_id in ids]


def _kinship(session: Session, operation_id: int) -> Kinship:
    row = session.get_one(Operation, operation_id)
    inputs = session.exec(
        select(Batch, OperationInput.quantity_g)
        .join(OperationInput, col(OperationInput.batch_id) == col(Batch.id))
        .where(OperationInput.operation_id == operation_id)
        .order_by(col(Batch.id))
    ).all()
    outputs = session.exec(
        select(Batch).where(Batch.operation_id == operation_id).order_by(col(Batch.id))
    ).all()
    return Kinship(row, tuple((b, g) for b, g in inputs), tuple((b, b.quantity_g) for b in outputs))


def kinship(session: Session, actor: Actor, operation_id: int) -> Kinship:
    """An operation of the actor's own organisation with its batches on both sides."""
    return _kinship(session, key_of(find.operation(session, actor, operation_id)))


def newest_id(session: Session, organisation_id: int) -> int:
    """The id of the organisation's newest operation, 0 for none; a form remembers it, see `done_since`."""
    own = select(Operation.id).where(Operation.organisation_id == organisation_id)
    return session.exec(own.order_by(col(Operation.id).desc()).limit(1)).first() or 0


def done_since(session: Session, actor: Actor, given: NewOperation, after: int) -> int | None:
    """The operation that this person entered alike after operation `after`: the form was sent twice."""
    query = select(Operation.id).where(
        Operation.organisation_id == int(actor.org_id),
        Operation.recorded_by == int(actor.user_id),
        col(Operation.id) > after,
        Operation.kind == given.kind,
        Operation.occurred_on == given.occurred_on,
    )
    asked_in = sorted(given.inputs)
    asked_out = sorted((output.product_id, output.quantity_g, output.grade) for output in given.outputs)
    for operation_id in session.exec(query).all():
        found = _kinship(session, operation_id or 0)
        came = sorted((parent.number, grams) for parent, grams in found.inputs)
        made = sorted((child.product_id, grams, child.grade) for child, grams in found.outputs)
        if came == asked_in and made == asked_out:
            return operation_id
    return None

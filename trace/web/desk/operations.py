"""Operations: split (拆分), merge (合并), transform (加工) batches, and what came of one."""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.genealogy import OperationKind
from trace.core.policy import Action
from trace.core.quantity import show
from trace.core.stage import Choice, Fact
from trace.services import balance, batch, operation
from trace.services.product import grades_of
from trace.tables import Batch, BatchState, Product
from trace.tables.base import key_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.desk.frame import bp, page
from trace.web.inputs.operation import OperationForm, as_operation, named_as_typed, read_operation
from trace.web.inputs.reading import today

Line = tuple[Batch, BatchState, Product]


def _kind(word: str) -> OperationKind:
    try:
        return OperationKind(word)
    except ValueError:
        abort(404)


def _choosable() -> list[Line]:
    """Own batches of which something is left."""
    actor = current_actor()
    with app_db().read() as session:
        found = batch.of_organisation(session, int(actor.org_id))
    return [line for line in found if balance.free_g(line[1]) > 0]


def _columns(lines: list[Line], products: list[Product]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The columns of what goes in and of what comes out, as the form macros draw them."""
    sources = tuple(
        Choice(
            row.number,
            f"{row.number} {product.name} 剩 {show(balance.free_g(state))}",
            f"{row.number} {product.name_en or product.name}, {show(balance.free_g(state))} left",
        )
        for row, state, product in lines
    )
    made = tuple(Choice(str(key_of(one)), one.name, one.name_en or one.name) for one in products)
    grades = tuple(
        Choice(grade, grade, grade)
        for grade in dict.fromkeys(grade.name for one in products for grade in grades_of(one))
    )
    weight = Fact("quantity", "重量", "Weight", "decimal")
    grade = Fact("grade", "等级", "Grade", "choice", choices=grades)
    return (
        (Fact("batch", "批次", "Batch", "choice", choices=sources), weight),
        (Fact("product", "得到的产品", "Product", "choice", choices=made), weight, grade),
    )


def _show(kind: OperationKind, form: OperationForm, error: TraceError | None = None) -> tuple[str, int]:
    lines = _choosable()
    with app_db().read() as session:
        products = batch.products_for(session, current_actor())
    ins, outs = _columns(lines, products)
    return page("operations/form", error, kind=kind.value, form_values=form, ins=ins, outs=outs, lines=lines)


@bp.get("/operate/<kind>")
@needs(Action.BATCH_OPERATE)
def operate(kind: str) -> tuple[str, int]:
    """The form; `?from=` puts a batch into it."""
    wanted = _kind(kind)
    source = request.args.get("from", "")
    form = OperationForm(occurred_on=today().isoformat())
    if source:
        form.inputs = [{"batch": source, "quantity": ""}]
    with app_db().read() as session:
        form.newest = operation.newest_id(session, int(current_actor().org_id))
    return _show(wanted, form)


@bp.post("/operate/<kind>")
@needs(Action.BATCH_OPERATE)
def operate_post(kind: str) -> tuple[str, int] | Response:
    """Enter the operation; the same form sent twice enters one."""
    wanted = _kind(kind)
    actor = current_actor()
    form = read_operation(request.form)
    if "more" in request.form:
        return _show(wanted, form)
    products = {row.number: row.product_id for row, _state, _product in _choosable()}
    for row in form.inputs:
        # A batch that was used up by this very form's first sending is no longer offered, but still known.
        _add_known(products, row["batch"])
    try:
        given = as_operation(wanted, form, request.form, products)
        with app_db().write() as session:
            done = operation.done_since(session, actor, given, form.newest)
            if done is None:
                done = operation.operate(session, actor, given).operation_id
    except (InvalidInput, Conflict) as error:
        return _show(wanted, form, named_as_typed(error, form))
    return redirect(url_for("desk.operation_page", operation_id=done), 303)


def _add_known(products: dict[str, int], number: str) -> None:
    if not number or number in products:
        return
    with app_db().read() as session:
        for row, _state, _product in batch.search(session, int(current_actor().org_id), number, limit=5):
            if row.number == number:
                products[number] = row.product_id


@bp.get("/operations/<int:operation_id>")
@needs(Action.BATCH_READ)
def operation_page(operation_id: int) -> tuple[str, int]:
    """What went in, what came out, what was lost, and what the new batches need next."""
    with app_db().read() as session:
        found = operation.kinship(session, current_actor(), operation_id)
    return page("operations/done", found=found)

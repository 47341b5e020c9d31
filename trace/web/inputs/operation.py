"""The form of a split, a merge or a processing: weights in one unit, what can be reckoned is not asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from werkzeug.datastructures import MultiDict

from trace.core.errors import InvalidInput, TraceError
from trace.core.genealogy import OperationKind
from trace.services.operation import NewOperation, Output
from trace.web.inputs.reading import Reading

IN = ("batch", "quantity")
OUT = ("product", "quantity", "grade")


@dataclass(slots=True)
class OperationForm:
    """What was typed, row by row."""

    inputs: list[dict[str, str]] = field(default_factory=list)
    outputs: list[dict[str, str]] = field(default_factory=list)
    unit: str = "kg"
    occurred_on: str = ""
    loss: str = ""
    note: str = ""
    newest: int = 0


def read_operation(sent: MultiDict[str, str]) -> OperationForm:
    """The form as it came."""
    reading = Reading(sent)
    return OperationForm(
        inputs=reading.rows("inputs", IN),
        outputs=reading.rows("outputs", OUT),
        unit=reading.text("unit") or "kg",
        occurred_on=reading.text("occurred_on"),
        loss=reading.text("loss"),
        note=reading.text("note"),
        newest=reading.key("newest") or 0,
    )


def as_operation(
    kind: OperationKind, form: OperationForm, sent: MultiDict[str, str], products: Mapping[str, int]
) -> NewOperation:
    """What the service takes; `products` are those of the batches to choose from, by number.

    A split takes out what its parts and its loss weigh; a merge gives what goes in less its loss; a
    processing loses what is missing. Raises InvalidInputs naming every wrong field.
    """
    reading = Reading(sent)
    day = reading.day("occurred_on")
    loss = reading.weight("loss", form.unit, required=False) if form.loss.strip() not in ("", "0") else 0
    outputs = [] if kind is OperationKind.MERGE else _outputs(reading, form, kind, products)
    inputs = _inputs(reading, form, kind, products)
    reading.check()
    if kind is OperationKind.SPLIT:
        taken = sum(output.quantity_g for output in outputs) + (loss or 0)
        inputs = [(inputs[0][0], taken)]
    if kind is OperationKind.MERGE:
        left = sum(grams for _, grams in inputs) - (loss or 0)
        grade = form.outputs[0]["grade"] if form.outputs else ""
        outputs = [Output(products[inputs[0][0]], left, grade)]
    return NewOperation(
        kind=kind.value,
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        occurred_on=day or date.min,
        loss_g=None if kind is OperationKind.TRANSFORM else loss,
        note=form.note,
    )


def _inputs(
    reading: Reading, form: OperationForm, kind: OperationKind, products: Mapping[str, int]
) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for number, row in _filled(form.inputs):
        if row["batch"] not in products:
            reading.errors.append(InvalidInput("event.choose", f"inputs.{number}.batch"))
            continue
        weighed = kind is not OperationKind.SPLIT
        grams = reading.weight(f"inputs.{number}.quantity", form.unit) if weighed else 0
        found.append((row["batch"], grams or 0))
    if not found and not reading.errors:
        reading.errors.append(InvalidInput("batch.no-inputs", "inputs"))
    return found


def _outputs(
    reading: Reading, form: OperationForm, kind: OperationKind, products: Mapping[str, int]
) -> list[Output]:
    source = products.get(form.inputs[0]["batch"], 0) if form.inputs else 0
    found: list[Output] = []
    for number, row in _filled(form.outputs):
        grams = reading.weight(f"outputs.{number}.quantity", form.unit)
        product = reading.key(f"outputs.{number}.product") if kind is OperationKind.TRANSFORM else source
        if product is None:
            reading.errors.append(InvalidInput("event.choose", f"outputs.{number}.product"))
        found.append(Output(product or 0, grams or 0, row["grade"]))
    if not found:
        reading.errors.append(InvalidInput("batch.no-outputs", "outputs"))
    return found


def named_as_typed(error: TraceError, form: OperationForm) -> TraceError:
    """Lead a refusal of the service to the input it is about: its rows are counted without blank ones."""
    side, _, number = (error.field or "").partition(".")
    rows = {"inputs": form.inputs, "outputs": form.outputs}.get(side)
    if rows is not None and number.isdigit():
        places = [place for place, _row in _filled(rows)]
        if int(number) < len(places):
            error.field = f"{side}.{places[int(number)]}.quantity"
    if error.field == "occurred":
        error.field = "occurred_on"
    return error


def _filled(rows: list[dict[str, str]]) -> list[tuple[int, dict[str, str]]]:
    return [(number, row) for number, row in enumerate(rows) if any(cell.strip() for cell in row.values())]

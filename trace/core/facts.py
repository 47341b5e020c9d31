"""Reading raw stage facts, from a form or the API, into the one canonical form that records keep."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from trace.core import dates, text
from trace.core.errors import InvalidInput, InvalidInputs, TraceError
from trace.core.stage import MAX_ROWS, Fact, Facts, FactValue, Stage

_WIDE = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
_INTEGER = re.compile(r"-?[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?")
_YES = frozenset({"yes", "true", "on", "1", "是"})
_NO = frozenset({"no", "false", "off", "0", "否"})
_MOST_UNKNOWN = 10


def validate(stage: Stage, raw: Mapping[str, object]) -> Facts:
    """Return the facts in canonical form: text, whole numbers, decimal strings, ISO dates, lists of rows.

    Blank optional facts and blank rows are left out, unknown keys refused. Raises InvalidInputs with one
    error for each wrong field, named like "facts.inputs.2.dose" (rows count from 0).
    """
    errors: list[TraceError] = []
    facts: Facts = {}
    numbers: dict[str, list[int]] = {}
    _refuse_unknown(stage.facts, raw, "facts", errors)
    for fact in stage.facts:
        field = f"facts.{fact.key}"
        try:
            value = (
                _rows(fact, raw.get(fact.key), field, errors, numbers)
                if fact.kind == "rows"
                else _one(fact, raw, field)
            )
        except InvalidInput as error:
            errors.append(error)
            continue
        if value is not None:
            facts[fact.key] = value
    wrong = {error.field for error in errors}
    for found in (found for check in stage.checks for found in check(facts)):
        found.field = _as_sent(found.field, numbers)
        if found.field not in wrong:
            errors.append(found)
    if errors:
        raise InvalidInputs(errors)
    return facts


def canonical_decimal(value: Decimal) -> str:
    """The one text form of a decimal: no exponent, no trailing zeros, no "-0"."""
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def _refuse_unknown(
    known: Sequence[Fact], raw: Mapping[str, object], where: str, errors: list[TraceError]
) -> None:
    keys = {fact.key for fact in known}
    for key in [key for key in raw if key not in keys][:_MOST_UNKNOWN]:
        # The key is the sender's: shown only so far as it is a plain word.
        word = "".join(
            letter for letter in str(key)[:40] if letter.isascii() and (letter.isalnum() or letter in "_-")
        )
        errors.append(InvalidInput("event.unknown-fact", f"{where}.{word}", key=word))


def _as_sent(field: str | None, numbers: Mapping[str, list[int]]) -> str | None:
    """The name of an input by the rows as they were sent, blank ones counted."""
    parts = (field or "").split(".")
    if len(parts) > 2 and parts[1] in numbers:
        parts[2] = str(numbers[parts[1]][int(parts[2])])
        return ".".join(parts)
    return field


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _rows(
    fact: Fact, value: object, field: str, errors: list[TraceError], numbers: dict[str, list[int]]
) -> list[dict[str, str | int | bool]] | None:
    """The rows that hold something; `numbers` keeps where each stood among those sent."""
    if _blank(value):
        value = []
    if not isinstance(value, list | tuple):
        raise InvalidInput("event.not-rows", field)
    if len(value) > MAX_ROWS:
        raise InvalidInput("event.too-many-rows", field, max=MAX_ROWS)
    kept = numbers.setdefault(fact.key, [])
    rows: list[dict[str, str | int | bool]] = []
    for number, raw in enumerate(value):
        where = f"{field}.{number}"
        if not isinstance(raw, Mapping):
            errors.append(InvalidInput("event.not-rows", where))
        elif not all(_blank(cell) for cell in raw.values()):
            rows.append(_row(fact, raw, where, errors))
            kept.append(number)
    if not rows and fact.required:
        raise InvalidInput("event.rows-required", field)
    return rows or None


def _row(
    fact: Fact, raw: Mapping[str, object], where: str, errors: list[TraceError]
) -> dict[str, str | int | bool]:
    _refuse_unknown(fact.columns, raw, where, errors)
    row: dict[str, str | int | bool] = {}
    for column in fact.columns:
        try:
            cell = _one(column, raw, f"{where}.{column.key}")
        except InvalidInput as error:
            errors.append(error)
            continue
        if cell is not None:
            row[column.key] = cell
    return row


def _one(fact: Fact, raw: Mapping[str, object], field: str) -> str | int | bool | None:
    value = raw.get(fact.key)
    if _blank(value):
        if fact.required:
            raise InvalidInput("event.choose" if fact.kind == "choice" else "text.required", field)
        return None
    if fact.kind in ("text", "longtext"):
        kept = text.clean(
            value,
            field,
            max_length=fact.max_length,
            multiline=fact.kind == "longtext",
            required=fact.required,
        )
        if kept and fact.rule is not None:
            kept = fact.rule(kept, field)
        return kept or None
    if fact.kind == "integer":
        return _integer(fact, value, field)
    if fact.kind == "decimal":
        return _decimal(fact, value, field)
    if fact.kind == "date":
        return dates.parse_day(value, field).isoformat()
    if fact.kind == "datetime":
        return dates.moment_text(dates.parse_moment(value, field))
    if fact.kind == "choice":
        return _choice(fact, value, field)
    return _yesno(value, field)


def _integer(fact: Fact, value: object, field: str) -> int:
    if isinstance(value, str) and _INTEGER.fullmatch(value.translate(_WIDE).strip()):
        value = int(value.translate(_WIDE).strip())
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput("event.not-integer", field)
    _bounded(fact, value, field)
    return value


def _decimal(fact: Fact, value: object, field: str) -> str:
    # JSON readers hand over floats: repr gives back the digits that were sent.
    if isinstance(value, float) and math.isfinite(value):
        value = Decimal(repr(value))
    if isinstance(value, Decimal) and value.is_finite() and -13 < value.adjusted() < 13:
        value = format(value, "f")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12:
        value = str(value)
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value.translate(_WIDE).strip()):
        raise InvalidInput("event.not-decimal", field)
    number = Decimal(value.translate(_WIDE).strip())
    _bounded(fact, number, field)
    plain = canonical_decimal(number)
    if len(plain.partition(".")[2]) > fact.places:
        raise InvalidInput("event.too-many-decimals", field, max=fact.places)
    return plain


def _bounded(fact: Fact, number: int | Decimal, field: str) -> None:
    if fact.minimum is not None and number < fact.minimum:
        raise InvalidInput("event.too-small", field, min=fact.minimum)
    if fact.maximum is not None and number > fact.maximum:
        raise InvalidInput("event.too-big", field, max=fact.maximum)


def _choice(fact: Fact, value: object, field: str) -> str:
    for option in fact.choices:
        if value == option.key:
            return option.key
    raise InvalidInput("event.choose", field)


def _yesno(value: object, field: str) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise InvalidInput("event.yes-or-no", field)


__all__ = ["FactValue", "canonical_decimal", "validate"]

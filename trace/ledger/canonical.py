"""Canonical JSON (RFC 8785) for records of ours: text, integers, booleans, null, lists and objects."""

from __future__ import annotations

import json
from typing import Any

# RFC 8785 inherits JSON numbers from IEEE 754; beyond this an integer would not survive a browser.
MAX_INTEGER = 2**53 - 1


def _checked(value: Any) -> Any:
    """Return `value` with object keys in UTF-16 order; refuse what has no single canonical form."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError("integer beyond 2^53-1 has no canonical form")
        return value
    if isinstance(value, (list, tuple)):
        return [_checked(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("object keys are text")
        ordered = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _checked(value[key]) for key in ordered}
    raise TypeError(f"{type(value).__name__} has no place in a record")


def canonical(value: Any) -> str:
    """Return the one canonical text (RFC 8785); floats are refused: weights are integers in grams.

    Raises TypeError or ValueError (also for lone surrogates, which have no UTF-8 form).
    """
    text = json.dumps(_checked(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text.encode("utf-8")
    return text


def parse(text: str) -> Any:
    """Read canonical JSON; any other spelling of the same value is refused (ValueError)."""
    try:
        value = json.loads(text)
        again = canonical(value)
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if again != text:
        raise ValueError("not in canonical form")
    return value

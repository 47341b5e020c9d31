"""Canonical JSON (RFC 8785) for records of ours: text, integers, booleans, null, lists and objects."""

from __future__ import annotations

import json
from collections.abc import Iterable
from json.encoder import encode_basestring
from typing import Any

# RFC 8785 inherits JSON numbers from IEEE 754; beyond this an integer would not survive a browser.
MAX_INTEGER = 2**53 - 1

_WORDS = {None: "null", True: "true", False: "false"}


def _text(value: Any) -> str:
    """The canonical text of `value`, in one pass; refuse what has no single canonical form."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if value is None or kind is bool:
        return _WORDS[value]
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError("integer beyond 2^53-1 has no canonical form")
        return int.__repr__(value)
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_text, value))}]"
    if isinstance(value, dict):
        members = [f"{encode_basestring(key)}:{_text(value[key])}" for key in _ordered(value)]
        return f"{{{','.join(members)}}}"
    raise TypeError(f"{kind.__name__} has no place in a record")


def _ordered(keys: Iterable[str]) -> list[str]:
    """RFC 8785, 3.2.3: object keys in the order of their UTF-16 units; ASCII is in that order as it is."""
    try:
        plain = "".join(keys).isascii()
    except TypeError as error:
        raise TypeError("object keys are text") from error
    return sorted(keys) if plain else sorted(keys, key=lambda key: key.encode("utf-16-be"))


def canonical(value: Any) -> str:
    """Return the one canonical text (RFC 8785); floats are refused: weights are integers in grams.

    Raises TypeError or ValueError (also for lone surrogates, which have no UTF-8 form).
    """
    text = _text(value)
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

"""What an entry commits to: each field of a record by itself, salted, so that one can be erased or withheld.

The rule: payload = SHA-256("trace-record-v1\\n" ‖ JCS({field: digest, …})), where a field's digest is
SHA-256(salt of the field ‖ JCS([field, value])) and its salt HMAC-SHA256(salt of the entry, field). Without the
salt a guess at a value cannot be tried, and the salts of some fields say nothing about those of others.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from trace.ledger.canonical import canonical

SALT_BYTES = 32
_RECORD = b"trace-record-v1\n"

Value = str | int | bool | None | list[Any] | dict[str, Any]


def flatten(record: Mapping[str, Any]) -> dict[str, Value]:
    """The fields of a record: objects and lists of objects become dotted paths ("facts.steps.0.step").

    ValueError for a name with a dot or without a letter: two records would have one set of fields.
    """
    made: dict[str, Value] = {}
    _flatten("", record, made)
    return made


def _flatten(path: str, value: Any, made: dict[str, Value]) -> None:
    if value is None or isinstance(value, (str, int)):
        made[path] = value
        return
    if isinstance(value, Mapping) and (value or not path):
        if not all(name and "." not in name for name in value):
            raise ValueError("the name of a field is not empty and has no dot")
        members: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value):
        members = enumerate(value)
    else:
        made[path] = list(value) if isinstance(value, tuple) else value  # an empty object stands for itself
        return
    for name, member in members:
        _flatten(f"{path}.{name}" if path else str(name), member, made)


def field_salt(salt: bytes, field: str) -> bytes:
    """The salt of one field of the entry that has `salt`: 32 bytes."""
    return hmac.digest(salt, field.encode("utf-8"), "sha256")


def digest(salt: bytes, field: str, value: Value) -> str:
    """A field's digest under the field's own salt, in hex."""
    return hashlib.sha256(salt + canonical([field, value]).encode("utf-8")).hexdigest()


def digests(salt: bytes, fields: Mapping[str, Value]) -> dict[str, str]:
    """The digest of every field under the entry's salt."""
    return {name: digest(field_salt(salt, name), name, value) for name, value in fields.items()}


def payload(digests: Mapping[str, str]) -> str:
    """What the entry's envelope carries for its record, in hex."""
    return hashlib.sha256(_RECORD + canonical(dict(digests)).encode("utf-8")).hexdigest()

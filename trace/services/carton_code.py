"""Labels named by their codes: scanned into a form as an address, or the digits under the code typed by hand."""

from __future__ import annotations

import re

from sqlmodel import Session

from labels import code as item_code
from labels import digits as printed_digits
from labels.code import ItemCode
from labels.errors import ForgedCode, MalformedCode
from labels.keys import PublicKey
from trace.core.carton import Packing
from trace.core.errors import InvalidInput, NotFound
from trace.services import key
from trace.tables import Run
from trace.tables.base import key_of

_SCANNED = re.compile(r"(?<![0-9])[0-9]{175}(?![0-9])", re.ASCII)
_LONGEST = 400


def read(session: Session, text: str, field: str) -> tuple[Run, int]:
    """The run and number of a label, from its address, its 175 digits, or the 20 or 21 digits printed on it.

    InvalidInput for what is no code, has a digit wrong, or was signed by nobody of ours; NotFound if no such
    label was printed. Typed digits prove nothing: whoever packs has the label in hand.
    """
    found = _code(session, text[:_LONGEST], field)
    row = session.get(Run, found.run)
    if row is None or row.key_id != found.key_id or not 1 <= found.item <= row.count:
        raise NotFound("carton.code-unknown", field)
    known = key.known(session, found.key_id)
    if known is None or (known.revoked_from is not None and row.created_at >= known.revoked_from):
        raise NotFound("carton.code-unknown", field)
    return row, found.item


def _code(session: Session, text: str, field: str) -> ItemCode:
    scanned = _SCANNED.search(text)
    try:
        if scanned is None:
            return printed_digits.typed(text)
        return item_code.verify(scanned[0], lambda key_id: _public(session, key_id))
    except ForgedCode as error:
        raise NotFound("carton.code-unknown", field) from error
    except MalformedCode as error:
        wrong = "carton.check-digit" if error.code == "label.check-digit" else "carton.code"
        raise InvalidInput(wrong, field) from error


def _public(session: Session, key_id: int) -> PublicKey | None:
    known = key.known(session, key_id)
    return None if known is None else known.public


def packing(session: Session, carton: str, first: str, last: str) -> Packing:
    """One carton, and the labels from the first to the last put into it; in either order, one label if alone."""
    box, number = read(session, carton, "carton")
    row, low = read(session, first, "first_code")
    other, high = read(session, last, "last_code") if last.strip() else (row, low)
    if key_of(other) != key_of(row):
        raise InvalidInput("carton.two-runs", "last_code")
    low, high = sorted((low, high))
    return Packing(key_of(box), number, number, key_of(row), low, high, high - low + 1)

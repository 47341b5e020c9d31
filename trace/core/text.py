"""Typed text made safe to keep, show, print and export: one normal form, no invisible trickery."""

from __future__ import annotations

import re
import unicodedata

from trace.core.errors import InvalidInput

_EDGE = " \t\r\n\u00a0\u3000"
# Pasted along from web pages and chats, shown by nobody: dropped, not refused.
_DROPPED = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
# Marks, embeddings, overrides and isolates that make text read in another order than it is stored.
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# C0, DEL, C1, line and paragraph separators, interlinear notes, tags, noncharacters.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb\ufdd0-\ufdef\U000e0000-\U000e007f]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# Letters in name only: they take room and show nothing.
_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_FORMULA = frozenset("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
_MOST_MARKS = 4


def clean(
    value: object,
    field: str,
    *,
    max_length: int,
    multiline: bool = False,
    required: bool = True,
    name: bool = False,
) -> str:
    """Return the text stripped and in NFC (full-width punctuation stays); "" only where not `required`.

    Refuses with InvalidInput: no text, over `max_length` characters, control characters, characters that turn
    the reading direction, broken Unicode, piles of accents; with `name` also a beginning that a spreadsheet
    would run as a formula.
    """
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise InvalidInput("text.not-text", field)
    if _SURROGATE.search(value):
        raise InvalidInput("text.broken", field)
    text = value.translate(_DROPPED).strip(_EDGE)
    # NFC of one character is at most three: far above that no need to normalise megabytes first.
    if len(text) > 4 * max_length:
        raise InvalidInput("text.too-long", field, max=max_length, got=len(text))
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    if _DIRECTION.search(text):
        raise InvalidInput("text.direction", field)
    if _CONTROL.search(text) or any(ord(letter) & 0xFFFE == 0xFFFE for letter in text):
        raise InvalidInput("text.control", field)
    if not multiline and "\n" in text:
        raise InvalidInput("text.one-line", field)
    if len(text) > max_length:
        raise InvalidInput("text.too-long", field, max=max_length, got=len(text))
    if _piled(text):
        raise InvalidInput("text.marks", field)
    if not any(_visible(letter) for letter in text):
        if required:
            raise InvalidInput("text.required", field)
        return ""
    if name and is_formula(text):
        raise InvalidInput("text.formula", field)
    return text


def is_formula(value: str) -> bool:
    """Whether a spreadsheet may run this text: it begins with = + - @ (half or full width), tab or CR."""
    return value[:1] in _FORMULA if value else False


def _visible(letter: str) -> bool:
    """Whether the character draws something; unassigned ones count, for new ideographs come each year."""
    if letter in _BLANK_LETTERS:
        return False
    return unicodedata.category(letter)[0] in "LNPS" or unicodedata.category(letter) in ("Cn", "Co")


def _piled(text: str) -> bool:
    """Whether more combining marks follow one another than any living script writes."""
    run = 0
    for letter in text:
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if run > _MOST_MARKS:
            return True
    return False

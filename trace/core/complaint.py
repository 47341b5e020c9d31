"""Complaint (举报): what kinds there are, what may stand in one, and the receipt number (回执编号) it is looked up by."""

from __future__ import annotations

import re
import secrets
import unicodedata
from enum import StrEnum

from trace.core import text as words
from trace.core.errors import InvalidInput

LEAST_TEXT = 5
MOST_TEXT = 2000
MOST_PHONE = 40
_RANDOM_DIGITS = 12
_RECEIPT_DIGITS = _RANDOM_DIGITS + 1
_SEPARATORS = re.compile(r"[\s\-_.,/·:\u2010-\u2015\u2212、。]+")
_PHONE = re.compile(r"[+(]?[0-9]([ ()\-]{0,2}[0-9]){4,19}", re.ASCII)
_LONGEST_TYPED = 200


class Kind(StrEnum):
    """What a complaint is about."""

    COPIED = "copied"
    LABEL = "label"
    QUALITY = "quality"
    RECORD = "record"
    OTHER = "other"


# Chinese, English.
TITLES: dict[Kind, tuple[str, str]] = {
    Kind.COPIED: ("怀疑是假货，或标签被复制", "I suspect a fake, or a copied label"),
    Kind.LABEL: ("标签有问题", "Something is wrong with the label"),
    Kind.QUALITY: ("质量问题", "The quality is bad"),
    Kind.RECORD: ("记录和实物不符", "The record does not fit the product"),
    Kind.OTHER: ("其他", "Something else"),
}


def kind(value: str) -> Kind:
    """The kind that was chosen; InvalidInput complaint.kind if none was."""
    try:
        return Kind(value)
    except ValueError:
        raise InvalidInput("complaint.kind", "kind") from None


def text(value: object) -> str:
    """What the buyer says, cleaned; InvalidInput complaint.text-short below 5 characters, text.* otherwise."""
    said = words.clean(value, "text", max_length=MOST_TEXT, multiline=True)
    if len(said) < LEAST_TEXT:
        raise InvalidInput("complaint.text-short", "text", min=LEAST_TEXT)
    return said


def phone(value: object) -> str:
    """A phone number as typed, half width; "" if none was given; InvalidInput complaint.phone for anything else."""
    typed = words.clean(value, "phone", max_length=MOST_PHONE, required=False)
    number = unicodedata.normalize("NFKC", typed).strip()
    if number and _PHONE.fullmatch(number) is None:
        raise InvalidInput("complaint.phone", "phone")
    return number


def new_receipt() -> str:
    """12 random digits and their check digit: nobody guesses another's within the limits on look-ups."""
    stem = f"{secrets.randbelow(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}d}"
    return stem + check_digit(stem)


def check_digit(stem: str) -> str:
    """ISO 7064 MOD 11,10: catches every wrong digit and nearly every swap of neighbours."""
    state = 10
    for digit in map(int, stem):
        state = 2 * ((state + digit) % 10 or 10) % 11
    return str((11 - state) % 10)


def read_receipt(typed: str) -> str:
    """The 13 digits of a receipt, however they were spaced; InvalidInput complaint.receipt if they are none."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed[:_LONGEST_TYPED]))
    sound = (
        len(typed) <= _LONGEST_TYPED
        and len(digits) == _RECEIPT_DIGITS
        and digits.isascii()
        and digits.isdigit()
        and check_digit(digits[:-1]) == digits[-1]
    )
    if not sound:
        raise InvalidInput("complaint.receipt", "receipt")
    return digits


def grouped(receipt: str) -> str:
    """A receipt as it is shown: 1234 5678 9012-3."""
    return f"{receipt[:4]} {receipt[4:8]} {receipt[8:12]}-{receipt[12:]}"

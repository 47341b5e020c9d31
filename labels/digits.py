"""The short number under the QR, for typing in by hand: 20 head digits and an ISO 7064 MOD 11,10 check digit.

It looks a label up; it never proves that the label is genuine, because it carries no signature.
"""

from __future__ import annotations

import functools
import unicodedata

from .code import HEAD_DIGITS, ItemCode, parse_head
from .errors import MalformedCode

_SEPARATORS = frozenset(" \t\r\n-_.,/·:\u00ad\u200b\u2010\u2011\u2012\u2013\u2014\u2015\u2212、。")
_LONGEST_TYPED = 200


def check_digit(head: str) -> str:
    """ISO 7064 MOD 11,10: catches every single wrong digit and nearly every swap of neighbours."""
    from stdnum.iso7064 import mod_11_10  # it brings in much that a printed run has no need of

    return str(mod_11_10.calc_check_digit(head))


def printed(code: ItemCode) -> str:
    """The number as printed: five groups of four, then a hyphen and the check digit."""
    return printed_head(code.head)


def printed_head(head: str) -> str:
    """The same from the 20 digits themselves."""
    groups = " ".join(head[start : start + 4] for start in range(0, HEAD_DIGITS, 4))
    return f"{groups}-{check_digit(head)}"


def printed_items(stem: str, items: range) -> list[str]:
    """`printed` for many items of one run, from the 14 digits before the item number; ten times as fast."""
    steps = check_steps()
    start = 10
    for digit in map(int, stem):
        start = 2 * ((start + digit) % 10 or 10) % 11
    groups = f"{stem[:4]} {stem[4:8]} {stem[8:12]} {stem[12:]}"
    return [
        f"{groups}{item // 10_000:02d} {item % 10_000:04d}"
        f"-{(11 - steps[steps[start][item // 1000]][item % 1000]) % 10}"
        for item in items
    ]


@functools.cache
def check_steps() -> list[list[int]]:
    """For each state of MOD 11,10 its state after any three digits; the first state is 10."""
    table = []
    for start in range(11):
        states = [start]
        for _ in range(3):
            states = [2 * ((state + digit) % 10 or 10) % 11 for state in states for digit in range(10)]
        table.append(states)
    return table


def typed(text: str) -> ItemCode:
    """Read a number typed by hand: full-width digits, spaces and dashes are fine, the check digit optional.

    Raises MalformedCode; its code is `label.check-digit` when only the check digit is wrong.
    """
    folded = unicodedata.normalize("NFKC", text[:_LONGEST_TYPED])
    digits = "".join(char for char in folded if char not in _SEPARATORS and not char.isspace())
    if (
        len(text) > _LONGEST_TYPED
        or len(digits) not in (HEAD_DIGITS, HEAD_DIGITS + 1)
        or not _ascii_digits(digits)
    ):
        raise MalformedCode(
            "label.typed-length",
            "编号应是 20 位数字加 1 位校验码，印在二维码下面，请对照标签再输一次。",
            "The number under the QR is 20 digits and one check digit.",
            length=len(digits),
        )
    head = digits[:HEAD_DIGITS]
    if len(digits) > HEAD_DIGITS and digits[HEAD_DIGITS] != check_digit(head):
        raise MalformedCode(
            "label.check-digit",
            "有数字输错了：最后一位校验码对不上，请对照标签再核对一遍。",
            "A digit is wrong: the check digit at the end does not match.",
        )
    return parse_head(head)


def _ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()

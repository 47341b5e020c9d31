"""The short number under the QR, for typing in by hand: 20 head digits and an ISO 7064 MOD 11,10 check digit.

It looks a label up; it never proves that the label is genuine, because it carries no signature.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from .code import CODE_DIGITS, ED25519, HEAD_DIGITS, ItemCode, parse_head
from .errors import MalformedCode

_GROUP = 4
_LONGEST_TYPED = 400
_SIGNED = re.compile(rf"(?<![0-9])[0-9]{{{CODE_DIGITS}}}(?![0-9])", re.ASCII)
# What a hand writes for a nought or a one, and an eye takes for it.
_LOOKALIKES = str.maketrans("OoＯ〇○lIi|", "000001111")


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, pasted or scanned: the label's head, and whether a check digit was there and right.

    `signed` are all 175 digits where the whole address was given; their signature is not checked here.
    """

    code: ItemCode
    checked: bool
    signed: str = ""


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
    """The label's head as `read` finds it; raises MalformedCode."""
    return read(text).code


def read(text: str) -> Typed:
    """Read what was typed by hand or by a scanner that acts as a keyboard, as kindly as is safe.

    Full-width characters, blanks and punctuation of any kind are fine, so are O for 0 and l for 1, the check digit may
    be missing, and the whole address may be pasted. Raises MalformedCode: `label.check-digit` when the digits
    contradict each other, `label.typed-length` when they are not as many as they should be; `group` in its context is
    the group of four that is wrong, where that is certain.
    """
    folded = unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST_TYPED else ""
    whole = _SIGNED.search("".join(folded.split()))
    if whole is not None:
        return Typed(parse_head(whole[0][:HEAD_DIGITS]), checked=False, signed=whole[0])
    plain = "".join(" " if unicodedata.category(char)[0] in "PZC" else char for char in folded)
    groups = plain.translate(_LOOKALIKES).split()
    digits = "".join(groups)
    odd = _odd_group(groups)
    if odd or len(digits) not in (HEAD_DIGITS, HEAD_DIGITS + 1) or not _ascii_digits(digits):
        raise _wrong_length(groups, digits, odd)
    head = digits[:HEAD_DIGITS]
    checked = len(digits) > HEAD_DIGITS
    if checked and digits[HEAD_DIGITS] != check_digit(head):
        raise _contradicting(head)
    return Typed(parse_head(head), checked)


def _odd_group(groups: list[str]) -> int:
    """Which of five groups, typed as printed, is the only one that is not whole; 0 if there is no telling.

    A digit left out in the middle and a check digit at the end would look like 20 digits otherwise.
    """
    odd = [place for place, group in enumerate(groups[:5], 1) if len(group) != _GROUP]
    printed = len(groups) == 6 and len(groups[5]) == 1
    attached = len(groups) == 5 and len(groups[4]) == _GROUP + 1
    return odd[0] if len(odd) == 1 and (printed or len(groups) == 5) and not attached else 0


def _wrong_length(groups: list[str], digits: str, odd: int) -> MalformedCode:
    if not _ascii_digits(digits):
        return MalformedCode(
            "label.typed-length",
            "编号应是 20 位数字加 1 位校验码，印在二维码下面，请对照标签再输一次。",
            "The number under the QR is 20 digits and one check digit.",
            length=len(digits),
        )
    if odd:
        has = len(groups[odd - 1])
        return MalformedCode(
            "label.typed-length",
            f"号码不对，请再看一遍：第 {odd} 组有 {has} 位，应是 {_GROUP} 位。",
            f"Please look again: group {odd} has {has} digits instead of {_GROUP}.",
            length=len(digits),
            group=odd,
        )
    return MalformedCode(
        "label.typed-length",
        f"现在是 {len(digits)} 位数字；编号应是 20 位数字加 1 位校验码，印在二维码下面，请对照标签再看一遍。",
        f"These are {len(digits)} digits; the number under the QR is 20 digits and one check digit.",
        length=len(digits),
    )


def _contradicting(head: str) -> MalformedCode:
    # A single check digit tells that something is wrong, never where; only the first digit is known beforehand.
    if head[0] != str(ED25519):
        return MalformedCode(
            "label.check-digit",
            f"号码不对，请再看一遍：第 1 组的头一个数字应是 {ED25519}。",
            f"Please look again: the first digit of group 1 is always {ED25519}.",
            group=1,
        )
    return MalformedCode(
        "label.check-digit",
        "号码不对，请再看一遍：有数字输错，或有两个数字换了位置。",
        "Please look again: a digit is wrong, or two have changed places.",
    )


def _ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()

"""Weights (重量) as whole grams: exact reading and showing, and the mass balance (物料平衡) of a batch."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from trace.core import languages
from trace.core.errors import Conflict, InvalidInput

Unit = Literal["g", "kg", "jin", "t"]

GRAMS: dict[str, int] = {"g": 1, "kg": 1_000, "jin": 500, "t": 1_000_000}
UNIT_NAMES: dict[str, tuple[str, str]] = {
    "g": ("克", "g"),
    "kg": ("公斤", "kg"),
    "jin": ("斤", "jin (500 g)"),
    "t": ("吨", "t"),
}
MAX_GRAMS = 10_000 * 1_000_000
"""The most one batch may weigh: 10,000 t. More is a slip of the pen."""

IN_GRAMS, IN_KILOGRAMS = "{number} g", "{number} kg"

_UNIT_WORDS = {
    "g": "g", "克": "g", "kg": "kg", "公斤": "kg", "千克": "kg",
    "斤": "jin", "市斤": "jin", "jin": "jin", "t": "t", "吨": "t",
}  # fmt: skip
# As people type them with a Chinese input method switched on.
_WIDE = str.maketrans("０１２３４５６７８９．，－", "0123456789.,-")
_NUMBER = re.compile(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,9})?")
_WITH_UNIT = re.compile(r"([^a-zA-Z\u4e00-\u9fff]+)([a-zA-Z]+|[\u4e00-\u9fff]+)")


def grams(value: str | int, unit: Unit, field: str = "quantity", *, allow_zero: bool = False) -> int:
    """Read a weight in `unit` (斤 = 500 g) as whole grams, exactly.

    Raises InvalidInput for anything but a plain number, a part of a gram, zero (unless allowed), a negative
    weight, or more than 10,000 t.
    """
    if unit not in get_args(Unit):
        raise InvalidInput("quantity.unit", field)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise InvalidInput("quantity.not-number", field)
    # Bounded before it is made text: Python itself refuses to print integers of thousands of digits.
    if isinstance(value, int):
        if value > MAX_GRAMS:
            raise InvalidInput("quantity.too-large", field)
        text = "-1" if value < 0 else str(value)
    else:
        text = value.translate(_WIDE).strip()
    if not text:
        raise InvalidInput("quantity.required", field)
    if text.startswith("-"):
        raise InvalidInput("quantity.negative", field)
    if not _NUMBER.fullmatch(text):
        raise InvalidInput("quantity.not-number", field)
    weight = Decimal(text.replace(",", "")) * GRAMS[unit]
    if weight > MAX_GRAMS:
        raise InvalidInput("quantity.too-large", field)
    if weight != int(weight):
        raise InvalidInput("quantity.part-of-gram", field)
    if weight == 0 and not allow_zero:
        raise InvalidInput("quantity.zero", field)
    return int(weight)


def parse(text: str, field: str = "quantity", *, allow_zero: bool = False) -> int:
    """Read a weight written with its unit, "12.5kg" or "30 斤", as whole grams; raises as `grams` does."""
    match = _WITH_UNIT.fullmatch(text.strip())
    unit = _UNIT_WORDS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise InvalidInput("quantity.unit", field)
    return grams(match[1], unit, field, allow_zero=allow_zero)  # type: ignore[arg-type]  # a value of _UNIT_WORDS


def show(weight: int, lang: str = "zh") -> str:
    """Write grams for people: "500 g", "12.5 kg", "1,250 kg".

    In Chinese too the legal signs, for readers compare them with what is printed on the pack; a further language
    may have words of its own (公克, 公斤).
    """
    sign = "-" if weight < 0 else ""
    whole, part = divmod(abs(weight), 1000)
    if not whole:
        return languages.said(lang, IN_GRAMS, IN_GRAMS).format(number=f"{sign}{part}")
    decimals = f".{part:03d}".rstrip("0") if part else ""
    return languages.said(lang, IN_KILOGRAMS, IN_KILOGRAMS).format(number=f"{sign}{whole:,}{decimals}")


@dataclass(frozen=True)
class Balance:
    """What a batch weighed (`total`, g) and what has left it (`out`, g), in whatever way."""

    total: int
    out: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.out <= self.total:
            raise ValueError(f"a balance cannot have {self.out} g out of {self.total} g")

    @property
    def remaining(self) -> int:
        """Grams still in the batch, never negative."""
        return self.total - self.out


def take(balance: Balance, amount: int, field: str = "quantity") -> Balance:
    """Return the balance after `amount` g left; Conflict batch.not-enough if the batch holds less."""
    if amount <= 0:
        raise InvalidInput("quantity.zero" if amount == 0 else "quantity.negative", field)
    if amount > balance.remaining:
        raise Conflict("batch.not-enough", field, remaining=show(balance.remaining), asked=show(amount))
    return Balance(balance.total, balance.out + amount)


def labels_allowed(net_g: int, unit_weight_g: int, labelled: int, split_out_g: int = 0) -> int:
    """How many more labels may be printed: what the batch holds ÷ one unit's weight − labels standing."""
    if unit_weight_g <= 0:
        raise ValueError("a unit weighs at least 1 g")
    return max(0, (net_g - split_out_g) // unit_weight_g - labelled)

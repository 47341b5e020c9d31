"""Lengths as people type them: millimetres with decimals, full-width digits and Chinese marks welcome."""

from __future__ import annotations

import re
from decimal import Decimal

from trace.core.errors import InvalidInput

_PLAIN = str.maketrans("０１２３４５６７８９．。，、,－−﹣–＋", "0123456789.....----+")
_LENGTH = re.compile(
    r"([+-]?)(\d{1,4}(?:\.\d{1,3})?|\.\d{1,3})\s*(mm|毫米|cm|厘米)?", re.ASCII | re.IGNORECASE
)
_NEGATIVE = re.compile(r"^\s*负\s*")


def parse(value: str, field: str) -> int:
    """Whole µm from "63.5", "６３。５ 毫米", "3.8 cm" or "负0.5"; InvalidInput stock.millimetres for anything else."""
    plain = _NEGATIVE.sub("-", value).translate(_PLAIN).strip()
    found = _LENGTH.fullmatch(plain)
    if found is None:
        raise InvalidInput("stock.millimetres", field)
    sign, number, unit = found.groups()
    length = Decimal(number) * (10_000 if unit and unit.lower() in ("cm", "厘米") else 1_000)
    return int(length) * (-1 if sign == "-" else 1)


def show(length: int) -> str:
    """µm as mm without needless zeros: 63500 is "63.5"."""
    return f"{Decimal(length) / 1000:f}".rstrip("0").rstrip(".") if length % 1000 else str(length // 1000)

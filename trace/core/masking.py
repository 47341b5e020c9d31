"""What the public sees of people: phones, plates and names with the middle hidden (脱敏)."""

from __future__ import annotations

import re

_PHONE = re.compile(r"(?<![0-9])(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})(?![0-9])")


def phone(value: str) -> str:
    """ "13800000000" → "138****0000"; of other numbers only the last two characters stay."""
    match = _PHONE.fullmatch(value.strip())
    if match:
        return f"{match[1]}****{match[3]}"
    text = value.strip()
    return "*" * max(0, len(text) - 2) + text[-2:] if len(text) > 4 else "*" * len(text)


def phones_in(text: str) -> str:
    """Free text with every mobile number in it masked."""
    return _PHONE.sub(lambda match: f"{match[1]}****{match[3]}", text)


def plate(value: str) -> str:
    """ "赣B12345" → "赣B***45"; a shorter plate is hidden altogether."""
    text = value.strip().replace("·", "").replace(" ", "")
    return f"{text[:2]}{'*' * (len(text) - 4)}{text[-2:]}" if len(text) >= 6 else "*" * len(text)


def person(value: str) -> str:
    """ "王小明" → "王**"; the family name's first character stays."""
    text = value.strip()
    return text[:1] + "*" * max(1, len(text) - 1) if text else ""

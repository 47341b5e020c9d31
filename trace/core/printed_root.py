"""The ledger's state as paper carries it (纸上的账本): how many entries, and the first bytes of the tree's root.

Paper outside cannot be rewritten: whoever holds a sheet or a certificate can have the root recomputed at that size.
Eight bytes cannot be met by chance, and finding another history for one sheet's eight would cost 2^64 hashes.
"""

from __future__ import annotations

import re

from trace.core import languages

PRINTED_DIGITS = 16  # hex: 8 bytes
_GROUP = 4
_TYPED = re.compile(r"([0-9][0-9,， ]*)[:：·]([0-9a-f ]+)", re.ASCII)
_MOST_DIGITS = 15  # of a size: 10^15 entries


def shown(size: int | None, root: str | None, lang: str = "zh") -> str:
    """ "账本 12,345 · 3f2a 9c01 …" with 16 hex digits; "" for what was made before roots were printed."""
    if size is None or not root:
        return ""
    first = root[:PRINTED_DIGITS]
    groups = " ".join(first[start : start + _GROUP] for start in range(0, len(first), _GROUP))
    return f"{languages.said(lang, '账本', 'Ledger')} {size:,} · {groups}"


def read(typed: str) -> tuple[int, str] | None:
    """Size and root, or the first 16 or more hex digits of one, as printed or as SIZE:ROOT; None if it is neither."""
    plain = typed.strip().removeprefix("账本").removeprefix("Ledger").removesuffix("…").strip().lower()
    match = _TYPED.fullmatch(plain)
    if match is None:
        return None
    size = re.sub("[,， ]", "", match[1])
    root = match[2].replace(" ", "")
    if len(size) > _MOST_DIGITS or not PRINTED_DIGITS <= len(root) <= 64:
        return None
    return int(size), root

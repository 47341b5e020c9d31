"""The ledger as paper carries it: short enough to print, long enough to check, read back however it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core.printed_root import read, shown

ROOT = "3f2a9c015b77e0aa" + "11" * 24


def test_size_and_eight_bytes_in_groups() -> None:
    assert shown(12_345, ROOT) == "账本 12,345 · 3f2a 9c01 5b77 e0aa"
    assert shown(12_345, ROOT, "en") == "Ledger 12,345 · 3f2a 9c01 5b77 e0aa"


def test_what_was_made_before_roots_were_printed_has_none() -> None:
    assert shown(None, None) == ""


@given(st.integers(0, 10**15 - 1), st.binary(min_size=32, max_size=32), st.sampled_from(["zh", "en"]))
def test_what_is_printed_can_be_typed_in(size: int, root: bytes, lang: str) -> None:
    assert read(shown(size, root.hex(), lang)) == (size, root.hex()[:16])
    assert read(f"{size}:{root.hex()}") == (size, root.hex())


@pytest.mark.parametrize(
    "typed",
    [
        "12345:3f2a9c015b77e0aa",
        "12,345 · 3F2A 9C01 5B77 E0AA",
        "账本 12，345：3f2a9c01 5b77e0aa",
        "12345:3f2a9c015b77e0aa…",
    ],
)
def test_however_it_is_typed(typed: str) -> None:
    assert read(typed) == (12_345, "3f2a9c015b77e0aa")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "12345",
        ":3f2a9c015b77e0aa",
        "12345:3f2a9c015b77e0a",  # 15 digits: too few to tell histories apart
        f"12345:{'0' * 65}",
        "12345:3f2a9c015b77e0ag",
        "-1:3f2a9c015b77e0aa",
        "١٢٣:3f2a9c015b77e0aa",
        f"{'9' * 16}:3f2a9c015b77e0aa",
    ],
)
def test_anything_else_is_none(typed: str) -> None:
    assert read(typed) is None

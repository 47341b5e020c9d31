"""What the public sees of people."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core import masking


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("13800000000", "138****0000"),
        ("138 0000 0000", "138****0000"),
        ("138-0000-0000", "138****0000"),
        ("0797-1234567", "**********67"),
        ("12345", "***45"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_phones(value: str, shown: str) -> None:
    assert masking.phone(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("赣B00001", "赣B***01"), ("赣B·D00001", "赣B****01"), ("B12", "***"), ("", "")]
)
def test_plates(value: str, shown: str) -> None:
    assert masking.plate(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [("王示例", "王**"), ("王", "王*"), ("", ""), ("示例合作社", "示****")]
)
def test_people(value: str, shown: str) -> None:
    assert masking.person(value) == shown


def test_phones_inside_text() -> None:
    assert (
        masking.phones_in("联系王示例13800000000或 139-0000-0001。")
        == "联系王示例138****0000或 139****0001。"
    )
    assert masking.phones_in("批号 2026080113800000000") == "批号 2026080113800000000"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.text(max_size=10))
def test_no_middle_of_a_phone_is_shown(number: str, before: str) -> None:
    assert number not in masking.phones_in(f"{before} {number}")
    assert number[3:7] not in masking.phone(number).replace(number[:3], "", 1).replace(number[-4:], "")

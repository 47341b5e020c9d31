"""Receipts of complaints are read kindly and never wrongly; phones are phones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_10

from trace.core import complaint
from trace.core.errors import InvalidInput

STEMS = st.integers(0, 10**12 - 1).map(lambda number: f"{number:012d}")


@given(STEMS)
def test_the_check_digit_is_that_of_iso_7064(stem: str) -> None:
    assert complaint.check_digit(stem) == str(mod_11_10.calc_check_digit(stem))


@given(STEMS, st.integers(0, 12), st.integers(1, 9))
def test_a_receipt_is_read_and_one_wrong_digit_found(stem: str, place: int, more: int) -> None:
    receipt = stem + complaint.check_digit(stem)
    assert complaint.read_receipt(complaint.grouped(receipt)) == receipt
    wrong = receipt[:place] + str((int(receipt[place]) + more) % 10) + receipt[place + 1 :]
    with pytest.raises(InvalidInput, match=r"complaint\.receipt"):
        complaint.read_receipt(wrong)


def test_full_width_digits_are_read_too() -> None:
    receipt = complaint.new_receipt()
    wide = receipt.translate({ord("0") + n: 0xFF10 + n for n in range(10)})
    assert complaint.read_receipt(f"　{wide} ") == receipt


@given(st.text(max_size=40))
def test_anything_else_is_refused(typed: str) -> None:
    try:
        assert complaint.read_receipt(typed).isascii()
    except InvalidInput as error:
        assert error.code == "complaint.receipt"


@pytest.mark.parametrize("typed", ["13800000000", "0797-5555555", "+86 138 0000 0000", "(010)55555555"])
def test_phones_people_write(typed: str) -> None:
    assert complaint.phone(typed) == typed


@pytest.mark.parametrize("typed", ["12", "不告诉你", "138x0000000", "=1+1", "1" * 30, "<b>13800000000</b>"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput):
        complaint.phone(typed)


def test_a_phone_may_be_left_out_and_is_kept_in_half_width() -> None:
    assert complaint.phone("  ") == ""
    assert complaint.phone("１３８－００００－００００") == "138-0000-0000"

"""QR symbols: the same modules as the reference encoder, and readable by a foreign reader."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import code, qr
from labels.errors import BadBase, MalformedCode
from tests.labels.samples import BASE, KEY

hosts = st.from_regex(r"[a-z][a-z0-9]{0,15}\.cn", fullmatch=True)
schemes = st.sampled_from(["https://", "http://"])


def read(matrix: qr.Matrix, scale: int = 4, quiet: int = 4) -> list[zxingcpp.Barcode]:
    side = qr.MODULES + 2 * quiet
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(matrix):
        for x, dark in enumerate(row):
            if dark:
                image.putpixel((x + quiet, y + quiet), 0)
    return zxingcpp.read_barcodes(image.resize((side * scale, side * scale), Image.Resampling.NEAREST))


@settings(max_examples=60, deadline=None)
@given(schemes, hosts, st.integers(1, code.MAX_RUN), st.integers(1, code.MAX_ITEM))
def test_a_symbol_reads_back_as_its_address(scheme: str, host: str, run: int, item: int) -> None:
    address = code.url(scheme + host, code.sign(KEY, run, item))
    matrix = qr.matrix(address)
    assert [len(row) for row in matrix] == [41] * 41
    assert matrix == qr.reference(address)
    found = read(matrix)
    assert [one.text for one in found] == [address]
    assert found[0].ec_level == "M"


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"10001000000100000001[0-9]{154}", fullmatch=True))
def test_any_digits_give_the_modules_of_the_reference(digits: str) -> None:
    assume("0" * 60 not in digits)  # an all-zero block stops the reference
    address = f"{BASE}/c/{digits[:20]}0{digits[20:]}"
    assert qr.matrix(address) == qr.reference(address)


@pytest.mark.parametrize("zeros", range(30, 156, 25))
def test_long_runs_of_zeros_are_drawn(zeros: int) -> None:
    address = f"{BASE}/c/10001000000100000001{'0' * zeros}".ljust(len(BASE) + 3 + 175, "9")
    assert [one.text for one in read(qr.matrix(address))] == [address]


def test_a_block_of_zeros_crashes_the_reference_but_not_the_engine() -> None:
    """`qrcode` raises glog(0) when all 27 data bytes of a Reed-Solomon block are zero."""
    address = f"{BASE}/c/10001000000100000001{'0' * 155}"
    with pytest.raises(ValueError, match=r"glog"):
        qr.reference(address)
    assert [one.text for one in read(qr.matrix(address))] == [address]


def test_a_batch_is_the_same_as_one_by_one() -> None:
    codes = [code.sign(KEY, 1, item) for item in range(1, 300)]
    prefix = code.prefix(BASE)
    assert qr.encoder(prefix).packed_many(codes) == [qr.packed(prefix + digits) for digits in codes]


def test_packed_rows_hold_the_matrix() -> None:
    address = code.url(BASE, code.sign(KEY, 1, 1))
    image = qr.packed(address)
    assert len(image) == qr.PACKED_BYTES == 41 * 6
    rows = [f"{int.from_bytes(image[at : at + 6], 'big'):048b}" for at in range(0, len(image), 6)]
    assert [row[:41] for row in rows] == ["".join("01"[dark] for dark in row) for row in qr.matrix(address)]
    assert {row[41:] for row in rows} == {"0000000"}


def test_only_item_addresses_are_drawn() -> None:
    with pytest.raises(MalformedCode):
        qr.matrix("https://example.cn/c/123")
    with pytest.raises(BadBase):
        qr.matrix(f"https://{'a' * 30}.cn/c/{code.sign(KEY, 1, 1)}")

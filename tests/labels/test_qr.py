"""QR symbols: the same modules as the reference encoder, and readable by a foreign reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import code, qr
from labels.errors import BadBase, MalformedCode
from labels.qrlearn import FewEncoder, Linear, PlainEncoder, learnt, make_encoder, plain
from labels.qrtables import ManyEncoder
from tests.labels.samples import BASE, KEY

LONG_BASE = "https://trace.lotus.shicheng.ganzhou.example"
BASES = pytest.mark.parametrize("base", [BASE, LONG_BASE], ids=["version-6", "version-7"])
SAMPLE = [code.sign(KEY, 1, item) for item in range(1, 40)]
hosts = st.from_regex(r"[a-z][a-z0-9]{0,15}\.cn", fullmatch=True)
schemes = st.sampled_from(["https://", "http://"])


def read(matrix: qr.Matrix, scale: int = 4, quiet: int = 4) -> list[zxingcpp.Barcode]:
    side = len(matrix) + 2 * quiet
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
    for base in (BASE, LONG_BASE):
        address = f"{base}/c/{digits[:20]}0{digits[20:]}"
        assert qr.matrix(address) == qr.reference(address)


@pytest.mark.parametrize(
    ("length", "version", "modules"), [(8, 6, 41), (31, 6, 41), (32, 7, 45), (46, 7, 45), (47, 7, 45)]
)
def test_what_stands_before_the_digits_decides_the_version(length: int, version: int, modules: int) -> None:
    prefix = f"https://{'a' * (length - 14)}.cn/c/" if length > 14 else "http://a"
    assert len(prefix) == length
    assert (qr.version(prefix), qr.modules(prefix)) == (version, modules)
    if length > 14:
        address = prefix + SAMPLE[0]
        matrix = qr.matrix(address)
        assert [len(row) for row in matrix] == [modules] * modules
        assert matrix == qr.reference(address)
        assert [(one.text, one.ec_level) for one in read(matrix)] == [(address, "M")]


@BASES
@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
def test_both_ways_of_drawing_give_the_symbols_of_the_reference(base: str, many: bool) -> None:
    prefix = code.prefix(base)
    made = make_encoder(prefix, many=many)
    assert isinstance(made, ManyEncoder if many else FewEncoder)
    codes = [*SAMPLE, *(f"1{str(digit) * 174}" for digit in range(1, 10))]
    assert made.packed_many(codes) == [plain(prefix, digits) for digits in codes]


def _other_start(found: Linear) -> Linear:
    return replace(found, start=found.start ^ 1 << 100)


def _one_other_flip(found: Linear) -> Linear:
    flips = list(found.flips)
    flips[400] ^= flips[401]
    return replace(found, flips=tuple(flips))


def _too_few_flips(found: Linear) -> Linear:
    return replace(found, flips=found.flips[:500])


def _unknown(found: Linear) -> Linear:
    raise AttributeError("makeImpl")


@BASES
@pytest.mark.parametrize("many", [False, True], ids=["few", "many"])
@pytest.mark.parametrize("spoil", [_other_start, _one_other_flip, _too_few_flips, _unknown])
def test_tables_that_disagree_with_qrcode_are_not_used(
    base: str, many: bool, spoil: Callable[[Linear], Linear], caplog: pytest.LogCaptureFixture
) -> None:
    prefix = code.prefix(base)
    made = make_encoder(prefix, many=many, learn=lambda version: spoil(learnt(version)))
    assert isinstance(made, PlainEncoder)
    assert "one by one" in caplog.text
    assert made.packed_many(SAMPLE[:2]) == [qr.packed(prefix + digits) for digits in SAMPLE[:2]]


@BASES
def test_qrcode_alone_draws_blocks_of_zeros_too(base: str) -> None:
    prefix, digits = code.prefix(base), "10001000000100000001" + "0" * 155
    assert PlainEncoder(prefix).packed_many([digits]) == [qr.packed(prefix + digits)]


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
        qr.matrix(f"https://{'a' * 34}.cn/c/{code.sign(KEY, 1, 1)}")

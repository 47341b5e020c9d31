"""Scratch-layer PINs: the published derivation, every digit as likely as the next, nothing else accepted."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.code import MAX_ITEM, MAX_RUN
from labels.errors import BadCount, BadSecret
from labels.pin import pins

SECRET = bytes(range(32))
VECTORS = json.loads(Path("docs/vectors/pin.json").read_text("utf-8"))["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["pin"])
def test_published_vectors(vector: dict[str, str | int]) -> None:
    item = int(vector["item"])
    assert pins(bytes.fromhex(str(vector["secret"])), int(vector["run"]), range(item, item + 1)) == [
        vector["pin"]
    ]


@given(secret=st.binary(min_size=32, max_size=32), run=st.integers(1, MAX_RUN), item=st.integers(1, MAX_ITEM))
def test_a_pin_is_hmac_sha256_of_run_and_item(secret: bytes, run: int, item: int) -> None:
    digest = hmac.digest(secret, b"trace-pin-v1\n" + f"{run:08d}{item:06d}".encode(), "sha256")
    words = [int.from_bytes(digest[at : at + 4], "big") for at in range(0, 32, 4)]
    first = next(word for word in words if word < 4_294_000_000)
    assert pins(secret, run, range(item, item + 1)) == [f"{first % 1_000_000:06d}"]


def test_the_pin_of_an_item_does_not_depend_on_its_neighbours() -> None:
    together = pins(SECRET, 7, range(1, 2001))
    assert [pin for item in range(1, 2001, 37) for pin in pins(SECRET, 7, range(item, item + 1))] == (
        together[::37]
    )


def test_pins_are_six_ascii_digits_and_spread_evenly() -> None:
    found = pins(SECRET, 1, range(1, 100_001))
    assert all(len(pin) == 6 and pin.isascii() and pin.isdigit() for pin in found)
    for place in range(6):
        counted = Counter(pin[place] for pin in found)
        # Ten thousand of each are expected; the standard deviation is 95.
        assert all(abs(number - 10_000) < 600 for number in counted.values())
    assert len(set(found)) > 95_000


def test_another_secret_or_run_gives_other_pins() -> None:
    items = range(1, 101)
    assert (
        len({*map(tuple, (pins(SECRET, 1, items), pins(SECRET, 2, items), pins(bytes(32), 1, items)))}) == 3
    )


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_secret_has_32_bytes(length: int) -> None:
    with pytest.raises(BadSecret):
        pins(bytes(length), 1, range(1, 2))


@pytest.mark.parametrize(
    ("run", "items"),
    [(0, range(1, 2)), (MAX_RUN + 1, range(1, 2)), (1, range(2)), (1, range(MAX_ITEM, MAX_ITEM + 2))],
)
def test_numbers_that_no_code_can_name_are_refused(run: int, items: range) -> None:
    with pytest.raises(BadCount):
        pins(SECRET, run, items)


def test_no_items_no_pins() -> None:
    assert pins(SECRET, 1, range(5, 5)) == []

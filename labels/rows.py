"""What is written of a label where others draw it: address, typed number and PIN, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from . import code, digits, pin
from .keys import SigningKey
from .run import RunSpec, codes

_BATCH = 1024


@dataclass(frozen=True, slots=True)
class Row:
    """What differs from label to label: item number, address, typed number, and PIN where the run has PINs."""

    item: int
    url: str
    number: str
    pin: str = ""


def rows(run: RunSpec, signer: SigningKey) -> Iterator[Row]:
    """The rows of a run in order of item, made in batches, so that memory stays flat."""
    addresses = codes(run, signer)
    stem = code.item_code(signer.key_id, run.run, run.first).head[: -code.ITEM_DIGITS]
    for first in range(run.first, run.last + 1, _BATCH):
        items = range(first, min(first + _BATCH, run.last + 1))
        numbers = digits.printed_items(stem, items)
        pins = pin.pins(run.pin_secret, run.run, items) if run.pin_secret else [""] * len(items)
        # The addresses run on past the batch: named last, none of them is taken and lost at its end.
        for number, code_of_item, (item, url) in zip(numbers, pins, addresses, strict=False):
            yield Row(item, url, number, code_of_item)

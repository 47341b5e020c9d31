"""What differs from label to label: typed number, QR symbol and PIN, made some hundreds at a time."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from . import code, digits, qr
from .keys import SigningKey
from .pin import pins
from .run import RunSpec
from .signing import SIGNATURE_BYTES, Signing, cores

_BATCH = 512  # labels made at a time: as many as leave the symbol tables in the processor's cache


@dataclass(slots=True)
class Mark:
    """One label's own part: printed number, symbol as rows of 6 bytes, and its PIN where the run has PINs."""

    number: str
    symbol: bytes
    pin: str = ""


def marks(run: RunSpec, signer: SigningKey, workers: int | None = 1) -> Generator[Mark, None, None]:
    """The marks of a run in order of item, the same for any number of cores to sign on (`signing.cores`).

    Close it if you leave it early: it may have processes at work. Raises BadCount, and OutputError if one of them
    is lost.
    """
    stem = code.item_code(signer.key_id, run.run, run.first).head[: -code.ITEM_DIGITS]
    with Signing(signer, run.run, _batches(run), cores(workers, run.count)) as signed:
        encoder = qr.encoder(code.prefix(run.base_url), run.count)
        for items, signatures in zip(_batches(run), signed, strict=True):
            symbols = encoder.packed_many(list(_codes(stem, items, signatures)))
            typed = digits.printed_items(stem, items)
            secrets = pins(run.pin_secret, run.run, items) if run.pin_secret else [""] * len(items)
            yield from map(Mark, typed, symbols, secrets)


def _codes(stem: str, items: range, signatures: bytes) -> Iterator[str]:
    number = int.from_bytes
    for item, at in zip(items, range(0, len(signatures), SIGNATURE_BYTES), strict=True):
        yield f"{stem}{item:06d}{number(signatures[at : at + SIGNATURE_BYTES], 'big'):0155d}"


def _batches(run: RunSpec) -> Iterator[range]:
    for first in range(run.first, run.last + 1, _BATCH):
        yield range(first, min(first + _BATCH, run.last + 1))

"""What differs from label to label: typed number and QR symbol, made in batches, on one core or several."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from . import code, digits, qr
from .errors import BadCount
from .keys import SigningKey
from .run import RunSpec

_BATCH = 1024
_MOST_WORKERS = 64


@dataclass(frozen=True, slots=True)
class Mark:
    """One label's own part: printed number, symbol as rows of 6 bytes, and its PIN where the run has PINs."""

    number: str
    symbol: bytes
    pin: str = ""


def marks(run: RunSpec, signer: SigningKey, workers: int = 1) -> Iterator[Mark]:
    """The marks of a run in order of item, the same for any number of worker processes. Raises BadCount."""
    if not 1 <= workers <= _MOST_WORKERS:
        raise BadCount(
            "label.workers",
            f"并行进程数应在 1 到 {_MOST_WORKERS} 之间，现在是 {workers}。",
            f"Workers are 1 to {_MOST_WORKERS}, not {workers}.",
            workers=workers,
        )
    prefix = code.prefix(run.base_url)
    batches = ((first, min(_BATCH, run.last + 1 - first)) for first in range(run.first, run.last + 1, _BATCH))
    if workers == 1 or run.count <= _BATCH:
        for first, count in batches:
            yield from _batch(prefix, signer, run.run, first, count)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _set_signer, (signer.key_id, signer.seed)) as pool:
        waiting = []
        for first, count in batches:
            waiting.append(pool.submit(_batch_of_worker, prefix, run.run, first, count))
            if len(waiting) >= 2 * workers:
                yield from waiting.pop(0).result()
        for future in waiting:
            yield from future.result()


def _batch(prefix: str, signer: SigningKey, run: int, first: int, count: int) -> list[Mark]:
    stem = code.item_code(signer.key_id, run, first).head[: -code.ITEM_DIGITS]
    items = range(first, first + count)
    signed = [code.sign_head(signer, f"{stem}{item:0{code.ITEM_DIGITS}d}") for item in items]
    symbols = qr.encoder(prefix).packed_many(signed)
    return [Mark(*pair) for pair in zip(digits.printed_items(stem, items), symbols, strict=True)]


_signer: list[SigningKey] = []  # of a worker process


def _set_signer(key_id: int, seed: bytes) -> None:
    _signer[:] = [SigningKey.from_seed(key_id, seed)]


def _batch_of_worker(prefix: str, run: int, first: int, count: int) -> list[Mark]:
    return _batch(prefix, _signer[0], run, first, count)

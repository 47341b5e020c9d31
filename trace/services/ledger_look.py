"""Look at entries one by one: what each is found to be by itself, whatever stands before it.

Most of the time goes here, into hashes and signatures; so it asks no database, and several processes can share it.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import NamedTuple

from trace.ledger import ed25519, merkle
from trace.ledger.envelope import Envelope
from trace.services.ledger_record import Behind, payload_of
from trace.services.ledger_rows import UNREADABLE, Row

_AHEAD = 2  # pages that wait for each process

Keys = Mapping[str, bytes]


class Looked(NamedTuple):
    """The leaf hash and envelope of an entry (None: unreadable); whether the key it names signed it, whether its
    record stands as it says, and whether an erasure from it is entered."""

    leaf: bytes | None
    envelope: Envelope | None
    signed: bool = False
    stands: bool = False
    erased: bool = False


def look(behind: Behind, keys: Keys) -> Looked:
    """Look at one entry; `keys` are all public keys by their five-digit ids."""
    try:
        leaf = merkle.leaf_hash(behind.entry["envelope"].encode("utf-8"))
    except UNREADABLE:
        return Looked(None, None)
    try:
        envelope = Envelope.parse(behind.entry["envelope"])
    except UNREADABLE:
        return Looked(leaf, None)
    public = keys.get(envelope.key, b"")
    return Looked(
        leaf,
        envelope,
        ed25519.verify(public, envelope.signature, envelope.message()),
        payload_of(behind, envelope) == envelope.payload,
        bool(behind.erasures),
    )


Page = tuple[list[tuple[int, Row | None]], list[Behind]]
Seen = tuple[list[tuple[int, Row | None]], list[Looked]]


def look_at_all(pages: Iterable[Page], keys: Keys, workers: int) -> Iterator[Seen]:
    """Look at pages of entries (numbers and rows, and what stands behind the rows that can be read), in order.

    With `workers` other processes do it, which take pages ahead, but never many.
    """
    if workers < 2:
        for page, behind in pages:
            yield page, [look(one, keys) for one in behind]
        return
    pool = ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), initializer=_learn, initargs=(dict(keys),)
    )
    waiting: deque[tuple[list[tuple[int, Row | None]], Future[list[Looked]]]] = deque()
    try:
        for page, behind in pages:
            waiting.append((page, pool.submit(_look, behind)))
            if len(waiting) > workers * _AHEAD:
                done, looking = waiting.popleft()
                yield done, looking.result()
        while waiting:
            done, looking = waiting.popleft()
            yield done, looking.result()
    finally:
        pool.shutdown(cancel_futures=True)


_known: dict[str, bytes] = {}


def _learn(keys: dict[str, bytes]) -> None:
    _known.update(keys)


def _look(behind: Sequence[Behind]) -> list[Looked]:
    return [look(one, _known) for one in behind]

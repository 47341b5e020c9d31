"""A scan of a label of which batch and run are remembered (快速查询): one signature, one read, and the verdict.

Labels that may lie in cartons, or have PINs, take a few reads more.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from labels import code as item_code
from labels.code import ItemCode
from labels.errors import ForgedCode, MalformedCode
from trace.core.verdict import Verdict
from trace.db import Database
from trace.glances import Cell
from trace.services import carton_view, glance, pin
from trace.services.judgement import judge
from trace.services.label_book import KnownBatch, KnownRun, LabelBook, Marks
from trace.services.public_carton import PackedView
from trace.services.public_view import AskedView, PinView
from trace.services.scan_count import Asked


@dataclass(frozen=True, slots=True)
class Quick:
    """What was found. `line` is the range that gives the label its state, 0 for none; `outside` as in `Sight`.

    `homes` are the cartons that the label lies in, `pin` is how its PIN stands.
    """

    code: ItemCode
    run: KnownRun
    batch: KnownBatch
    verdict: Verdict
    line: int
    asked: AskedView
    outside: tuple[Cell, ...]
    homes: tuple[PackedView, ...] = ()
    pin: PinView | None = None


def look(
    db: Database, book: LabelBook, digits: str, cluster: Callable[[int, int], str], secret: bytes
) -> Quick | None:
    """The verdict on a good label, as `scan.look` would give it; None where only that can tell.

    `cluster` gives the reader's hash for a run and an item; `secret` keys what says that digits were verified before.
    """
    try:
        code = item_code.parse_head(digits[: item_code.HEAD_DIGITS])
    except MalformedCode:
        return None
    sight = glance.take(db, code.run, code.item, cluster(code.run, code.item))
    at = None if sight is None else book.holds(sight.size, sight.audit)
    if sight is None or at is None:
        return None
    run = book.run_remembered(code.run) or _learnt(db, book, code.run, at)
    batch = None if run is None else book.batch_remembered(run.batch_id)
    # One that is not in the run, or is of another key, is a matter for the long way.
    if run is None or batch is None or not run.vouches(code.key_id, code.item):
        return None
    if sight.checked != checked(secret, digits) and not _signed(run, digits):
        return None
    state, line = run.state_of(code.item)
    view = AskedView(sight.devices, sight.first_day, sight.provinces)
    asked = Asked(view, sight.devices - sight.mine, sight.cleared)
    found = judge(batch.page, batch.page.notices, state, run.printed_on, asked)
    homes, stands = _own(db, run, code.item)
    return Quick(code, run, batch, found, line, view, sight.outside, homes, stands)


def _learnt(db: Database, book: LabelBook, run_id: int, at: Marks) -> KnownRun | None:
    """A run that nobody asked about yet: there are many more of them than batches, whose pages they share."""
    with db.read() as session:
        return book.run(session, run_id, at)


def _own(db: Database, run: KnownRun, item: int) -> tuple[tuple[PackedView, ...], PinView | None]:
    """What differs from item to item of some runs, read anew each time."""
    if not run.packed and not run.pins:
        return (), None
    with db.read() as session:
        homes = carton_view.homes(session, run.run_id, item) if run.packed else ()
        return homes, pin.standing(session, run.run_id, item) if run.pins else None


def _signed(run: KnownRun, digits: str) -> bool:
    try:
        item_code.verify(digits, lambda _key_id: run.public)
    except (MalformedCode, ForgedCode):
        return False
    return True


def checked(secret: bytes, digits: str) -> str:
    """What is kept of digits whose signature was good (32 hex digits); whoever holds the database alone cannot make it."""
    return hmac.digest(secret, b"checked\n" + digits.encode("utf-8", "replace"), "sha256").hex()[:32]

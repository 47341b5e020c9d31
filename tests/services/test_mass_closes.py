"""Whatever is done to batches in whatever order: nothing is created, and every gram is accounted for."""

from __future__ import annotations

import atexit
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from shutil import copyfile, rmtree
from tempfile import TemporaryDirectory, mkdtemp

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlmodel import select

from tests.support.makers import World, make_world, the_batch
from tests.support.opened import opened
from trace.core.errors import TraceError
from trace.migrate import upgrade
from trace.services import batch as batches
from trace.services import ledger_audit, operation
from trace.tables import Batch, BatchState, Operation, OperationInput

GRAMS = st.integers(1, 6_000)
DAY = date(2026, 9, 1)


@cache
def _template() -> tuple[Path, World]:
    """A world made once; every example works on a copy of its file."""
    path = Path(mkdtemp()) / "template.db"
    atexit.register(rmtree, path.parent, ignore_errors=True)
    upgrade(f"sqlite:///{path}")
    world = make_world(opened(f"sqlite:///{path}"))
    world.db.dispose()
    return path, world


def _copy(path: Path) -> World:
    template, world = _template()
    copyfile(template, path)
    return replace(world, db=opened(f"sqlite:///{path}"))


class Grams(RuleBasedStateMachine):
    """Harvests, sales, splits and merges at random; refusals are part of life."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.world = _copy(Path(self.folder.name) / "trace.db")
        self.numbers: list[str] = []
        self.harvested = 0

    @initialize()
    def begin(self) -> None:
        """Two batches to start with."""
        self.numbers = [self.world.batch(), self.world.batch()]

    def _pick(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.numbers))

    @rule(data=st.data(), grams=GRAMS)
    def harvest(self, data: st.DataObject, grams: int) -> None:
        """Weight comes in, where the batch began on a plot."""
        try:
            self.world.record(self._pick(data), "harvest", DAY, quantity_g=grams)
            self.harvested += grams
        except TraceError as refusal:
            assert refusal.code == "batch.intake-of-output"

    @rule(data=st.data(), grams=GRAMS)
    def sell(self, data: st.DataObject, grams: int) -> None:
        """Weight goes out."""
        try:
            self.world.record(self._pick(data), "sale", DAY, quantity_g=grams)
        except TraceError as refusal:
            assert refusal.code == "batch.not-enough"

    @rule(data=st.data(), parts=st.lists(GRAMS, min_size=1, max_size=3), loss=st.integers(0, 100))
    def split(self, data: st.DataObject, parts: list[int], loss: int) -> None:
        """One becomes several."""
        self._operate("split", [(self._pick(data), sum(parts) + loss)], parts, loss)

    @rule(data=st.data(), grams=st.tuples(GRAMS, GRAMS))
    def merge(self, data: st.DataObject, grams: tuple[int, int]) -> None:
        """Two become one."""
        first, second = self._pick(data), self._pick(data)
        self._operate("merge", [(first, grams[0]), (second, grams[1])], [sum(grams)], 0)

    def _operate(self, kind: str, inputs: list[tuple[str, int]], parts: list[int], loss: int) -> None:
        outputs = tuple(operation.Output(self.world.product_id, part) for part in parts)
        given = operation.NewOperation(kind, tuple(inputs), outputs, DAY, loss)
        try:
            with self.world.write() as session:
                self.numbers += operation.operate(session, self.world.coop, given).numbers
        except TraceError as refusal:
            assert refusal.code in ("batch.not-enough", "batch.input-twice")

    @invariant()
    def every_gram_is_accounted_for(self) -> None:
        """Harvest = what is left in all batches + what was lost on the way; no batch is overdrawn."""
        with self.world.db.read() as session:
            states = session.exec(select(BatchState)).all()
            lost = sum(session.exec(select(Operation.loss_g)).all())
            assert sum(state.total_g - state.used_g for state in states) + lost == self.harvested
            for state in states:
                taken = session.exec(
                    select(OperationInput.quantity_g).where(OperationInput.batch_id == state.batch_id)
                ).all()
                assert sum(taken) == state.used_g
                assert state.used_g + state.sold_g <= state.total_g

    def teardown(self) -> None:
        """At the end the ledger stands, and no batch is its own ancestor."""
        with self.world.db.read() as session:
            assert ledger_audit.verify(session).fault is None
            for number in self.numbers:
                batch = the_batch(session, number)
                assert number not in [ancestor.number for ancestor in batches.ancestors(session, batch)]
            assert len(session.exec(select(Batch.id)).all()) == len(self.numbers)
        self.world.db.dispose()
        self.folder.cleanup()


Grams.TestCase.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
TestGrams = Grams.TestCase

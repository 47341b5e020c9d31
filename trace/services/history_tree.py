"""A batch's family (批次谱系) as two trees with grams: up to the plots, down to labels and sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from trace.core.errors import TooLarge
from trace.core.genealogy import MAX_FAMILY
from trace.services import operation, run
from trace.services.history_events import Line
from trace.services.plot import area_text
from trace.tables import Batch, Plot
from trace.tables.base import key_of

NodeKind = Literal["batch", "plot", "purchase", "run", "sale", "transport"]


@dataclass(frozen=True, slots=True)
class Node:
    """A batch, or where it began or ended; `grams` is what passed between it and the node above.

    `how` is the kind of operation in between, or of a run's labels ("carton", "pallet"). `again`: this batch's
    own branch stands elsewhere in the tree.
    """

    kind: NodeKind
    title: str
    grams: int | None = None
    how: str = ""
    count: int = 0
    again: bool = False
    children: tuple[Node, ...] = ()


class _Walk:
    """One walk through the family; a batch reached a second time is named, not unfolded again."""

    def __init__(self, session: Session, events: Sequence[Line]) -> None:
        self.session = session
        self.events = events
        self.seen: set[int] = set()

    def node(self, batch: Batch, grams: int | None, how: str, *, up: bool) -> Node:
        if key_of(batch) in self.seen:
            return Node("batch", batch.number, grams, how, again=True)
        self.seen.add(key_of(batch))
        if len(self.seen) > MAX_FAMILY:
            raise TooLarge("batch.family-too-large", max=MAX_FAMILY)
        children = self.above(batch) if up else self.below(batch)
        return Node("batch", batch.number, grams, how, children=tuple(children))

    def above(self, batch: Batch) -> list[Node]:
        made = operation.made_by(self.session, batch)
        if made is not None:
            how = made.operation.kind
            return [self.node(parent, grams, how, up=True) for parent, grams in made.inputs]
        found = [
            Node("purchase", line.source or line.organisation, line.quantity_g)
            for line in self._own(batch, "purchase")
        ]
        if batch.plot_id is not None:
            plot = self.session.get_one(Plot, batch.plot_id)
            where = f"{plot.township}{plot.village} {plot.name}（{plot.code}，{area_text(plot)} 亩）"
            harvested = [line.quantity_g or 0 for line in self._own(batch, "harvest")]
            found.append(Node("plot", where, sum(harvested) if harvested else None))
        return found

    def below(self, batch: Batch) -> list[Node]:
        found = [
            self.node(child, grams, kin.operation.kind, up=False)
            for kin in operation.used_in(self.session, batch)
            for child, grams in kin.outputs
        ]
        for row in reversed(run.of_batch(self.session, batch)):
            # Cartons weigh nothing of their own: what is in them is counted with its own labels.
            grams = row.count * row.unit_weight_g if row.level is None else None
            how = {1: "carton", 2: "pallet"}.get(row.level or 0, "")
            found.append(Node("run", str(key_of(row)), grams, how, count=row.count))
        for line in self._own(batch, "sale"):
            found.append(Node("sale", line.destination, line.quantity_g))
        for line in self._own(batch, "transport"):
            found.append(Node("transport", line.destination, line.quantity_g))
        return found

    def _own(self, batch: Batch, stage: str) -> list[Line]:
        return [
            line
            for line in self.events
            if line.batch == batch.number and line.stage.key == stage and line.stands
        ]


def ancestry(session: Session, batch: Batch, events: Sequence[Line]) -> Node:
    """The batch above all it was made from, up to plots and purchases."""
    return _Walk(session, events).node(batch, None, "", up=True)


def descent(session: Session, batch: Batch, events: Sequence[Line]) -> Node:
    """The batch above all that was made of it, down to labels, sales and shipments."""
    return _Walk(session, events).node(batch, None, "", up=False)

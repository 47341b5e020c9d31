"""Recompute every projection from the records under the ledger, and name what does not agree.

A balance, an ancestry or a quota is not in the ledger itself: it follows from what is. Somebody who edits
one could print too much, or hide a recall from a descendant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from trace.core.ranges import Range, count, without
from trace.services.balance import INTAKE, OUTLET
from trace.tables import (
    AuthorisationUse,
    Batch,
    BatchAncestry,
    BatchState,
    Certificate,
    Event,
    OperationInput,
    RangeState,
    Run,
)
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Difference:
    """A projected row that is not what the records give: table, the batch or authorisation, which figure."""

    table: str
    subject_id: int
    figure: str


def check(session: Session) -> list[Difference]:
    """Every difference; empty if all projections follow from the records."""
    return [*_balances(session), *_ancestries(session), *_quotas(session)]


def _balances(session: Session) -> Iterator[Difference]:
    came, sold = _moved(session)
    used: defaultdict[int, int] = defaultdict(int)
    for line in session.exec(select(OperationInput)).all():
        used[line.batch_id] += line.quantity_g
    labelled: defaultdict[int, int] = defaultdict(int)
    for run, standing in _labels(session):
        labelled[run.batch_id] += standing * run.unit_weight_g
    certified = {
        row.batch_id: row.quantity_g
        for row in session.exec(select(Certificate).order_by(col(Certificate.id))).all()
    }
    states = {state.batch_id: state for state in session.exec(select(BatchState)).all()}
    for batch in session.exec(select(Batch).order_by(col(Batch.id))).all():
        identity = key_of(batch)
        wanted = {
            "total_g": batch.quantity_g + came[identity],
            "used_g": used[identity],
            "sold_g": sold[identity],
            "labelled_g": labelled[identity],
            "certified_g": certified.get(identity, 0),
        }
        state = states.pop(identity, None)
        for figure, grams in wanted.items():
            if state is None or getattr(state, figure) != grams:
                yield Difference("batch_state", identity, figure)
    for stray in states:
        yield Difference("batch_state", stray, "row")


def _moved(session: Session) -> tuple[defaultdict[int, int], defaultdict[int, int]]:
    """Grams that came into and were sold from each batch, by the events that stand."""
    events = session.exec(select(Event).where(col(Event.stage).in_([*INTAKE, OUTLET]))).all()
    corrected = {event.corrects_id for event in events}
    came: defaultdict[int, int] = defaultdict(int)
    sold: defaultdict[int, int] = defaultdict(int)
    for event in events:
        if event.id not in corrected and not event.withdrawn:
            (sold if event.stage == OUTLET else came)[event.batch_id] += event.quantity_g or 0
    return came, sold


def _labels(session: Session) -> list[tuple[Run, int]]:
    """Every run of item labels with how many of them are not void; cartons weigh nothing of their own."""
    void: defaultdict[int, list[Range]] = defaultdict(list)
    for line in session.exec(select(RangeState).where(RangeState.state == "void")).all():
        void[line.run_id].append((line.first, line.last))
    runs = session.exec(select(Run).where(col(Run.level).is_(None))).all()
    return [(run, count(without((1, run.count), void[key_of(run)]))) for run in runs]


def _ancestries(session: Session) -> Iterator[Difference]:
    inputs: defaultdict[int, list[int]] = defaultdict(list)
    for line in session.exec(select(OperationInput)).all():
        inputs[line.operation_id].append(line.batch_id)
    wanted: dict[int, dict[int, int]] = {}
    # A batch is entered after its parents, so their ancestry is known when its turn comes.
    for batch in session.exec(select(Batch).order_by(col(Batch.id))).all():
        above = {key_of(batch): 0}
        for parent in inputs[batch.operation_id] if batch.operation_id is not None else ():
            for ancestor, depth in wanted.get(parent, {}).items():
                above[ancestor] = min(depth + 1, above.get(ancestor, depth + 1))
        wanted[key_of(batch)] = above
    found: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for row in session.exec(select(BatchAncestry)).all():
        found[row.descendant_id][row.ancestor_id] = row.depth
    for identity in sorted({*wanted, *found}):
        if wanted.get(identity) != found.get(identity):
            yield Difference("batch_ancestry", identity, "ancestors")


def _quotas(session: Session) -> Iterator[Difference]:
    labelled: defaultdict[int, int] = defaultdict(int)
    for run, standing in _labels(session):
        if run.authorisation_id is not None:
            labelled[run.authorisation_id] += standing * run.unit_weight_g
    for use in session.exec(select(AuthorisationUse)).all():
        if use.labelled_g != labelled[use.authorisation_id]:
            yield Difference("authorisation_use", use.authorisation_id, "labelled_g")

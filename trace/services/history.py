"""The whole history (全程档案) of a batch for those who supervise: family, events, weights, labels, acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from trace.core.policy import Action, Actor
from trace.services import batch as batches
from trace.services import certificate, erasure_view, find, operation, ranges, run, sheet
from trace.services.balance import INTAKE, OUTLET
from trace.services.history_events import Line, lines
from trace.services.history_tree import Node, ancestry, descent
from trace.services.ledger import entries_of
from trace.services.names import organisation_names, people_names
from trace.services.operation import Kinship
from trace.services.public_view import ErasureView
from trace.tables import (
    Audit,
    Batch,
    BatchState,
    Brand,
    Certificate,
    Download,
    Freeze,
    FreezeLift,
    Organisation,
    Plot,
    Product,
    RangeState,
    Recall,
    RecallClosure,
    Run,
)
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Balance:
    """What came into a batch and what left it by its records (g), and what the books say is left of it."""

    batch: str
    came: int
    used: int
    sold: int
    left: int
    labelled: int

    @property
    def difference(self) -> int:
        """In − out − left, in grams: 0, or a record or a figure is wrong."""
        return self.came - self.used - self.sold - self.left


@dataclass(frozen=True, slots=True)
class Step:
    """An operation of the family with its batches on both sides; in = out + loss."""

    kinship: Kinship
    entry: int | None
    organisation: str
    recorded_by: str

    @property
    def difference(self) -> int:
        """Taken − made − lost, in grams."""
        taken = sum(grams for _, grams in self.kinship.inputs)
        made = sum(grams for _, grams in self.kinship.outputs)
        return taken - made - self.kinship.operation.loss_g


@dataclass(frozen=True, slots=True)
class Printing:
    """A run: its labels by state, its ranges with reasons, who took its sheet."""

    run: Run
    batch: str
    entry: int | None
    counts: dict[str, int]
    ranges: tuple[tuple[RangeState, int | None, str], ...]
    downloads: tuple[tuple[Download, int | None, str], ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A recall or freeze of the batch or one of its family, open or ended."""

    kind: str
    identity: int
    batch: str
    entry: int | None
    reason: str
    advice: str
    since: datetime
    by: str
    ended_at: datetime | None = None
    ended_reason: str = ""
    ended_by: str = ""
    ended_entry: int | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All that is on record about a batch; `events` are its whole family's, in order of happening."""

    batch: Batch
    entry: int | None
    state: BatchState
    product: Product
    brand: Brand
    owner: Organisation
    plot: Plot | None
    recorded_by: str
    up: Node
    down: Node
    events: tuple[Line, ...]
    steps: tuple[Step, ...]
    balances: tuple[Balance, ...]
    certificates: tuple[tuple[Certificate, int | None], ...]
    printings: tuple[Printing, ...]
    stops: tuple[Stop, ...]
    acts: tuple[tuple[Audit, str, str], ...]
    erasures: tuple[tuple[ErasureView, int], ...]

    @property
    def destinations(self) -> tuple[Line, ...]:
        """Where it and what was made of it went: standing sales and shipments."""
        return tuple(line for line in self.events if line.stands and line.stage.key in ("sale", "transport"))

    def open_stop(self, kind: str) -> Stop | None:
        """The open recall or freeze of this very batch."""
        mine = (one for one in self.stops if one.kind == kind and one.batch == self.batch.number)
        return next((one for one in mine if one.ended_at is None), None)


def of_batch(session: Session, actor: Actor | None, number: str) -> History:
    """The history of a batch; NotFound or Forbidden for those who may not read all of any batch.

    `actor` None is the operator's command line.
    """
    if actor is None:
        row = find.public_batch(session, number)
    else:
        row = find.batch(session, actor, number, Action.BATCH_READ_ALL)
    product = find.product(session, row.product_id)
    family = family_of(session, row)
    events = tuple(lines(session, family))
    made = _steps(session, family)
    return History(
        batch=row,
        entry=entries_of(session, "batch", [key_of(row)]).get(key_of(row)),
        state=find.state(session, row),
        product=product,
        brand=find.brand_of(session, product),
        owner=find.organisation(session, row.organisation_id),
        plot=session.get(Plot, row.plot_id) if row.plot_id is not None else None,
        recorded_by=people_names(session, [row.recorded_by])[row.recorded_by],
        up=ancestry(session, row, events),
        down=descent(session, row, events),
        events=events,
        steps=made,
        balances=tuple(_balance(session, one, events, made) for one in family),
        certificates=_certificates(session, row),
        printings=tuple(_printings(session, [row, *batches.descendants(session, row)])),
        stops=tuple(sorted(_stops(session, family), key=lambda stop: stop.since)),
        acts=_acts(session, row, made),
        erasures=tuple(erasure_view.of_family(session, family)),
    )


def family_of(session: Session, row: Batch) -> list[Batch]:
    """The batch's ancestors, farthest first, itself, and its descendants."""
    return [*reversed(batches.ancestors(session, row)), row, *batches.descendants(session, row)]


def _steps(session: Session, family: Sequence[Batch]) -> tuple[Step, ...]:
    made = {}
    for member in family:
        for kinship in (operation.made_by(session, member), *operation.used_in(session, member)):
            if kinship is not None:
                made[key_of(kinship.operation)] = kinship
    entries = entries_of(session, "operation", made)
    rows = [kinship.operation for kinship in made.values()]
    names = organisation_names(session, {row.organisation_id for row in rows})
    people = people_names(session, {row.recorded_by for row in rows})
    return tuple(
        Step(
            kinship,
            entries.get(identity),
            names[kinship.operation.organisation_id],
            people[kinship.operation.recorded_by],
        )
        for identity, kinship in sorted(made.items())
    )


def _balance(session: Session, row: Batch, events: Sequence[Line], made: Sequence[Step]) -> Balance:
    """From the records alone; only what is left is the running figure."""
    own = [line for line in events if line.batch == row.number and line.stands]
    state = find.state(session, row)
    return Balance(
        batch=row.number,
        came=row.quantity_g + sum(line.quantity_g or 0 for line in own if line.stage.key in INTAKE),
        used=sum(grams for step in made for used, grams in step.kinship.inputs if used.id == row.id),
        sold=sum(line.quantity_g or 0 for line in own if line.stage.key == OUTLET),
        left=state.total_g - state.used_g - state.sold_g,
        labelled=state.labelled_g,
    )


def _certificates(session: Session, row: Batch) -> tuple[tuple[Certificate, int | None], ...]:
    found = certificate.of_batch(session, row)
    entries = entries_of(session, "certificate", [key_of(one) for one in found])
    return tuple((one, entries.get(key_of(one))) for one in found)


def _printings(session: Session, of: Sequence[Batch]) -> list[Printing]:
    found = [(row, member.number) for member in of for row in run.of_batch(session, member)]
    entries = entries_of(session, "run", [key_of(row) for row, _ in found])
    return [
        Printing(
            run=row,
            batch=number,
            entry=entries.get(key_of(row)),
            counts=ranges.counts(session, row),
            ranges=_ranges(session, row),
            downloads=_downloads(session, row),
        )
        for row, number in found
    ]


def _ranges(session: Session, row: Run) -> tuple[tuple[RangeState, int | None, str], ...]:
    query = select(RangeState).where(RangeState.run_id == key_of(row)).order_by(col(RangeState.id))
    found = session.exec(query).all()
    entries = entries_of(session, "range_state", [key_of(line) for line in found])
    people = people_names(session, {line.recorded_by for line in found})
    return tuple((line, entries.get(key_of(line)), people[line.recorded_by]) for line in found)


def _downloads(session: Session, row: Run) -> tuple[tuple[Download, int | None, str], ...]:
    found = sheet.downloads(session, row)
    entries = entries_of(session, "download", [key_of(line) for line in found])
    people = people_names(session, {line.recorded_by for line in found})
    return tuple((line, entries.get(key_of(line)), people[line.recorded_by]) for line in found)


def _stops(session: Session, family: Sequence[Batch]) -> list[Stop]:
    numbers = {key_of(member): member.number for member in family}
    recalls = session.exec(
        select(Recall, RecallClosure)
        .join(RecallClosure, col(RecallClosure.recall_id) == col(Recall.id), isouter=True)
        .where(col(Recall.batch_id).in_(numbers))
    ).all()
    freezes = session.exec(
        select(Freeze, FreezeLift)
        .join(FreezeLift, col(FreezeLift.freeze_id) == col(Freeze.id), isouter=True)
        .where(col(Freeze.batch_id).in_(numbers))
    ).all()
    found: list[tuple[str, Recall | Freeze, RecallClosure | FreezeLift | None]] = [
        *(("recall", opened, closed) for opened, closed in recalls),
        *(("freeze", held, lifted) for held, lifted in freezes),
    ]
    names = organisation_names(session, {row.organisation_id for _, row, _ in found})
    return [_stop(session, kind, row, end, numbers, names) for kind, row, end in found]


def _stop(
    session: Session,
    kind: str,
    row: Recall | Freeze,
    end: RecallClosure | FreezeLift | None,
    numbers: dict[int, str],
    names: dict[int, str],
) -> Stop:
    ends = "recall_closure" if kind == "recall" else "freeze_lift"
    return Stop(
        kind=kind,
        identity=key_of(row),
        batch=numbers[row.batch_id],
        entry=entries_of(session, kind, [key_of(row)]).get(key_of(row)),
        reason=row.reason,
        advice=row.advice if isinstance(row, Recall) else "",
        since=row.recorded_at,
        by=names[row.organisation_id],
        ended_at=end.recorded_at if end else None,
        ended_reason=end.reason if end else "",
        ended_by=people_names(session, [end.recorded_by])[end.recorded_by] if end else "",
        ended_entry=entries_of(session, ends, [key_of(end)]).get(key_of(end)) if end else None,
    )


def _acts(session: Session, row: Batch, made: Sequence[Step]) -> tuple[tuple[Audit, str, str], ...]:
    """Lines of the audit trail about this batch, with the names of person and organisation."""
    runs = [str(key_of(one)) for one in run.of_batch(session, row)]
    subject = col(Audit.subject)
    about = (subject == row.number) | subject.startswith(f"{row.number}:", autoescape=True)
    about |= subject.startswith(f"HGZ-{row.number}-", autoescape=True)
    for number in runs:
        about |= (subject == number) & (col(Audit.action) == "organisation:run:download")
        labels = col(Audit.action).startswith("organisation:range:")
        labels |= col(Audit.action).startswith("organisation:carton:")
        labels |= col(Audit.action) == "authority:item:review"
        about |= subject.startswith(f"{number}:") & labels
    operated = [
        f"{step.kinship.operation.kind}:{','.join(child.number for child, _ in step.kinship.outputs)}"[:200]
        for step in made
    ]
    about |= (col(Audit.action) == "organisation:batch:operate") & subject.in_(operated)
    found = session.exec(select(Audit).where(about).order_by(col(Audit.id))).all()
    people = people_names(session, {line.user_id for line in found if line.user_id is not None})
    names = organisation_names(session, {line.organisation_id for line in found if line.organisation_id})
    return tuple(
        (line, people.get(line.user_id or 0, ""), names.get(line.organisation_id or 0, "")) for line in found
    )

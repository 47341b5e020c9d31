"""What an organisation sees of its own batches: the chain with every fact, family, needs, runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session, select

from trace.core.policy import Action, Actor, may
from trace.core.product import category_of
from trace.core.stage import Fact, Stage, show_value
from trace.core.stages import STAGES
from trace.services import balance, batch, blocks, certificate, chain, find, operation, plot, readiness, run
from trace.services.brand import rules_of
from trace.services.chain import Record
from trace.services.ledger import entries_of
from trace.services.operation import Kinship
from trace.services.public_view import FactView, StepView
from trace.services.readiness import Need, Readiness
from trace.services.step_view import fact_views, steps
from trace.tables import Batch, BatchState, Certificate, Event, Organisation, Plot, Product, Run
from trace.tables.base import key_of

# A need that is met elsewhere than in a stage's form: on the record that caused it.
_IN_THE_CHAIN = ("event.input", "run.test-failed")
# What raw material needs before it is processed.
_RAW = frozenset({"planting", "breeding", "harvest", "purchase"})


@dataclass(frozen=True, slots=True)
class OwnStep:
    """A step of the chain with all its facts; `correctable` by this actor now. An operation has no `event_id`."""

    event_id: int
    step: StepView
    recorded_by: int
    withdrawn: bool
    correctable: bool


@dataclass(frozen=True, slots=True)
class OpenNeed:
    """A need and where it is met: "stage" (which), "certificate", "chain", "operate"; "" for nowhere here."""

    need: Need
    where: str
    stage: str = ""
    # The batch to record it on, where that is an ancestor: what happened in the field belongs to the harvest.
    on: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """A batch on the home page."""

    batch: Batch
    state: BatchState
    product: Product
    free_g: int
    labels: int
    needs: tuple[OpenNeed, ...]
    stopped: str

    @property
    def ready(self) -> bool:
        """Whether labels can be printed now."""
        return not self.needs and self.labels > 0


@dataclass(frozen=True, slots=True)
class OwnBatch:
    """All that the page of one's own batch shows."""

    glance: Glance
    owner: Organisation
    plot: Plot | None
    steps: tuple[OwnStep, ...]
    made_by: Kinship | None
    used_in: tuple[Kinship, ...]
    ancestors: tuple[Batch, ...]
    descendants: tuple[Batch, ...]
    certificates: tuple[Certificate, ...]
    runs: tuple[Run, ...]
    reasons: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class ServedBatch:
    """What a laboratory or carrier sees of a batch that it records on, and its own records there."""

    batch: Batch
    product: Product
    owner: Organisation
    steps: tuple[OwnStep, ...]


def glance(session: Session, actor: Actor, row: Batch, state: BatchState, product: Product) -> Glance:
    """A batch with what it still needs and how many labels it has room for."""
    found = readiness.look(session, row)
    stopped = "recall" if blocks.open_recalls(session, row) else ""
    if not stopped and blocks.open_freezes(session, row):
        stopped = "freeze"
    root = row.number
    if row.operation_id is not None:
        root = next(
            (one.number for one in batch.ancestors(session, row) if one.operation_id is None), row.number
        )
    needs = tuple(_open_needs(actor, found, product, state, root))
    return Glance(row, state, product, balance.free_g(state), found.labels, needs, stopped)


def home(session: Session, actor: Actor, limit: int = 12) -> list[Glance]:
    """The newest batches of which something is left, or into which nothing has come yet."""
    found = batch.of_organisation(session, int(actor.org_id))
    live = [line for line in found if line[1].total_g == 0 or balance.free_g(line[1]) > 0]
    return [glance(session, actor, *line) for line in live[:limit]]


def own_batch(session: Session, actor: Actor, number: str) -> OwnBatch:
    """The page of one's own batch; NotFound for others'."""
    row = find.batch(session, actor, number)
    product = find.product(session, row.product_id)
    lineage = chain.lineage(session, row)
    stops = [("recall", found.reason, where) for found, where in blocks.open_recalls(session, row)]
    stops += [("freeze", found.reason, where) for found, where in blocks.open_freezes(session, row)]
    return OwnBatch(
        glance=glance(session, actor, row, find.state(session, row), product),
        owner=find.organisation(session, row.organisation_id),
        plot=session.get(Plot, row.plot_id) if row.plot_id is not None else None,
        steps=tuple(_own_steps(session, actor, lineage, rules_of(session, product.brand_id).late_days)),
        made_by=operation.made_by(session, row),
        used_in=tuple(operation.used_in(session, row)),
        ancestors=tuple(lineage[1:]),
        descendants=tuple(batch.descendants(session, row)),
        certificates=tuple(certificate.of_batch(session, row)),
        runs=tuple(run.of_batch(session, row)),
        reasons=tuple(stops),
    )


def served_batch(session: Session, actor: Actor, number: str) -> ServedBatch:
    """A batch as those see it who only serve it: product, owner, number, and what they recorded."""
    row = find.public_batch(session, number)
    product = find.product(session, row.product_id)
    trail = _own_steps(session, actor, [row], rules_of(session, product.brand_id).late_days)
    mine = {
        event_id
        for event_id in session.exec(
            select(Event.id).where(Event.batch_id == key_of(row), Event.organisation_id == int(actor.org_id))
        )
        if event_id is not None
    }
    return ServedBatch(
        row,
        product,
        find.organisation(session, row.organisation_id),
        tuple(step for step in trail if step.event_id in mine),
    )


def stages_for(actor: Actor, row: Batch, product: Product) -> list[Stage]:
    """The stages that the actor may record on a batch and that make sense for it, in order."""
    serves = find.serves_others(actor)
    # Nobody sows fish: of the two stages on the farm a product has one.
    other = {"planting": "breeding", "breeding": "planting"}[category_of(product.category).first_stage]
    # Nothing grows in or comes into a batch that was made from others.
    senseless = _RAW if row.operation_id is not None else {other}
    return [
        stage
        for stage in STAGES.values()
        if actor.org_kind in stage.org_kinds
        and stage.key not in senseless
        and may(actor, Action.EVENT_RECORD, actor.org_id)
        and (serves or row.organisation_id == actor.org_id)
    ]


def default_place(session: Session, row: Batch, stage: Stage) -> str:
    """Where a stage on the farm happens: the batch's plot."""
    if "plot" not in stage.places or row.plot_id is None:
        return ""
    found = session.get_one(Plot, row.plot_id)
    return f"{found.township}{found.village}{found.name}"


def _open_needs(
    actor: Actor, found: Readiness, product: Product, state: BatchState, root: str
) -> Iterator[OpenNeed]:
    for need in _once_each(found.needs):
        stopped = need.code in ("batch.recalled", "batch.frozen")
        if not product.labelled and need.stage not in _RAW and not stopped:
            continue
        if need.code.startswith(_IN_THE_CHAIN):
            yield OpenNeed(need, "chain")
        elif need.stage == "certificate":
            yield OpenNeed(need, "certificate")
        else:
            stage = _recordable(actor, need)
            yield OpenNeed(need, "stage" if stage else "", stage, root if stage in _RAW else "")
    if not product.labelled and state.total_g > 0:
        yield OpenNeed(Need("run.raw-material"), "operate")


def _once_each(needs: tuple[Need, ...]) -> Iterator[Need]:
    """Without needs that the same record meets: a harvest brings its weight, the tests are an inspection."""
    codes = {need.code for need in needs}
    lacking = {need.stage for need in needs if need.code == "run.stage-missing"}
    for need in needs:
        weight_comes_along = need.code == "batch.no-quantity" and lacking & {"harvest", "purchase"}
        tests_say_more = need.stage == "inspection" and need.code == "run.stage-missing"
        if not weight_comes_along and not (tests_say_more and "run.tests-missing" in codes):
            yield need


def missing_tests(session: Session, row: Batch) -> list[str]:
    """The items that the brand wants tested and that no passed inspection of the batch has yet."""
    for need in readiness.look(session, row).needs:
        if need.code == "run.tests-missing":
            return str(need.params["items"]).split("、")
    return []


def _recordable(actor: Actor, need: Need) -> str:
    """The stage whose form meets the need, if this organisation may record it."""
    if need.code == "batch.no-quantity" and actor.org_kind not in STAGES["harvest"].org_kinds:
        return "purchase"
    stage = STAGES.get(need.stage)
    return stage.key if stage is not None and actor.org_kind in stage.org_kinds else ""


def _own_steps(session: Session, actor: Actor, lineage: list[Batch], late_days: int) -> Iterator[OwnStep]:
    """The public chain with the records behind it; operations are steps of it without an event."""
    found = {key_of(record.event): record for record in chain.records(session, lineage)}
    events = {seq: found[identity] for identity, seq in entries_of(session, "event", found).items()}
    trail, _reports = steps(session, lineage, late_days)
    for step in trail:
        record = events.get(step.ledger_seq)
        yield OwnStep(0, step, 0, False, False) if record is None else _own_step(actor, record, step)


def _own_step(actor: Actor, record: Record, step: StepView) -> OwnStep:
    event = record.event
    own = event.organisation_id == actor.org_id
    if own:
        # What the public sees with phone numbers masked, its owner reads as it was written.
        step = replace(
            step,
            facts=tuple(_whole(STAGES[event.stage], record.facts)),
            place=event.place,
            source=event.source if step.source else "",
            destination=event.destination if step.destination else "",
            corrects=event.reason if step.corrects else "",
            corrected_by=record.corrected_by.reason if record.corrected_by is not None else "",
        )
    return OwnStep(
        event_id=key_of(event),
        step=step,
        recorded_by=event.recorded_by,
        withdrawn=event.withdrawn,
        correctable=own and record.stands and may(actor, Action.EVENT_CORRECT, event.organisation_id),
    )


def _whole(stage: Stage, facts: Mapping[str, object]) -> Iterator[FactView]:
    """All facts unmasked, a test's items among them."""
    yield from fact_views(stage, facts)  # type: ignore[arg-type]  # facts as they were validated
    if stage.key != "inspection":
        return
    columns = stage.fact("items").columns
    for row in facts.get("items", []):  # type: ignore[attr-defined]  # rows, by the stage's table
        yield FactView(
            str(row["item"]),
            str(row["item"]),
            "，".join(_cells(columns, row, "zh")),
            ", ".join(_cells(columns, row, "en")),
        )


def _cells(columns: tuple[Fact, ...], row: Mapping[str, str], lang: str) -> list[str]:
    return [
        f"{column.title(lang)} {show_value(column, row[column.key], lang)}"
        for column in columns
        if column.key in row and column.key != "item"
    ]


def plots_by_id(session: Session, organisation_id: int) -> dict[int, str]:
    """The organisation's plots as a clerk names them: code, name, 亩."""
    return {
        key_of(row): f"{row.code} {row.name}（{plot.area_text(row)} 亩）"
        for row in plot.of_organisation(session, organisation_id)
    }

"""Every record of batches as a supervisor reads it: unmasked, superseded ones kept, entry numbers beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlmodel import Session, col, select

from trace.core.lateness import Clock, late_days
from trace.core.stage import Fact, FactValue, Stage, show_value
from trace.core.stages import STAGES
from trace.services import erasure_view, lateness
from trace.services.brand import rules_of
from trace.services.chain import Record, records
from trace.services.ledger import entries_of
from trace.services.names import organisation_names, people_names
from trace.services.public_view import AttachmentView, ErasureView, FactView, fact_view
from trace.services.step_view import files_of
from trace.tables import Batch, Product
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Line:
    """One event; `late_days` is 0 for one entered in time, `entry` its number in the ledger.

    `clock` is "" where the clock that recorded it fits (trace.core.lateness).

    `corrects` and `corrected_by` are entry numbers of the other event, `reason` is why this one corrects.
    """

    event_id: int
    entry: int | None
    batch: str
    stage: Stage
    occurred_at: datetime
    recorded_at: datetime
    late_days: int
    organisation: str
    recorded_by: str
    place: str
    source: str
    destination: str
    quantity_g: int | None
    facts: tuple[FactView, ...]
    attachments: tuple[AttachmentView, ...]
    corrects: int | None
    reason: str
    corrected_by: int | None
    withdrawn: bool
    clock: str
    erasures: tuple[ErasureView, ...]

    @property
    def stands(self) -> bool:
        """Whether it counts: not corrected, and not a withdrawal itself."""
        return self.corrected_by is None and not self.withdrawn


def lines(session: Session, of: Sequence[Batch]) -> list[Line]:
    """All events of the batches in order of happening."""
    found = records(session, of)
    ids = [key_of(record.event) for record in found]
    entries = entries_of(session, "event", ids)
    files = files_of(session, ids)
    names = organisation_names(session, {record.event.organisation_id for record in found})
    people = people_names(session, {record.event.recorded_by for record in found})
    allowed = _late_days(session, of)
    batches = {key_of(batch): batch for batch in of}
    erasures = erasure_view.of_entries(session, entries.values())
    odd = lateness.clocks(session, entries.values())
    return [
        _line(
            record,
            batches[record.event.batch_id],
            allowed[batches[record.event.batch_id].product_id],
            entries,
            files.get(key_of(record.event), ()),
            names[record.event.organisation_id],
            people[record.event.recorded_by],
            odd.get(entries.get(key_of(record.event), -1), Clock.FITS),
            erasures.get(entries.get(key_of(record.event), -1), ()),
        )
        for record in found
    ]


def _late_days(session: Session, of: Sequence[Batch]) -> dict[int, int]:
    """By product, how many days after it happened its brand lets a record be entered."""
    ids = {batch.product_id for batch in of}
    query = select(Product.id, Product.brand_id).where(col(Product.id).in_(ids))
    brands = {product: brand for product, brand in session.exec(query).all() if product is not None}
    rules = {brand: rules_of(session, brand).late_days for brand in set(brands.values())}
    return {product: rules[brand] for product, brand in brands.items()}


def _line(
    record: Record,
    batch: Batch,
    allowed: int,
    entries: Mapping[int, int],
    files: tuple[AttachmentView, ...],
    organisation: str,
    person: str,
    clock: Clock,
    erasures: tuple[ErasureView, ...],
) -> Line:
    event, stage = record.event, STAGES[record.event.stage]
    later = record.corrected_by
    return Line(
        event_id=key_of(event),
        entry=entries.get(key_of(event)),
        batch=batch.number,
        stage=stage,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        late_days=late_days(event.occurred_at, event.recorded_at, allowed),
        organisation=organisation,
        recorded_by=person,
        place=event.place,
        source=event.source,
        destination=event.destination,
        quantity_g=event.quantity_g,
        facts=tuple(_facts(stage, record.facts)),
        attachments=files,
        corrects=entries.get(event.corrects_id) if event.corrects_id is not None else None,
        reason=event.reason,
        corrected_by=entries.get(key_of(later)) if later is not None else None,
        withdrawn=event.withdrawn,
        clock=clock,
        erasures=erasures,
    )


def _facts(stage: Stage, facts: Mapping[str, FactValue]) -> Iterator[FactView]:
    """Every fact as it was recorded; each row of a table is a fact of its own."""
    for fact in stage.facts:
        value = facts.get(fact.key)
        if isinstance(value, list):
            for row in value:
                yield fact_view(fact.zh, fact.en, partial(_row, fact, row))
        elif value is not None:
            yield fact_view(fact.zh, fact.en, partial(show_value, fact, value))


def _row(fact: Fact, row: Mapping[str, str | int | bool], lang: str) -> str:
    comma, colon = (", ", ": ") if lang == "en" else ("，", " ")
    cells = [
        (column, show_value(column, row[column.key], lang)) for column in fact.columns if column.key in row
    ]
    return comma.join(
        text if number == 0 else f"{column.title(lang)}{colon}{text}"
        for number, (column, text) in enumerate(cells)
    )

"""A batch's chain as the public may see it: steps, test reports, attachments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from sqlmodel import Session, col, select

from trace.core import dates, languages
from trace.core.lateness import Clock, late_days
from trace.core.masking import phones_in
from trace.core.quantity import show
from trace.core.stage import Fact, FactValue, Stage, public_facts, show_value
from trace.core.stages import STAGES
from trace.services import carton_trace, erasure, erasure_view, lateness
from trace.services.chain import Record, records
from trace.services.ledger import entries_of, entry_of
from trace.services.names import organisation_names
from trace.services.operation import Kinship, made_by
from trace.services.public_view import AttachmentView, FactView, ReportView, StepView, TestView, fact_view
from trace.tables import Attachment, Batch, EventAttachment
from trace.tables.base import key_of

# Shown as tables of their own, not as lines of the chain.
_ELSEWHERE = {"inspection": frozenset({"items"})}


def steps(
    session: Session, lineage: Sequence[Batch], allowed: int
) -> tuple[list[StepView], list[ReportView]]:
    """All records of the batches in order of happening, and the inspections among them that count, newest first.

    Recorded more than `allowed` days after it happened is late.
    """
    found = records(session, lineage)
    numbers = {key_of(batch): batch.number for batch in lineage}
    owners = {batch.organisation_id for batch in lineage}
    names = organisation_names(session, owners | {record.event.organisation_id for record in found})
    entries = entries_of(session, "event", [key_of(record.event) for record in found])
    files = files_of(session, [key_of(record.event) for record in found])
    chain = [
        _step(record, numbers, names, entries, files.get(key_of(record.event), ()), allowed)
        for record in found
    ]
    reports = [
        _report(record, files.get(key_of(record.event), ()))
        for record in found
        if record.event.stage == "inspection" and record.stands
    ]
    chain += [_operation_step(session, kinship, names, allowed) for kinship in _operations(session, lineage)]
    chain += carton_trace.split_steps(session, numbers, names)
    ordered = sorted(chain, key=lambda step: (step.occurred_at, step.recorded_at))
    return _remarked(session, ordered), reports[::-1]


def _remarked(session: Session, chain: Sequence[StepView]) -> list[StepView]:
    """The steps with what their entries make known: erasures, and clocks that do not fit."""
    seqs = [step.ledger_seq for step in chain if step.ledger_seq]
    erasures, odd = erasure_view.of_entries(session, seqs), lateness.clocks(session, seqs)
    return [
        replace(step, erasures=erasures.get(step.ledger_seq, ()), clock=odd.get(step.ledger_seq, Clock.FITS))
        for step in chain
    ]


# What an operation is called in the chain: (Chinese, English).
OPERATIONS = {
    "split": ("拆分（分级、分装）", "Split"),
    "merge": ("合并（混装）", "Merge"),
    "transform": ("加工成新批次", "Made into a new batch"),
}


def _operations(session: Session, lineage: Sequence[Batch]) -> list[Kinship]:
    """The operations that made the batches of the line, each once."""
    made = {batch.operation_id: batch for batch in lineage if batch.operation_id is not None}
    return [kinship for batch in made.values() if (kinship := made_by(session, batch)) is not None]


def _amount(number: str, grams: int, lang: str) -> str:
    return f"{number}{'; ' if lang == languages.ENGLISH else '；'}{show(grams, lang)}"


def _operation_step(session: Session, kinship: Kinship, names: Mapping[int, str], allowed: int) -> StepView:
    """A split, merge or transformation as a step of the chain: batches in, batches out, loss."""
    row = kinship.operation
    title, title_en = OPERATIONS[row.kind]
    facts = [
        fact_view("用去", "Used", partial(_amount, batch.number, grams)) for batch, grams in kinship.inputs
    ]
    facts += [
        fact_view("得到", "Made", partial(_amount, batch.number, grams)) for batch, grams in kinship.outputs
    ]
    if row.loss_g:
        facts.append(fact_view("损耗", "Loss", partial(show, row.loss_g)))
    if row.note:
        note = phones_in(row.note)
        facts.append(FactView("备注", "Remarks", note, note))
    return StepView(
        stage=row.kind,
        title=title,
        title_en=title_en,
        icon=row.kind,
        # Only the day is known: the end of it, for what came in that day was there before.
        occurred_at=dates.day_start(row.occurred_on) + timedelta(hours=23),
        recorded_at=row.recorded_at,
        late_days=late_days(row.occurred_on, row.recorded_at, allowed),
        organisation=names.get(row.organisation_id, ""),
        batch_no=kinship.outputs[0][0].number if len(kinship.outputs) == 1 else "",
        place="",
        source="",
        destination="",
        quantity_g=None,
        facts=tuple(facts),
        ledger_seq=entry_of(session, "operation", row.id or 0) or 0,
    )


def files_of(session: Session, ids: list[int]) -> dict[int, tuple[AttachmentView, ...]]:
    """The attachments of events, by event."""
    query = (
        select(EventAttachment, Attachment)
        .join(Attachment, col(Attachment.id) == col(EventAttachment.attachment_id))
        .where(col(EventAttachment.event_id).in_(ids))
        .order_by(col(EventAttachment.attachment_id))
    )
    found: dict[int, list[AttachmentView]] = {}
    erased = erasure.files_erased(session)
    for link, stored in session.exec(query).all():
        view = AttachmentView(
            url=f"/file/{stored.sha256}",
            media_type=stored.media_type,
            title=link.title,
            sha256=stored.sha256,
            width=stored.width,
            height=stored.height,
            erased=erasure_view.view(erased[stored.sha256], "attachment")
            if stored.sha256 in erased
            else None,
        )
        found.setdefault(link.event_id, []).append(view)
    return {identity: tuple(views) for identity, views in found.items()}


def _step(
    record: Record,
    numbers: Mapping[int, str],
    names: Mapping[int, str],
    entries: Mapping[int, int],
    files: tuple[AttachmentView, ...],
    allowed: int,
) -> StepView:
    event, stage = record.event, STAGES[record.event.stage]
    shown = public_facts(stage, record.facts)
    owner = names.get(event.organisation_id, "")
    return StepView(
        stage=stage.key,
        title=stage.zh,
        title_en=stage.en,
        icon=stage.icon,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        late_days=late_days(event.occurred_at, event.recorded_at, allowed),
        organisation=owner,
        batch_no=numbers[event.batch_id],
        place=phones_in(event.place),
        source=phones_in(event.source) if event.source != owner else "",
        destination=phones_in(event.destination) if event.destination != owner else "",
        quantity_g=event.quantity_g,
        facts=tuple(fact_views(stage, shown)),
        attachments=files,
        corrected_by=phones_in(record.corrected_by.reason) if record.corrected_by is not None else "",
        corrects=phones_in(event.reason) if event.corrects_id is not None else "",
        ledger_seq=entries.get(key_of(event), 0),
    )


def fact_views(stage: Stage, facts: Mapping[str, FactValue]) -> Iterable[FactView]:
    """Facts ready to read; a row of a table becomes one line."""
    for fact in stage.facts:
        value = facts.get(fact.key)
        if value is None or fact.key in _ELSEWHERE.get(stage.key, ()):
            continue
        if isinstance(value, list):
            for row in value:
                yield fact_view(fact.zh, fact.en, partial(_line, fact, row))
        else:
            yield fact_view(fact.zh, fact.en, partial(show_value, fact, value))


def _line(fact: Fact, row: Mapping[str, str | int | bool], lang: str) -> str:
    """The row's first cell by itself, the others with their names."""
    cells = [
        (column, show_value(column, row[column.key], lang)) for column in fact.columns if column.key in row
    ]
    between = ": " if lang == "en" else " "
    shown = [
        text if number == 0 else f"{column.title(lang)}{between}{text}"
        for number, (column, text) in enumerate(cells)
    ]
    return ("; " if lang == "en" else "；").join(shown)


def _report(record: Record, files: tuple[AttachmentView, ...]) -> ReportView:
    facts, stage = record.facts, STAGES["inspection"]
    kind = stage.fact("kind").choice(str(facts["kind"]))
    stated = facts.get("reported_on") or facts.get("sampled_on")
    return ReportView(
        kind=kind.zh,
        kind_en=kind.en,
        laboratory=str(facts.get("lab", "")),
        report_number=str(facts.get("report_no", "")),
        tested_on=date.fromisoformat(stated) if stated else dates.local_day(record.event.occurred_at),
        passed=facts.get("result") == "pass",
        tests=tuple(_test(stage, row) for row in facts.get("items", [])),
        attachments=files,
    )


def _test(stage: Stage, row: Mapping[str, str]) -> TestView:
    columns = {column.key: column for column in stage.fact("items").columns}
    shown = fact_view("", "", partial(_measured, columns, row))
    return TestView(
        item=row["item"],
        value=shown.value,
        value_en=shown.value_en,
        more=shown.more,
        unit=row.get("unit", ""),
        limit=row.get("limit", ""),
        method=row.get("method", ""),
        standard=row.get("standard", ""),
        passed=row.get("result") == "pass",
    )


def _measured(columns: Mapping[str, Fact], row: Mapping[str, str], lang: str) -> str:
    if row.get("value"):
        return row["value"]
    if "inhibition" in row:
        return f"{columns['inhibition'].title(lang)} {row['inhibition']}%"
    return columns["reaction"].choice(row["reaction"]).title(lang) if "reaction" in row else ""

"""The form of an event, the same for every stage: read from what was sent, or filled from a record."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from trace.core import quantity
from trace.core.errors import InvalidInput, InvalidInputs
from trace.core.stage import Fact, Stage
from trace.core.stages import validate_facts
from trace.services.event import Attached, NewEvent
from trace.tables import Attachment, Event
from trace.web.inputs.reading import Reading, local_moment, local_now, new_request_id

# What a clerk fills in alike each time: offered again, and said to be so.
REPEATED = frozenset(
    {
        "lab", "carrier", "plate", "place", "workshop", "licence", "standard", "spec", "material",
        "worker", "channel", "variety",
    }
)  # fmt: skip


@dataclass(slots=True)
class EventForm:
    """What stands in the form: as typed, so that it can be shown again unchanged."""

    facts: dict[str, Any] = field(default_factory=dict)
    occurred_at: str = ""
    source: str = ""
    destination: str = ""
    place: str = ""
    quantity: str = ""
    quantity_unit: str = "kg"
    request_id: str = ""
    reason: str = ""
    attached: list[Attached] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)

    def event(self, stage: Stage, reading: Reading) -> NewEvent:
        """What the service takes; InvalidInputs naming everything that is wrong, facts included."""
        occurred = reading.moment("occurred_at")
        grams: int | None = None
        if stage.quantity != "none":
            grams = reading.weight("quantity", required=stage.quantity == "required")
        if reading.errors:
            self._name_the_rest(stage, reading)
        reading.check()
        if occurred is None:
            raise InvalidInput("event.not-a-time", "occurred_at")
        return self.as_event(stage, occurred, grams)

    def as_event(self, stage: Stage, occurred: datetime, grams: int | None = None) -> NewEvent:
        """The same with moment and weight known."""
        return NewEvent(
            stage=stage.key,
            occurred_at=occurred,
            facts=self.facts,
            source=self.source,
            destination=self.destination,
            place=self.place,
            quantity_g=grams,
            attachments=tuple(self.attached),
            request_id=self.request_id,
        )

    def _name_the_rest(self, stage: Stage, reading: Reading) -> None:
        """Where the form itself is wrong, name what the service would also refuse: one round, not two."""
        if stage.needs_source and not self.source.strip():
            reading.errors.append(InvalidInput("text.required", "source"))
        if stage.needs_destination and not self.destination.strip():
            reading.errors.append(InvalidInput("text.required", "destination"))
        try:
            validate_facts(stage.key, self.facts)
        except InvalidInputs as wrong:
            reading.errors.extend(wrong.errors)


def blank_form(stage: Stage, place: str, last: Event | None) -> EventForm:
    """A new form: now, here, and what was written last time where that is usually the same."""
    form = EventForm(occurred_at=local_now(), place=place, request_id=new_request_id())
    if last is None:
        return form
    for key, value in json.loads(last.facts).items():
        if key in REPEATED:
            fact = stage.fact(key)
            if fact.kind in ("text", "choice"):
                form.facts[key] = value
                form.repeated.append(key)
    if not form.place and last.place:
        form.place = last.place
        form.repeated.append("place")
    if stage.needs_source and last.source:
        form.source = last.source
        form.repeated.append("source")
    return form


def form_of(stage: Stage, row: Event, attachments: list[tuple[Attachment, str]]) -> EventForm:
    """The form as it would have been sent for a record."""
    return EventForm(
        facts=_typed(stage.facts, json.loads(row.facts)),
        occurred_at=local_moment(row.occurred_at),
        source=row.source,
        destination=row.destination,
        place=row.place,
        quantity=plain_kg(row.quantity_g),
        request_id=new_request_id(),
        attached=[Attached(stored.id or 0, title) for stored, title in attachments],
    )


def read_form(stage: Stage, sent: MultiDict[str, str]) -> tuple[EventForm, Reading]:
    """The form as it came; nothing is judged yet."""
    reading = Reading(sent)
    form = EventForm(
        facts={fact.key: _raw(fact, reading) for fact in stage.facts},
        occurred_at=reading.text("occurred_at"),
        source=reading.text("source"),
        destination=reading.text("destination"),
        place=reading.text("place"),
        quantity=reading.text("quantity"),
        quantity_unit=reading.text("quantity_unit") or "kg",
        request_id=reading.request_id(),
        reason=reading.text("reason"),
        attached=carried(sent),
    )
    return form, reading


def carried(sent: MultiDict[str, str]) -> list[Attached]:
    """Files that an earlier sending of the form has stored already."""
    ids = [value for value in sent.getlist("attachment") if value.isascii() and value.isdigit()]
    return [
        Attached(int(value), sent.get(f"attachment_title.{value}", "")[:100])
        for value in dict.fromkeys(ids)
        if len(value) < 16
    ][:20]


def plain_kg(grams: int | None) -> str:
    """Kilograms as one types them: "12.5", without thousands' commas; "" for None."""
    if grams is None:
        return ""
    whole, part = divmod(grams, quantity.GRAMS["kg"])
    return f"{whole}.{part:03d}".rstrip("0").rstrip(".") if part else str(whole)


def _raw(fact: Fact, reading: Reading) -> Any:
    name = f"facts.{fact.key}"
    if fact.kind == "rows":
        return reading.rows(name, (column.key for column in fact.columns))
    return reading.text(name)


def _typed(known: tuple[Fact, ...], facts: Mapping[str, Any]) -> dict[str, Any]:
    """Recorded facts as the inputs of a form hold them."""
    shown: dict[str, Any] = {}
    for fact in known:
        value = facts.get(fact.key)
        if value is None:
            continue
        if fact.kind == "rows":
            shown[fact.key] = [_typed(fact.columns, row) for row in value]
        elif fact.kind == "datetime":
            shown[fact.key] = local_moment(datetime.fromisoformat(str(value)))
        elif fact.kind == "yesno":
            shown[fact.key] = "yes" if value else "no"
        else:
            shown[fact.key] = str(value)
    return shown

"""What is proven and still worth a second look: late records, clocks that ran backwards, weights that do not add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from trace.core import lateness
from trace.verify.story import Record, Story, moment
from trace.verify.words import REMARKS

CLOCK_SKEW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing for a person to look at: a stable code, and what it is about."""

    code: str
    where: dict[str, str | int]

    def message(self, lang: str) -> str:
        """The sentence in Chinese ("zh") or English ("en")."""
        chinese, english = REMARKS[self.code]
        return (english if lang == "en" else chinese).format_map(self.where)


def remarks(story: Story) -> Iterator[Remark]:
    """All of them, in the order of their entries within each kind."""
    yield from _clock(story)
    yield from _times(story)
    yield from _weights(story)
    yield from _corrections(story)


def limits(story: Story) -> dict[int, int]:
    """By brand, how many days after it happened a record may be entered, by the newest rules in the bundle."""
    found = {}
    for brand, editions in story.by("brand_rule", "brand_id").items():
        newest = max(editions, key=lambda rule: rule.number("edition") or 0)
        rules = newest.json("rules")
        days = rules.get("late_days") if isinstance(rules, dict) else None
        found[brand] = days if type(days) is int else lateness.DEFAULT_DAYS
    return found


def late_days(story: Story, record: Record, allowed: dict[int, int]) -> int:
    """How many days late an event was entered, 0 if within its brand's limit; days are China's."""
    batch = story.get("batch", record.number("batch_id"))
    product = story.get("product", batch.number("product_id")) if batch else None
    brand = product.number("brand_id") if product else None
    try:
        return lateness.late_days(
            record.envelope.occurred, record.envelope.recorded, allowed.get(brand or 0, lateness.DEFAULT_DAYS)
        )
    except (ValueError, OverflowError):
        return 0


def _clock(story: Story) -> Iterator[Remark]:
    latest = ""
    before = 0
    for record in story.records.values():
        at = record.envelope.recorded
        if at < latest:
            yield Remark(
                "clock-backwards", {"entry": record.seq, "at": at, "before": before, "other": latest}
            )
        else:
            latest, before = at, record.seq


def _times(story: Story) -> Iterator[Remark]:
    allowed = limits(story)
    for record in story.of("event"):
        happened, entered = moment(record.text("occurred_at")), moment(record.envelope.recorded)
        if happened and entered and happened - entered > CLOCK_SKEW:
            yield Remark("before-it-happened", {"entry": record.seq, "at": record.text("occurred_at")})
        days = late_days(story, record, allowed)
        if days:
            yield Remark(
                "late",
                {"entry": record.seq, "days": days, "batch": story.number_of(record.number("batch_id"))},
            )


def _corrections(story: Story) -> Iterator[Remark]:
    for record in story.of("event"):
        corrected = story.get("event", record.number("corrects_id"))
        if corrected is not None:
            code = "withdrawn" if record.fields.get("withdrawn") is True else "corrected"
            yield Remark(
                code, {"entry": record.seq, "other": corrected.seq, "why": record.text("reason") or "—"}
            )


def _weights(story: Story) -> Iterator[Remark]:
    """Labels of items, in grams, against what came in; weights that are not shown count as nothing said."""
    events, runs = story.by("event", "batch_id"), story.by("run", "batch_id")
    ranges = story.by("range_state", "run_id")
    for number, batch in story.batches.items():
        identity = batch.envelope.subject_id
        came = batch.number("quantity_g") or 0
        came += sum(
            event.number("quantity_g") or 0
            for event in events.get(identity, ())
            if event.text("stage") in ("harvest", "purchase") and story.standing(event)
        )
        labelled = sum(
            _labelled(run, ranges.get(run.envelope.subject_id, ())) for run in runs.get(identity, ())
        )
        if labelled > came:
            yield Remark("labels-beyond-weight", {"batch": number, "labelled": labelled, "came": came})


def _labelled(run: Record, ranges: Iterable[Record]) -> int:
    """Grams of a run's labels that were not voided; cartons weigh nothing of their own."""
    if run.number("level") is not None:
        return 0
    void = sum(
        (line.number("last") or 0) - (line.number("first") or 0) + 1
        for line in ranges
        if line.text("state") == "void"
    )
    return max(0, (run.number("count") or 0) - void) * (run.number("unit_weight_g") or 0)

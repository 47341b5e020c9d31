"""Nothing was left out of the middle: each batch's row of entries, its whole family, and all that records lean on."""

from __future__ import annotations

from dataclasses import dataclass, field

from trace.ledger.envelope import UNSIGNED, Envelope
from trace.verify.fault import Fault
from trace.verify.manifest import Manifest
from trace.verify.story import Record, Story


@dataclass(slots=True)
class Rows:
    """Each batch's entries follow one another: every entry names the one before about the same batch.

    Entries of before organisations signed do not name it.
    """

    numbers: frozenset[str]
    last: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def check(self, envelope: Envelope) -> None:
        """The next entry; Fault row.gap names what is missing before it."""
        for number, before in envelope.batches:
            if number not in self.numbers:
                continue
            seen = self.last.get(number)
            if envelope.version != UNSIGNED and before is None and seen is not None:
                raise Fault("row.first", entry=envelope.seq, batch=number)
            if before is not None and before != seen:
                raise Fault("row.gap", entry=envelope.seq, batch=number, before=before)
            self.last[number] = envelope.seq
            self.counts[number] = self.counts.get(number, 0) + 1

    def check_ends(self, manifest: Manifest) -> None:
        """The rows are as long as the bundle says; Fault row.cut names the first that is not."""
        for number, (count, last) in manifest.batches.items():
            if (self.counts.get(number, 0), self.last.get(number)) != (count, last):
                raise Fault("row.cut", batch=number, entry=last)


def check_family(story: Story, subject: str) -> frozenset[str]:
    """All that the batch was made from and all that was made from it is there, with what went in beside it.

    Returns the numbers of the family. Fault family.lacks names the operation and the batch that is missing.
    """
    if subject not in story.batches:
        raise Fault("family.subject", batch=subject)
    operations = _operations(story)
    family: set[str] = set()
    below: set[str] = set()
    seen: set[int] = set()
    up, down = [subject], [subject]
    while up or down:
        if up:
            number = up.pop()
            if number not in family:
                family.add(number)
                up += _inputs(story, number)
            continue
        number = down.pop()
        if number in below:
            continue
        below.add(number)
        # Each operation once: one that took in many batches is found through every one of them.
        for operation in operations.pop(story.batches[number].envelope.subject_id, ()):
            if operation.seq in seen:
                continue
            seen.add(operation.seq)
            made = _outputs(story, operation)
            down += made
            up += made
    return frozenset(family)


def _operations(story: Story) -> dict[int, list[Record]]:
    """Operations by the batches that went into them."""
    found: dict[int, list[Record]] = {}
    for record in story.of("operation"):
        for batch in record.inputs():
            found.setdefault(batch, []).append(record)
    return found


def _inputs(story: Story, number: str) -> list[str]:
    """What a batch was made from."""
    record = story.batches.get(number)
    if record is None:
        raise Fault("family.batch", batch=number)
    made = record.number("operation_id")
    if made is None:
        return []
    operation = story.get("operation", made)
    if operation is None:
        raise Fault("family.lacks", entry=record.seq, batch=number, field="operation_id")
    found = []
    for batch in operation.inputs():
        name = story.number_of(batch)
        if not name:
            raise Fault("family.input", entry=operation.seq, batch=number, id=batch)
        found.append(name)
    return found


def _outputs(story: Story, operation: Record) -> list[str]:
    """What came out of an operation: the batches its entry is about that did not go into it."""
    used = {story.number_of(batch) for batch in operation.inputs()}
    found = [number for number, _ in operation.envelope.batches if number not in used]
    for number in found:
        if number not in story.batches:
            raise Fault("family.output", entry=operation.seq, batch=number)
    return found


def check_references(story: Story) -> None:
    """Every record that another leans on is there; Fault reference.lacks names both."""
    for record in story.records.values():
        leans = [("org", ("organisation", record.envelope.organisation)), *record.references()]
        for name, (table, number) in leans:
            if (table, number) not in story.records:
                raise Fault("reference.lacks", entry=record.seq, field=name, table=table, id=number)


def check_editions(story: Story) -> None:
    """A brand's rules are there from the first edition on; Fault edition.lacks names the one that is not."""
    editions = story.by("brand_rule", "brand_id")
    for brand in story.of("brand"):
        found = sorted(rule.number("edition") or 0 for rule in editions.get(brand.envelope.subject_id, ()))
        for wanted, edition in enumerate(found or [-1], 1):
            if edition != wanted:
                raise Fault("edition.lacks", entry=brand.seq, edition=wanted)

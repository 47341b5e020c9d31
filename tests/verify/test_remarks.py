"""What is proven and still worth a second look: late entries, strange clocks, weights that do not add up."""

from __future__ import annotations

import json
from itertools import count

import pytest

from trace.ledger.commitment import Value
from trace.ledger.envelope import Envelope
from trace.verify.remarks import limits, remarks
from trace.verify.story import Record, Story, moment

AT = "2026-09-01T04:00:00.000000Z"


class Told:
    """A story in the making; entries are numbered as they come."""

    def __init__(self) -> None:
        self.story = Story()
        self._next = count()

    def add(self, table: str, identity: int, recorded: str = AT, **fields: Value) -> int:
        seq = next(self._next)
        occurred = str(fields.get("occurred_at", ""))
        envelope = Envelope(seq, "kind", table, identity, 1, recorded, "0" * 64, occurred)
        self.story.add(Record(envelope, {"id": identity, **fields}))
        return seq

    def codes(self) -> list[str]:
        return [one.code for one in remarks(self.story)]


@pytest.fixture
def told() -> Told:
    """A batch of a brand that allows ten days."""
    made = Told()
    made.add("brand", 1)
    made.add("brand_rule", 1, brand_id=1, edition=1, rules=json.dumps({"late_days": 30}))
    made.add("brand_rule", 2, brand_id=1, edition=2, rules=json.dumps({"late_days": 10}))
    made.add("product", 1, brand_id=1)
    made.add("batch", 1, number="A-1", product_id=1, quantity_g=1_000)
    return made


@pytest.mark.parametrize(
    ("happened", "late"),
    [
        ("2026-09-01T03:00:00.000000Z", []),
        ("2026-08-22T04:00:00.000000Z", []),
        # The day is China's: 16:30 in UTC is half past midnight there.
        ("2026-08-21T16:30:00.000000Z", []),
        ("2026-08-21T15:30:00.000000Z", ["late"]),
        ("2026-08-01", ["late"]),
        ("0001-01-01T00:00:00.000000Z", ["late"]),
        ("long ago", []),
    ],
)
def test_late_is_beyond_the_limit_of_the_newest_rules(told: Told, happened: str, late: list[str]) -> None:
    told.add("event", 1, batch_id=1, occurred_at=happened)
    assert told.codes() == late


@pytest.mark.parametrize("rules", ["", "[]", "null", '{"late_days":"x"}', "[" * 10_000, '{"late_days":true}'])
def test_rules_that_say_nothing_of_it_allow_what_is_usual(rules: str) -> None:
    made = Told()
    made.add("brand_rule", 1, brand_id=1, edition=1, rules=rules)
    assert limits(made.story)[1] == 7


def test_recorded_before_it_happened(told: Told) -> None:
    told.add("event", 1, batch_id=1, occurred_at="2026-09-02T03:00:00.000000Z")
    assert told.codes() == []
    told.add("event", 2, batch_id=1, occurred_at="2026-09-02T05:00:00.000000Z")
    assert told.codes() == ["before-it-happened"]


def test_a_clock_that_ran_backwards_is_named_at_every_entry_that_is_too_early(told: Told) -> None:
    told.add("plot", 1, "2026-09-01T05:00:00.000000Z")
    early = [told.add("plot", number, f"2026-09-01T04:0{number}:00.000000Z") for number in (2, 3)]
    told.add("plot", 4, "2026-09-01T06:00:00.000000Z")
    found = list(remarks(told.story))
    assert [(one.code, one.where["entry"]) for one in found] == [("clock-backwards", seq) for seq in early]
    assert "2026-09-01T05:00" in found[0].message("en")


def test_labels_beyond_what_came_in(told: Told) -> None:
    told.add("event", 1, batch_id=1, stage="harvest", quantity_g=500, occurred_at=AT)
    told.add(
        "event", 2, batch_id=1, stage="harvest", quantity_g=900, occurred_at=AT, corrects_id=1, reason="x"
    )
    told.add("event", 3, batch_id=1, stage="sale", quantity_g=10_000, occurred_at=AT)
    told.add("run", 1, batch_id=1, count=19, unit_weight_g=100)
    told.add("run", 2, batch_id=1, count=500, unit_weight_g=100, level=1)
    assert told.codes() == ["corrected"]
    told.add("run", 3, batch_id=1, count=3, unit_weight_g=100)
    told.add("range_state", 1, run_id=3, first=1, last=3, state="active")
    assert told.codes() == ["labels-beyond-weight", "corrected"]
    told.add("range_state", 2, run_id=3, first=1, last=3, state="void")
    assert told.codes() == ["corrected"]


def test_a_withdrawal_is_no_correction(told: Told) -> None:
    told.add("event", 1, batch_id=1, stage="harvest", quantity_g=500, occurred_at=AT)
    told.add(
        "event", 2, batch_id=1, stage="harvest", withdrawn=True, occurred_at=AT, corrects_id=1, reason="x"
    )
    assert told.codes() == ["withdrawn"]
    told.add("run", 1, batch_id=1, count=11, unit_weight_g=100)
    assert told.codes() == ["labels-beyond-weight", "withdrawn"]


@pytest.mark.parametrize(
    "written", ["", "x", "2026-13-01", "2026-09-01T00:00:00", "9999-12-31T23:59:59.999999-12:00"]
)
def test_what_is_no_moment(written: str) -> None:
    assert moment(written) is None

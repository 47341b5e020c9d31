"""Which fields may be erased: everything is decided, what the law wants stays, what is about a person may go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from trace.core import erasure
from trace.core.erasure import FILE, MARK, Leave, rule
from trace.core.stage import Fact
from trace.core.stages import STAGES


def facts() -> Iterator[tuple[str, str, Fact]]:
    """Every fact of every stage by the name an entry commits to it under, rows of tables too."""
    for stage in STAGES.values():
        for fact in stage.facts:
            if fact.columns:
                for column in fact.columns:
                    yield stage.key, f"facts.{fact.key}.0.{column.key}", column
            else:
                yield stage.key, f"facts.{fact.key}", fact


@pytest.mark.parametrize(("stage", "field", "fact"), list(facts()))
def test_facts_about_persons_may_go_and_measured_ones_never(stage: str, field: str, fact: Fact) -> None:
    leave = rule("event", field, stage).leave
    if fact.personal:
        assert leave is not Leave.NEVER
    if fact.kind in ("integer", "decimal", "date", "datetime", "choice", "yesno"):
        assert leave is Leave.NEVER


WANTED_BY_LAW = (
    "name", "registration", "ingredients", "dose", "first_day", "last_day", "uses", "target", "interval_days",
)  # fmt: skip


@pytest.mark.parametrize("column", WANTED_BY_LAW)
def test_what_was_used_on_the_crop_stays(column: str) -> None:
    assert rule("event", f"facts.inputs.0.{column}", "planting").leave is Leave.NEVER


@pytest.mark.parametrize("column", ["item", "value", "unit", "limit", "method", "standard", "result"])
def test_what_a_test_found_stays(column: str) -> None:
    assert rule("event", f"facts.items.0.{column}", "inspection").leave is Leave.NEVER
    assert rule("event", "facts.lab", "inspection").leave is Leave.NEVER


@pytest.mark.parametrize(
    ("stage", "field"),
    [
        ("purchase", "facts.seller"),
        ("purchase", "facts.seller_phone"),
        ("purchase", "source"),
        ("sale", "facts.buyer"),
        ("sale", "facts.buyer_phone"),
        ("sale", "destination"),
    ],
)
def test_partners_in_trade_may_go_after_the_keeping_time(stage: str, field: str) -> None:
    assert rule("event", field, stage).leave is Leave.AFTER


@pytest.mark.parametrize(
    ("subject", "field"),
    [
        ("organisation", "name"),
        ("organisation", "credit_code"),
        ("certificate", "promisor"),
        ("certificate", "quantity_g"),
        ("recall", "advice"),
        ("run", "texts"),
        ("batch", "number"),
        ("event", "occurred_at"),
        ("event", "quantity_g"),
        ("event", "facts"),
        ("event", "facts.nonsense"),
        ("event", "event_attachment.0.attachment_id"),
        ("attachment", "sha256"),
        ("brand_rule", "rules"),
        ("nonsense", "nonsense"),
        ("event", FILE),
    ],
)
def test_numbers_days_and_who_answers_stay(subject: str, field: str) -> None:
    assert rule(subject, field, "planting").leave is Leave.NEVER


def test_a_test_reports_file_stays_for_the_keeping_time_other_files_may_go() -> None:
    assert rule("attachment", FILE).leave is Leave.FREE
    assert rule("attachment", FILE, "inspection").leave is Leave.AFTER


def test_every_rule_says_why_in_both_languages() -> None:
    for subject, field in (("event", "place"), ("event", "stage"), ("run", "texts"), ("recall", "advice")):
        found = rule(subject, field)
        assert found.zh
        assert found.en


def test_an_account_goes_only_once_nobody_uses_it() -> None:
    assert erasure.beside("app_user", "display_name", active=True).leave is Leave.NEVER
    assert erasure.beside("app_user", "display_name").leave is Leave.FREE
    assert erasure.beside("organisation", "phone").leave is Leave.FREE
    assert erasure.beside("label_design", "spec").leave is Leave.NEVER
    assert erasure.emptied("app_user", "username", 7) == "erased-7"


def test_what_may_stand_where_something_was_erased() -> None:
    assert erasure.is_emptied("event", "reason", MARK)
    assert not erasure.is_emptied("event", "reason", "")
    assert erasure.is_emptied("event", "place", "")
    assert not erasure.is_emptied("event", "place", MARK)
    assert erasure.is_emptied("event", "event_attachment.3.title", "")
    # A fact that was erased is not there at all.
    assert not erasure.is_emptied("event", "facts.note", "")


def test_pages_call_fields_by_their_names() -> None:
    assert erasure.named("event", "facts.worker", "harvest") == ("采收人", "Picked by")
    assert erasure.named("event", "facts.steps.2.detail", "processing") == ("说明", "Detail")
    assert erasure.named("event", "event_attachment.0.title") == ("附件标题", "Title of a file")
    assert erasure.named("certificate", "contact") == ("联系方式", "Contact")

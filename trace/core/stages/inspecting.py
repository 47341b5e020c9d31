"""The stage inspection 检测: rapid, quantitative, sensory and type tests, each by its own rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from trace.core.errors import InvalidInput, TraceError
from trace.core.organisation import TRADERS, OrganisationKind
from trace.core.stage import Choice, Fact, Stage
from trace.core.stages.common import NOTE, in_order, rows, worker

RAPID_POSITIVE = 50
"""Inhibition in % from which the enzyme rapid test is positive; only a quantitative test then clears it."""

_EDITION = re.compile(r"[-—–](?:19|20)[0-9]{2}(?![0-9])")
_AMOUNT = re.compile(r"([<>≤≥＜＞]?)\s*([0-9]{1,12}(?:\.[0-9]{1,12})?)")
_MEASURED = ("value", "unit", "limit", "method", "standard")


def _check_rows(facts: Mapping[str, object]) -> Iterator[TraceError]:
    """A rapid row says how it came out; a measured one value, unit, limit, method, standard's edition."""
    kind = facts.get("kind")
    failed = False
    for number, row in rows(facts, "items"):
        where = f"facts.items.{number}"
        passed = row.get("result") == "pass"
        failed = failed or row.get("result") == "fail"
        if row.get("standard") and not _EDITION.search(str(row["standard"])):
            yield InvalidInput("event.standard-edition", f"{where}.standard")
        if kind == "rapid":
            yield from _rapid(row, where, passed)
        if kind in ("quantitative", "type"):
            for column in _MEASURED:
                if not row.get(column):
                    yield InvalidInput("event.test-incomplete", f"{where}.{column}")
        if passed and over_limit(row):
            yield InvalidInput("event.over-limit", f"{where}.result")
    if failed and facts.get("result") == "pass":
        yield InvalidInput("event.result-contradicts", "facts.result")


def _rapid(row: Mapping[str, object], where: str, passed: bool) -> Iterator[TraceError]:
    inhibition, reaction = row.get("inhibition"), row.get("reaction")
    if inhibition is None and reaction is None:
        yield InvalidInput("event.rapid-result", f"{where}.inhibition")
        return
    positive = inhibition is not None and Decimal(str(inhibition)) >= RAPID_POSITIVE
    if inhibition is not None and reaction is not None and positive != (reaction == "positive"):
        yield InvalidInput("event.rapid-contradicts", f"{where}.reaction", limit=RAPID_POSITIVE)
    elif passed and (positive or reaction == "positive"):
        yield InvalidInput("event.rapid-positive", f"{where}.result")


def over_limit(row: Mapping[str, object]) -> bool:
    """Whether a row's value breaks its limit: above "0.5" or "≤0.5", below "≥18"; words never do."""
    value, limit = _amount(row.get("value")), _amount(row.get("limit"))
    if value is None or limit is None:
        return False
    # "<0.01" is what the method can still see: the true value lies somewhere below it.
    if value[0] in ("<", "≤", "＜"):
        return limit[0] in (">", "≥", "＞") and value[1] <= limit[1]
    if limit[0] in (">", "≥", "＞"):
        return value[1] < limit[1]
    return value[1] > limit[1]


def _amount(value: object) -> tuple[str, Decimal] | None:
    match = _AMOUNT.fullmatch(str(value or "").strip())
    return (match[1], Decimal(match[2])) if match else None


_RESULTS = (Choice("pass", "合格", "Pass"), Choice("fail", "不合格", "Fail"))

INSPECTION = Stage(
    key="inspection",
    zh="检测",
    en="Inspection",
    icon="inspection",
    help_zh="拿到检测结果时记录，可附报告照片。",
    help_en="Record when the result is in; a picture of the report may be attached.",
    org_kinds=frozenset(TRADERS | {OrganisationKind.LABORATORY, OrganisationKind.REGULATOR}),
    places=("site",),
    epcis=("ObjectEvent", "inspecting"),
    facts=(
        Fact(
            "kind",
            "检测类型",
            "Kind of test",
            "choice",
            required=True,
            choices=(
                Choice("rapid", "快检", "Rapid test"),
                Choice("quantitative", "定量检测", "Quantitative test"),
                Choice("sensory", "感官检验", "Sensory test"),
                Choice("type", "型式检验", "Type test"),
            ),
        ),
        Fact("lab", "检测单位", "Tested by", "text", required=True, max_length=80),
        Fact("result", "结论", "Result", "choice", required=True, choices=_RESULTS),
        Fact("report_no", "报告编号", "Report no.", "text", max_length=60),
        Fact("sampled_on", "抽样日期", "Sampled on", "date"),
        Fact("reported_on", "报告日期", "Reported on", "date"),
        Fact(
            "items",
            "检测项目",
            "Items",
            "rows",
            required=True,
            columns=(
                Fact("item", "项目", "Item", "text", required=True, max_length=60),
                Fact("result", "单项结论", "Result", "choice", required=True, choices=_RESULTS),
                Fact(
                    "inhibition",
                    "抑制率",
                    "Inhibition",
                    "decimal",
                    unit="%",
                    minimum=-100,
                    maximum=100,
                    help_zh="快检填写。",
                    help_en="For rapid tests.",
                ),
                Fact(
                    "reaction",
                    "阴阳性",
                    "Reaction",
                    "choice",
                    choices=(
                        Choice("negative", "阴性", "Negative"),
                        Choice("positive", "阳性", "Positive"),
                    ),
                ),
                Fact(
                    "value",
                    "检测值",
                    "Value",
                    "text",
                    max_length=30,
                    help_zh="例如：0.02、<0.01、未检出。",
                    help_en="For example 0.02, <0.01, not detected.",
                ),
                Fact("unit", "单位", "Unit", "text", max_length=20),
                Fact("limit", "限量", "Limit", "text", max_length=30),
                Fact("method", "检测方法", "Method", "text", max_length=80),
                Fact(
                    "standard",
                    "判定标准（含年号）",
                    "Standard with year",
                    "text",
                    max_length=80,
                    help_zh="例如：GB 2763-2026。",
                    help_en="For example GB 2763-2026.",
                ),
            ),
        ),
        worker("检测人", "Tester"),
        NOTE,
    ),
    checks=(in_order("sampled_on", "reported_on", "event.days-reversed"), _check_rows),
)

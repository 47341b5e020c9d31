"""What may be erased on a person's lawful request (依法删除个人信息), field by field, and what stays and why.

A field goes whole or not at all. What is about a person, and words that people wrote freely, may go. Who answers for
the product, what was done to it with what, weights, days, results and numbers stay: they are the record that the law
asks for. Partners in trade stay until the record need not be kept any more (trace.core.dates.keep_until).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trace.core.stage import Fact
from trace.core.stages import STAGES

FILE = "file"
"""Stands for the file of an attachment: it is kept beside the database, under the hash that stays."""

MARK = "（已依法删除）"
"""Stands where a record must have words."""

FACTS = "facts."


class Leave(StrEnum):
    """Whether a field may go: at any time, after the record's keeping time, or never."""

    FREE = "free"
    AFTER = "after"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Rule:
    """Whether a field may go, and why, in Chinese and English."""

    leave: Leave
    zh: str
    en: str


_FREE = Rule(
    Leave.FREE, "个人信息或自由填写的文字，可以删", "About a person, or freely written words: may go"
)
_AFTER = Rule(
    Leave.AFTER,
    "上下家信息，追查和召回要用，保存期满才能删",
    "Partners in trade, needed for tracing and recalls: may go once the record's keeping time is over",
)
_REPORT = Rule(
    Leave.AFTER,
    "检测报告是法定凭证，保存期满才能删",
    "A test report is evidence that the law asks for: may go once the record's keeping time is over",
)
_FACT = Rule(
    Leave.NEVER,
    "生产记录的法定内容（做了什么、用了什么、多少、哪天、结果），要留着",
    "What the law's record consists of: what was done, with what, how much, when, with what result",
)
_WHO = Rule(
    Leave.NEVER,
    "谁对产品负责，要公开并留着",
    "Who answers for the product stays on record",
)
_NUMBER = Rule(
    Leave.NEVER,
    "编号、日期、数量、规则，不是个人信息",
    "Numbers, days, amounts and rules are nobody's person",
)
_PRINTED = Rule(Leave.NEVER, "已经印在标签上", "Printed on the labels already")
_ADVICE = Rule(Leave.NEVER, "顾客要知道该怎么做", "Buyers must know what to do")
_ELSEWHERE = Rule(
    Leave.NEVER,
    "不在账本里，由保管的人在自己的页面上改",
    "Not in the ledger: whoever keeps it changes it on their own page",
)
_IN_USE = Rule(
    Leave.NEVER, "账号还在用：先停用（flask user disable）", "The account is in use: disable it first"
)

# Words that people wrote, by table: (Chinese, English) names for the pages. All other columns stay.
_COLUMNS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "organisation": {"address": ("地址", "Address")},
    "plot": {"name": ("地块名称", "Name of the plot"), "geometry": ("地块边界", "Outline of the plot")},
    "authorisation_revocation": {"reason": ("撤销原因", "Reason")},
    "certificate": {"contact": ("联系方式", "Contact")},
    "event": {
        "source": ("来源", "Source"),
        "destination": ("去向", "Destination"),
        "place": ("地点", "Place"),
        "reason": ("更正原因", "Reason of the correction"),
    },
    "operation": {"note": ("备注", "Remarks")},
    "range_state": {"reason": ("作废原因", "Reason of voiding")},
    "carton_split": {"reason": ("拆箱原因", "Reason of opening")},
    "recall": {"reason": ("召回原因", "Reason of the recall")},
    "recall_closure": {"reason": ("结束原因", "Reason of the end")},
    "freeze": {"reason": ("冻结原因", "Reason of the freeze")},
    "freeze_lift": {"reason": ("解除原因", "Reason of the end")},
    "signing_key_status": {"reason": ("停用原因", "Reason of the end")},
    "witness_end": {"reason": ("停用原因", "Reason of the end")},
    "erasure": {"reason": ("删除原因", "Reason of the erasure")},
    "attachment": {FILE: ("文件", "File")},
}
_STAY: Mapping[str, Mapping[str, Rule]] = {
    "organisation": {"name": _WHO, "name_en": _WHO, "credit_code": _WHO},
    "certificate": {"promisor": _WHO, "origin": _WHO},
    "recall": {"advice": _ADVICE},
    "run": {"texts": _PRINTED, "plan": _PRINTED},
    "witness": {"operator": _WHO, "name": _WHO},
}
# Outside the ledger: what goes there, and what is put in its place.
_BESIDE: Mapping[tuple[str, str], str] = {
    ("organisation", "phone"): "",
    ("audit", "subject"): MARK,
    ("part_sheet", "closed_reason"): "",
    ("login_session", "device"): "",
    ("complaint", "text"): MARK,
    ("complaint", "phone"): "",
    ("complaint_answer", "text"): MARK,
    ("item_review", "reason"): MARK,
    ("code_alarm", "note"): "",
    ("app_user", "display_name"): "已删除",
    ("app_user", "username"): "erased-{id}",
}
# Free words of facts that are not long texts, and partners in trade, by stage and fact.
_FREE_FACTS = frozenset({"carrier", "order_no", "workshop", "steps.detail"})
_TRADE_FACTS = frozenset({"purchase.seller", "purchase.seller_phone", "sale.buyer", "sale.buyer_phone"})
_TRADE_COLUMNS = frozenset({"purchase.source", "sale.destination"})


def rule(subject: str, field: str, stage: str = "") -> Rule:
    """Whether `field` of a record of the table `subject` may be erased; `stage` is that of an event, or
    of the event that carries an attachment.

    Fields are named as entries commit to them (trace.ledger.commitment): "reason", "facts.inputs.0.name",
    "event_attachment.0.title"; `FILE` is an attachment's file.
    """
    if subject == "event" and field.startswith(FACTS):
        return _fact_rule(stage, field)
    if subject == "event" and _is_title(field):
        return _FREE
    if subject == "attachment" and stage == "inspection" and field == FILE:
        return _REPORT
    if field in _COLUMNS.get(subject, ()):
        return _AFTER if f"{stage}.{field}" in _TRADE_COLUMNS else _FREE
    return _STAY.get(subject, {}).get(field, _NUMBER)


def _fact_rule(stage: str, field: str) -> Rule:
    fact = _fact(stage, field)
    if fact is None:
        return _FACT
    name = _without_rows(field)
    if f"{stage}.{name}" in _TRADE_FACTS:
        return _AFTER
    return _FREE if fact.personal or fact.kind == "longtext" or name in _FREE_FACTS else _FACT


def beside(table: str, column: str, *, active: bool = False) -> Rule:
    """The same for what is not in the ledger; `active`: of an account that is in use."""
    if (table, column) not in _BESIDE:
        return _ELSEWHERE
    return _IN_USE if table == "app_user" and active else _FREE


def emptied(table: str, column: str, identity: int = 0) -> str:
    """What stands in a column once its words are gone."""
    if (table, column) in _BESIDE:
        return _BESIDE[table, column].format(id=identity)
    # Tables refuse a reason without words, and pages show one; a plot is called by its name.
    return MARK if column in ("reason", "name") else ""


def is_emptied(subject: str, field: str, value: object) -> bool:
    """Whether nothing but what an erasure leaves stands in an erased field (facts are absent)."""
    column = field.rpartition(".")[2] if _is_title(field) else field
    return not field.startswith(FACTS) and value == emptied(subject, column)


def named(subject: str, field: str, stage: str = "") -> tuple[str, str]:
    """What a field is called on pages, in Chinese and English."""
    if field.startswith(FACTS) and (fact := _fact(stage, field)) is not None:
        return fact.zh, fact.en
    if _is_title(field):
        return "附件标题", "Title of a file"
    return _COLUMNS.get(subject, {}).get(field, (field, field))


def _is_title(field: str) -> bool:
    return field.startswith("event_attachment.") and field.endswith(".title")


def _without_rows(field: str) -> str:
    return ".".join(part for part in field.removeprefix(FACTS).split(".") if not part.isdigit())


def _fact(stage: str, field: str) -> Fact | None:
    if stage not in STAGES:
        return None
    known: Iterator[Fact] = iter(STAGES[stage].facts)
    found: Fact | None = None
    for name in _without_rows(field).split("."):
        found = next((fact for fact in known if fact.key == name), None)
        if found is None:
            return None
        known = iter(found.columns)
    return found

"""Certificates and labels in a report: runs with their ranges, who took them, and their checks."""

from __future__ import annotations

from trace.core.certificate import TEMPLATES
from trace.verify.html import both, card, entry, facts, grams, table, text, when
from trace.verify.story import Record, Story

_STATES = {"active": ("启用", "activated"), "void": ("作废", "void")}
_BASES = {
    str(basis): (chinese, english)
    for template in TEMPLATES.values()
    for basis, chinese, english in template.bases
}


def certificates(story: Story) -> str:
    """Every certificate of the family, the newest of a batch last."""
    return "".join(
        card(
            f'<div class="line"><h3>{text(record.text("number"))}</h3>{entry(record.seq)}</div>',
            facts(
                (
                    (both("批次", "Batch"), text(story.number_of(record.number("batch_id")))),
                    (both("产品", "Product"), text(record.text("product_name"))),
                    (both("重量", "Weight"), grams(record.number("quantity_g"))),
                    (both("产地", "Origin"), text(record.text("origin"))),
                    (both("承诺主体", "Promised by"), text(record.text("promisor"))),
                    (both("联系方式", "Contact"), _contact(record)),
                    (both("承诺依据", "Based on"), _bases(record)),
                    (both("开具日期", "Issued on"), text(record.text("issued_on"))),
                )
            ),
            tone="leaf",
        )
        for record in story.of("certificate")
    )


def _contact(record: Record) -> str:
    if "contact" in record.withheld:
        return both("没有放进包里", "withheld")
    if "contact" in record.erased:
        return both("已依法删除", "erased")
    return text(record.text("contact"))


def _bases(record: Record) -> str:
    found = record.json("basis")
    if not isinstance(found, list):
        return ""
    return "、".join(
        both(*_BASES[one]) if isinstance(one, str) and one in _BASES else text(one) for one in found
    )


def labels(story: Story) -> str:
    """Every run of the family."""
    ranges, taken, checks = (story.by(table, "run_id") for table in ("range_state", "download", "run_check"))
    return "".join(
        _run(
            story,
            run,
            ranges.get(run.envelope.subject_id, []),
            taken.get(run.envelope.subject_id, []),
            checks.get(run.envelope.subject_id, []),
        )
        for run in story.of("run")
    )


def _run(
    story: Story, run: Record, states: list[Record], downloads: list[Record], looks: list[Record]
) -> str:
    identity = run.envelope.subject_id
    level = run.number("level")
    kind = {1: both("外箱标签", "carton labels"), 2: both("托盘标签", "pallet labels")}.get(
        level or 0, both("枚标签", "labels")
    )
    ranges = [
        (
            f"{line.number('first')}–{line.number('last')}",
            both(*_STATES.get(line.text("state"), (line.text("state"), ""))),
            text(line.text("reason")),
            when(line.envelope.recorded),
            entry(line.seq),
        )
        for line in states
    ]
    taken = [
        (
            text(line.text("outlet") or "pdf"),
            f"<span class=hash>{text(line.text('sha256')[:16])}…</span>",
            when(line.envelope.recorded),
            entry(line.seq),
        )
        for line in downloads
    ]
    checks = [
        (
            text(line.text("result")),
            str(line.number("checked") or 0),
            when(line.envelope.recorded),
            entry(line.seq),
        )
        for line in looks
    ]
    at, seq = both("时间", "Time"), both("条目", "Entry")
    return card(
        f'<div class="line"><h3>{both(f"印制批 {identity}", "Run")}</h3>{entry(run.seq)}</div>',
        facts(
            (
                (both("批次", "Batch"), text(story.number_of(run.number("batch_id")))),
                (both("数量", "Count"), f"{run.number('count') or 0} {kind}"),
                (
                    both("每枚重量", "Weight each"),
                    grams(run.number("unit_weight_g")) if level is None else "",
                ),
                (both("密钥", "Key"), f"{run.number('key_id') or 0:05d}"),
                (both("入账", "Entered"), when(run.envelope.recorded)),
            )
        ),
        table((both("序号", "Items"), both("状态", "State"), both("原因", "Reason"), at, seq), ranges),
        table((both("取走", "Taken as"), "SHA-256", at, seq), taken),
        table((both("自检", "Check"), both("读回枚数", "Read back"), at, seq), checks),
    )

"""What stops a batch, and what was erased, in a report."""

from __future__ import annotations

from trace.verify.html import both, card, entry, facts, table, text, when
from trace.verify.story import Record, Story

_ENDS = {"recall": ("recall_closure", "recall_id"), "freeze": ("freeze_lift", "freeze_id")}
_TITLES = {"recall": ("召回", "Recall"), "freeze": ("冻结", "Freeze")}


def stops(story: Story, subject: str) -> str:
    """Recalls and freezes of the family, open ones as alerts and first."""
    found = [record for kind in _ENDS for record in story.of(kind)]
    ends = {kind: story.by(table_name, key) for kind, (table_name, key) in _ENDS.items()}

    def rank(one: Record) -> tuple[bool, bool, int]:
        ended = one.envelope.subject_id in ends[one.envelope.subject]
        return ended, story.number_of(one.number("batch_id")) != subject, one.seq

    ordered = sorted(found, key=rank)
    return "".join(
        _stop(story, record, ends[record.envelope.subject].get(record.envelope.subject_id, []))
        for record in ordered
    )


def _stop(story: Story, record: Record, ends: list[Record]) -> str:
    kind = record.envelope.subject
    end = ends[0] if ends else None
    by = story.get("organisation", record.number("organisation_id"))
    state = ("已结束", "ended") if end else ("进行中", "open")
    tone = "" if end else "seal" if kind == "recall" else "amber"
    chinese, english = _TITLES[kind]
    return card(
        f'<div class="line"><h3>{both(f"{chinese}（{state[0]}）", f"{english} ({state[1]})")}</h3>{entry(record.seq)}</div>',
        facts(
            (
                (both("批次", "Batch"), text(story.number_of(record.number("batch_id")))),
                (both("原因", "Reason"), text(record.text("reason"))),
                (both("怎么办", "What to do"), text(record.text("advice"))),
                (both("由", "By"), text(by.text("name")) if by else ""),
                (both("入账", "Entered"), when(record.envelope.recorded)),
                (
                    both("结束", "Ended"),
                    f"{when(end.envelope.recorded)} {text(end.text('reason'))} {entry(end.seq)}"
                    if end
                    else "",
                ),
            )
        ),
        tone=tone,
    )


def erasures(story: Story) -> str:
    """Which fields of which entries were erased, when and why; never what stood there."""
    rows = []
    for record in story.of("erasure"):
        names = record.json("fields")
        told = "、".join(text(name) for name in names) if isinstance(names, list) else ""
        rows.append(
            (
                entry(record.number("seq") or 0),
                told,
                text(record.text("reason")),
                text(record.text("requested_on")),
                when(record.envelope.recorded),
                entry(record.seq),
            )
        )
    heads = (
        both("哪一条", "Of entry"),
        both("字段", "Fields"),
        both("原因", "Reason"),
        both("请求日期", "Requested on"),
        both("入账", "Entered"),
        both("条目", "Entry"),
    )
    return table(heads, rows)

"""The chain in a report: every event of the family in order of happening, and its tests."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from trace.core.stage import Fact, Stage, show_value
from trace.core.stages import STAGES
from trace.ledger.commitment import Value
from trace.verify.html import both, card, entry, facts, grams, table, tag, text, when
from trace.verify.remarks import late_days, limits
from trace.verify.story import Record, Story


def chain(story: Story) -> str:
    """All events, superseded ones too, with when each happened and when it was entered."""
    allowed = limits(story)
    corrected = {record.number("corrects_id"): record.seq for record in story.of("event")}
    ordered = sorted(story.of("event"), key=lambda record: (record.text("occurred_at"), record.seq))
    items = "".join(_event(story, record, late_days(story, record, allowed), corrected) for record in ordered)
    return f'<ol class="chain">{items}</ol>' if items else ""


def _event(story: Story, record: Record, late: int, corrected: dict[int | None, int]) -> str:
    stage = STAGES.get(record.text("stage"))
    title = both(stage.zh, stage.en) if stage else text(record.text("stage"))
    owner = story.get("organisation", record.number("organisation_id"))
    later = corrected.get(record.envelope.subject_id)
    old = later is not None or record.fields.get("withdrawn") is True
    marks = "".join(_marks(story, record, late, later))
    where = [
        text(owner.text("name")) if owner else "",
        text(record.text("place")),
        f"← {text(record.text('source'))}" if record.text("source") else "",
        f"→ {text(record.text('destination'))}" if record.text("destination") else "",
        grams(record.number("quantity_g")),
    ]
    return (
        f'<li{" class=old" if old else ""}><div class="line"><h3>{title}</h3>{entry(record.seq)}</div>'
        f"<p>{when(record.text('occurred_at'))} {_recorded(record)} · "
        f"{text(story.number_of(record.number('batch_id')))} {marks}</p>"
        f'<p class="where">{" · ".join(one for one in where if one)}</p>'
        f"{facts(_facts(record, stage))}{_files(story, record)}{_hidden(record)}</li>"
    )


def _recorded(record: Record) -> str:
    return f"<small>{both('登记于', 'entered')} {when(record.envelope.recorded)}</small>"


def _marks(story: Story, record: Record, late: int, later: int | None) -> Iterator[str]:
    if late:
        yield tag(both(f"晚登记 {late} 天", f"entered {late} days late"), "amber")
    corrects = story.get("event", record.number("corrects_id"))
    if corrects is not None:
        withdrawn = record.fields.get("withdrawn") is True
        words = ("撤销", "withdraws") if withdrawn else ("更正", "corrects")
        yield tag(both(f"{words[0]} #{corrects.seq}", words[1]), "blue") + f" {text(record.text('reason'))}"
    if later is not None:
        yield tag(both(f"被 #{later} 更正", "corrected later"), "grey")


def _facts(record: Record, stage: Stage | None) -> Iterator[tuple[str, str]]:
    """Facts in the order of their stage and by its names; what the stage does not know stands last, as it is."""
    single: dict[str, Value] = {}
    rows: dict[str, dict[int, dict[str, Value]]] = {}
    for name, value in record.fields.items():
        path = name.split(".")
        if path[0] != "facts" or len(path) < 2 or value is None or value == "":
            continue
        if len(path) == 2:
            single[path[1]] = value
        else:
            number = int(path[2]) if path[2].isascii() and path[2].isdigit() and len(path[2]) < 7 else 0
            rows.setdefault(path[1], {}).setdefault(number, {})[path[-1]] = value
    known = stage.facts if stage else ()
    for key in _in_order(known, {*single, *rows}):
        fact = _named(known, key)
        title = both(fact.zh, fact.en) if fact else text(key)
        if key in single:
            yield title, text(_value(fact, single[key]))
        # A test's items stand in the table of tests.
        if key in rows and not (record.text("stage") == "inspection" and key == "items"):
            columns = fact.columns if fact else ()
            yield title, "<br>".join(_cells(columns, row) for _, row in sorted(rows[key].items()))


def _cells(columns: tuple[Fact, ...], row: dict[str, Value]) -> str:
    """A row of a fact; its first column needs no name."""
    told = []
    for place, key in enumerate(_in_order(columns, row)):
        column = _named(columns, key)
        name = "" if place == 0 and column else f"{text(column.zh if column else key)} "
        told.append(f"{name}{text(_value(column, row[key]))}")
    return "，".join(told)


def _in_order(known: tuple[Fact, ...], keys: Collection[str]) -> list[str]:
    places = {fact.key: place for place, fact in enumerate(known)}
    return sorted(keys, key=lambda key: (places.get(key, len(places)), key))


def _named(known: tuple[Fact, ...], key: str) -> Fact | None:
    return next((fact for fact in known if fact.key == key), None)


def _value(fact: Fact | None, value: object) -> str:
    """For people, where the value is of the kind that the stage says."""
    if fact is not None and isinstance(value, (str, int, bool)):
        try:
            return show_value(fact, value)
        except (KeyError, ValueError):
            return str(value)
    return str(value)


def _files(story: Story, record: Record) -> str:
    found = []
    for number, title in record.files():
        attachment = story.get("attachment", number)
        if attachment is not None:
            sha256 = attachment.text("sha256")
            address = f"attachments/{sha256}" if sha256.isalnum() else ""
            media = "application/pdf" if "pdf" in attachment.text("media_type") else "image/jpeg"
            named = text(title) or both("附件", "File")
            found.append(
                f'<li><a href="{address}" type="{media}">{named}</a> <span class=hash>{text(sha256[:16])}…</span></li>'
            )
    return f"<ul>{''.join(found)}</ul>" if found else ""


def _hidden(record: Record) -> str:
    parts = []
    if record.withheld:
        parts.append(both(f"{len(record.withheld)} 个字段没有放进包里", "fields withheld"))
    if record.erased:
        parts.append(both(f"{len(record.erased)} 个字段已依法删除", "fields erased"))
    return f"<p>{' '.join(tag(part) for part in parts)}</p>" if parts else ""


def tests(story: Story) -> str:
    """Each standing inspection with its items."""
    return "".join(
        _report(story, record)
        for record in story.of("event")
        if record.text("stage") == "inspection" and story.standing(record)
    )


def _report(story: Story, record: Record) -> str:
    stage = STAGES["inspection"]
    rows: dict[int, dict[str, str]] = {}
    for name, value in record.fields.items():
        path = name.split(".")
        if path[:2] == ["facts", "items"] and len(path) == 4 and path[2].isascii() and path[2].isdigit():
            fact = _named(stage.fact("items").columns, path[3])
            rows.setdefault(int(path[2][:6]), {})[path[3]] = _value(fact, value)
    columns = (("item", "项目", "Item"), ("value", "结果", "Value"), ("limit", "限量", "Limit"),
               ("method", "方法", "Method"), ("standard", "标准", "Standard"), ("result", "结论", "Verdict"))  # fmt: skip
    lines = []
    for _, row in sorted(rows.items()):
        unit = row.get("unit", "")
        cells = {**row, "value": f"{row.get('value', '')} {unit}".strip()}
        cells["limit"] = f"{row['limit']} {unit}".strip() if "limit" in row else ""
        lines.append([text(cells.get(key, "")) for key, _, _ in columns])
    lab, result = record.text("facts.lab"), record.text("facts.result")
    told = (
        (both("检测机构", "Laboratory"), text(lab)),
        (both("批次", "Batch"), text(story.number_of(record.number("batch_id")))),
        (both("日期", "Date"), when(record.text("occurred_at"))),
        (both("结论", "Result"), text(_value(_named(stage.facts, "result"), result)) if result else ""),
    )
    heads = [both(chinese, english) for _, chinese, english in columns]
    return card(
        f'<div class="line"><span></span>{entry(record.seq)}</div>',
        facts(told),
        table(heads, lines),
        tone="leaf",
    )

"""`flask event`: record what happened to a batch, list what was recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from trace.cli.acting import acting, as_user
from trace.cli.app import Answer, TraceGroup, language, table
from trace.core import dates, quantity
from trace.core.policy import may_record
from trace.core.stages import STAGES
from trace.services import attachment, find, history
from trace.services import event as events
from trace.services.event import Attached, NewEvent
from trace.services.history_events import Line, lines
from trace.web.context import app_db, app_settings

event = TraceGroup("event", help="追溯事件 Events: record, list.")


def read_facts(given: tuple[str, ...], whole: str) -> dict[str, object]:
    """Facts as KEY=VALUE, on top of a JSON object given as text or as @FILE."""
    facts: dict[str, object] = {}
    if whole:
        try:
            written = Path(whole[1:]).read_text("utf-8") if whole.startswith("@") else whole
            read = json.loads(written)
        except (OSError, ValueError) as error:
            raise click.BadParameter(str(error), param_hint="--facts") from None
        if not isinstance(read, Mapping):
            raise click.BadParameter("JSON 对象 a JSON object", param_hint="--facts")
        facts.update(read)
    for one in given:
        key, sign, value = one.partition("=")
        if not sign:
            raise click.BadParameter(f"{one}: KEY=VALUE", param_hint="--fact")
        facts[key.strip()] = value
    return facts


@event.command("record")
@click.argument("number")
@click.option("--stage", required=True, type=click.Choice(list(STAGES)), help="环节 Stage.")
@click.option(
    "--at", "moment", required=True, help='发生时间（北京时间） When, China time: "2026-08-12 09:30".'
)
@click.option("--weight", default="", help="重量，如 120kg 或 30斤 Weight, e.g. 120kg.")
@click.option("--source", default="", help="来源 From where or whom.")
@click.option("--destination", default="", help="去向 To where or whom.")
@click.option("--place", default="", help="地点 Where.")
@click.option(
    "--fact", "given", multiple=True, metavar="KEY=VALUE", help="一项内容，可重复 One fact; repeat it."
)
@click.option(
    "--facts", "whole", default="", metavar="JSON|@FILE", help="全部内容 All facts as a JSON object."
)
@click.option(
    "--attach",
    "files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="附件：照片或 PDF Photo or PDF; repeat it.",
)
@click.option(
    "--request-id", default=None, help="调用方的编号：同号只记一次 The caller's number: recorded once."
)
@as_user
def record(
    number: str,
    stage: str,
    moment: str,
    weight: str,
    given: tuple[str, ...],
    whole: str,
    files: tuple[Path, ...],
    user: str | None,
    **words: Any,
) -> Answer:
    """登记一件事 Record what happened to a batch, and enter it in the ledger."""
    facts = read_facts(given, whole)
    settings = app_settings()
    ready = [attachment.examine(settings, path.read_bytes(), path.name) for path in files]
    with app_db().write() as session:
        owner = find.public_batch(session, number).organisation_id
        actor = acting(session, user, lambda one: may_record(one, STAGES[stage].org_kinds, owner))
        stored = [attachment.store(session, actor, settings, one) for one in ready]
        done = events.record(
            session,
            actor,
            number,
            NewEvent(
                stage=stage,
                occurred_at=dates.parse_moment(moment, "at"),
                facts=facts,
                quantity_g=quantity.parse(weight, "weight") if weight else None,
                attachments=tuple(Attached(one.id, one.title) for one in stored),
                **words,
            ),
        )
    said = "以前记过 Recorded before" if done.repeated else "已登记 Recorded"
    return Answer(
        f"{said}: 账本第 {done.entry} 条 ledger entry {done.entry}",
        {"event": done.event_id, "ledger_entry": done.entry, "repeated": done.repeated},
    )


@event.command("list")
@click.argument("number")
@click.option("--family", is_flag=True, help="连上下游批次 Ancestors and descendants too.")
def listing(number: str, family: bool) -> Answer:
    """列出记录，更正过的也在 List the records of a batch, superseded ones too."""
    with app_db().read() as session:
        row = find.public_batch(session, number)
        found = lines(session, history.family_of(session, row) if family else [row])
    rows = [
        (
            str(line.entry),
            line.batch,
            line.stage.title(language()),
            f"{line.occurred_at.astimezone(dates.SHANGHAI):%Y-%m-%d %H:%M}",
            f"{line.recorded_at.astimezone(dates.SHANGHAI):%Y-%m-%d %H:%M}",
            quantity.show(line.quantity_g) if line.quantity_g is not None else "-",
            _standing(line),
        )
        for line in found
    ]
    heads = ("账本 entry", "批次 batch", "环节", "发生", "登记", "重量", "状态")
    return Answer(table(heads, rows), [_data(line) for line in found])


def _standing(line: Line) -> str:
    if line.withdrawn:
        return "撤回 withdrawal"
    if line.corrected_by is not None:
        return f"已由 {line.corrected_by} 更正 corrected"
    return f"补录 late {line.late_days}d" if line.late_days else "有效 stands"


def _data(line: Line) -> dict[str, Any]:
    return {
        "event": line.event_id,
        "ledger_entry": line.entry,
        "batch": line.batch,
        "stage": line.stage.key,
        "occurred_at": line.occurred_at.isoformat(),
        "recorded_at": line.recorded_at.isoformat(),
        "late_days": line.late_days,
        "organisation": line.organisation,
        "recorded_by": line.recorded_by,
        "place": line.place,
        "source": line.source,
        "destination": line.destination,
        "quantity_g": line.quantity_g,
        "facts": [{"name": one.label, "value": one.value} for one in line.facts],
        "attachments": [one.sha256 for one in line.attachments],
        "corrects": line.corrects,
        "reason": line.reason,
        "corrected_by": line.corrected_by,
        "stands": line.stands,
    }

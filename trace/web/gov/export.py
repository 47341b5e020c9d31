"""The events of a batch's family as CSV for a spreadsheet: UTF-8 with BOM, and no cell that runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from flask import Response
from flask_babel import gettext as _

from trace.core.policy import Action
from trace.services import audit, history
from trace.services.history_events import Line
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.filters import BEIJING, told
from trace.web.gov.frame import bp
from trace.web.gov.words import status
from trace.web.i18n import either, lang

# What makes a spreadsheet program take a cell for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(value: str) -> str:
    """The text as a cell that every spreadsheet program shows and none calculates."""
    return f"'{value}" if value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA) else value


def table(rows: Iterable[Iterable[object]]) -> bytes:
    """Rows as CSV (RFC 4180) with the mark by which Excel knows UTF-8; text made safe, numbers left alone."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


@bp.get("/batches/<number>/events.csv")
@needs(Action.BATCH_EXPORT)
def events_csv(number: str) -> Response:
    """Every event of the batch and its family, superseded ones too; that it was taken away is noted."""
    actor = current_actor()
    with app_db().write(ledger=False) as session:
        found = history.of_batch(session, actor, number)
        audit.note(session, actor, audit.AuditAction.BATCH_EXPORT, found.batch.number)
    response = Response(table([_heads(), *map(_row, found.events)]), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"{found.batch.number}-events.csv")
    return response


def _heads() -> list[str]:
    return [
        _("账本条目"), _("批次"), _("环节"), _("发生时间"), _("登记时间"), _("晚登记天数"), _("登记单位"),
        _("登记人"), _("地点"), _("来源"), _("去向"), _("重量（克）"), _("内容"), _("状态"), _("更正了第几条"),
        _("更正原因"), _("被第几条更正"), _("附件 SHA-256"),
    ]  # fmt: skip


def _row(line: Line) -> list[object]:
    colon, semicolon = (": ", "; ") if lang() == "en" else ("：", "；")
    facts = (f"{either(one.label, one.label_en)}{colon}{told(one)}" for one in line.facts)
    return [
        _number(line.entry),
        line.batch,
        line.stage.title(lang()),
        _moment(line.occurred_at),
        _moment(line.recorded_at),
        line.late_days or "",
        line.organisation,
        line.recorded_by,
        line.place,
        line.source,
        line.destination,
        _number(line.quantity_g),
        semicolon.join(facts),
        status(line),
        _number(line.corrects),
        line.reason,
        _number(line.corrected_by),
        " ".join(one.sha256 for one in line.attachments),
    ]


def _number(value: int | None) -> int | str:
    return "" if value is None else value


def _moment(value: datetime) -> str:
    return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"

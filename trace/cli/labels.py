"""`flask labels`: print runs of labels, activate and void them."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any

import click
from sqlmodel import Session, col, select

from labels.stock import STOCKS
from trace.cli.acting import Fits, acting, as_user, for_batch, organisation_id
from trace.cli.app import Answer, TraceGroup, table
from trace.cli.out_file import copy, writable
from trace.core.errors import NotFound, Unavailable
from trace.core.messages import MESSAGES
from trace.core.policy import Action, may
from trace.jobs import runner
from trace.jobs.handlers import RUN_DRAW, folder
from trace.jobs.queue import JobState
from trace.services import check, find, ranges, run, sheet
from trace.services import stock as stocks
from trace.services.part_sheet import Part
from trace.services.run import NewRun, Replaced
from trace.tables import Batch, Organisation, Run
from trace.tables.base import key_of
from trace.web.context import app_db, app_settings

labels = TraceGroup("labels", help="标签 Labels: print, activate, void, runs.")

_PART = re.compile(r"([1-9]\d{0,9})(?::(\d{1,3}(?:-\d{1,3})?(?:,\d{1,3}(?:-\d{1,3})?)*))?", re.ASCII)
_PATIENCE = 3600.0  # s


class _Sheet(click.ParamType[tuple[int, tuple[int, ...]]]):
    """A part-used sheet: its number, and the cells to use if not all free ones."""

    name = "sheet"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, tuple[int, ...]]:
        """ "13", "13:7-24" or "13:7,9-12" as (13, cells)."""
        found = _PART.fullmatch(str(value))
        if found is None:
            self.fail(f"{value}: ID[:CELLS]", param, ctx)
        cells: list[int] = []
        for piece in (found[2] or "").split(",") if found[2] else ():
            first, _, last = piece.partition("-")
            cells += range(int(first), int(last or first) + 1)
        return int(found[1]), tuple(sorted(set(cells)))


@labels.command("print")
@click.option("--batch", "number", required=True, metavar="NO", help="批次号 Batch number.")
@click.option("--count", required=True, type=int, help="几枚 How many labels.")
@click.option(
    "--stock", required=True, help=f"标签纸 Label stock: {', '.join(STOCKS)}, 或自己量的 or one of your own."
)
@click.option(
    "--start-cell", default=1, show_default=True, help="从第几格开始 First free cell of the first sheet."
)
@click.option(
    "--sheet",
    "sheets",
    multiple=True,
    metavar="ID[:CELLS]",
    type=_Sheet(),
    help="先用余格纸，如 13 或 13:7-24 Part-used sheets to use first, such as 13 or 13:7-24.",
)
@click.option("--printer", default="", metavar="P", help="校准过的打印机 A calibrated printer, by name.")
@click.option(
    "--dpi", default=None, type=int, help="打印机精度 Printer dots per inch; the stock's by default."
)
@click.option("--design", default=None, type=int, metavar="ID", help="版式的编号 A design, by its number.")
@click.option("--pin", is_flag=True, help="印刮开验证码 Print PINs for a scratch layer.")
@click.option(
    "--replaces", metavar="RUN:FIRST-LAST", default="", help="补打：旧标签作废 Labels to void instead."
)
@click.option("--reason", default="", help="为什么补打 Why they are replaced.")
@click.option(
    "--request-id", default=None, help="调用方的编号：同号只印一次 The caller's number: printed once."
)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="PDF 写到哪里 Where to write the PDF."
)
@as_user
def print_labels(
    number: str,
    count: int,
    stock: str,
    start_cell: int,
    sheets: tuple[tuple[int, tuple[int, ...]], ...],
    printer: str,
    dpi: int | None,
    design: int | None,
    pin: bool,
    replaces: str,
    reason: str,
    request_id: str | None,
    out: Path,
    user: str | None,
) -> Answer:
    """印一批标签：先入账，再画，自检通过才取走 Enter a run, draw it, read it back, hand it out as PDF."""
    settings, db = app_settings(), app_db()
    writable(out)
    with db.write() as session:
        actor = acting(session, user, for_batch(session, number, Action.RUN_PRINT))
        owner = find.batch(session, actor, number, Action.RUN_PRINT).organisation_id
        paper = stocks.find(session, owner, stock)
        given = NewRun(
            count=count,
            stock=stock,
            request_id=request_id or secrets.token_urlsafe(16),
            start_cell=start_cell,
            dpi=paper.dpi if dpi is None else dpi,
            replaces=_replaced(replaces, reason),
            sheets=tuple(Part(*part) for part in sheets),
            printer=printer,
            design=design,
            pin=pin,
        )
        made = run.create(
            session, actor, number, given, base_url=settings.base_url, master=settings.master_key
        )
    with db.read() as session:
        run.may_hand_out(session, session.get_one(Run, made.run_id))
    # Another process may be at it: wait for it as long as it takes, and take over if it dies.
    at = runner.ensure(db, settings, RUN_DRAW, made.run_id, wait=_PATIENCE)
    if at.state is not JobState.DONE:
        # The label engine's own codes have their words in the run's check, not in the catalogue.
        raise Unavailable(at.error if at.error in MESSAGES else "job.crashed" if at.error else "job.busy")
    drawn = sheet.place(folder(settings), made.run_id)
    with db.write() as session:
        taken = sheet.hand_out(session, actor, made.run_id, drawn)
        checked = check.of_run(session, made.run_id)[0].checked
    copy(drawn, out)
    said = [
        f"印制批 run {made.run_id}：{count} 枚 labels → {out}",
        f"自检 self-check：{count} 枚中读回 {checked} 枚，都对 {checked} of {count} labels read back, all right",
        f"SHA-256 {taken.sha256}",
    ]
    if taken.earlier:
        said.append(f"以前取走过 {len(taken.earlier)} 次 taken {len(taken.earlier)} times before")
    data = {
        "run": made.run_id,
        "count": count,
        "repeated": made.repeated,
        "file": str(out),
        "sha256": taken.sha256,
        "checked": checked,
        "taken_before": len(taken.earlier),
    }
    return Answer("\n".join(said), data)


def _replaced(written: str, reason: str) -> Replaced | None:
    if not written:
        return None
    run_id, _, span = written.partition(":")
    first, _, last = span.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 9 for part in (run_id, first, last)):
        raise click.BadParameter(f"{written}: RUN:FIRST-LAST", param_hint="--replaces")
    return Replaced(int(run_id), int(first), int(last), reason)


def _span(session: Session, run_id: int, span: tuple[int, ...]) -> tuple[Run, int, int]:
    row = session.get(Run, run_id)
    if row is None:
        raise NotFound("run.unknown", "run", run=run_id)
    if len(span) not in (0, 2):
        raise click.UsageError("号段要么不写，要么写 FIRST LAST Give no range, or FIRST LAST")
    return row, *(span if span else (1, row.count))  # type: ignore[return-value]  # two numbers, as just checked


def _for_run(row: Run, action: Action) -> Fits:
    return lambda actor: may(actor, action, row.organisation_id)


_RUN = click.argument("run_id", metavar="RUN", type=int)
_SPAN = click.argument("span", metavar="[FIRST LAST]", nargs=-1, type=int)


@labels.command("activate")
@_RUN
@_SPAN
@as_user
def activate(run_id: int, span: tuple[int, ...], user: str | None) -> Answer:
    """启用标签，默认整批 Activate labels, by default the whole run."""
    with app_db().write() as session:
        row, first, last = _span(session, run_id, span)
        actor = acting(session, user, _for_run(row, Action.RUN_ACTIVATE))
        done = ranges.activate(session, actor, run_id, first, last)
    return Answer(f"启用 activated: {done}", {"run": run_id, "first": first, "last": last, "activated": done})


@labels.command("void")
@_RUN
@_SPAN
@click.option("--reason", required=True, help="为什么，公众看得到 Why; the public sees it.")
@as_user
def void(run_id: int, span: tuple[int, ...], reason: str, user: str | None) -> Answer:
    """作废标签，不能反悔，默认整批 Void labels for good, by default the whole run."""
    with app_db().write() as session:
        row, first, last = _span(session, run_id, span)
        actor = acting(session, user, _for_run(row, Action.RUN_VOID))
        done = ranges.void(session, actor, run_id, first, last, reason)
    return Answer(f"作废 voided: {done}", {"run": run_id, "first": first, "last": last, "voided": done})


@labels.command("runs")
@click.option("--batch", "number", default="", metavar="NO", help="只看这一批次 Of this batch only.")
@click.option("--org", "owner", default="", help="只看这个单位（编号或全名） Of this organisation only.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="最多几行 At most."
)
def runs(number: str, owner: str, limit: int) -> Answer:
    """列出印制批，新的在前 List runs, newest first."""
    with app_db().read() as session:
        query = (
            select(Run, Batch, Organisation)
            .join(Batch, col(Batch.id) == col(Run.batch_id))
            .join(Organisation, col(Organisation.id) == col(Run.organisation_id))
            .order_by(col(Run.id).desc())
            .limit(limit)
        )
        if number:
            query = query.where(Run.batch_id == key_of(find.public_batch(session, number)))
        if owner:
            query = query.where(Run.organisation_id == organisation_id(session, owner))
        found = [_data(session, *line) for line in session.exec(query).all()]
    rows = [tuple(str(one[name]) for name in _HEADS) for one in found]
    return Answer(table(tuple(_HEADS.values()), rows), found)


_HEADS = {
    "run": "印制批 run",
    "batch": "批次 batch",
    "organisation": "单位",
    "count": "枚数",
    "active": "启用",
    "printed": "未启用",
    "void": "作废",
    "stock": "标签纸",
    "downloads": "取走",
}


def _data(session: Session, row: Run, batch: Batch, owner: Organisation) -> dict[str, Any]:
    return {
        "run": key_of(row),
        "batch": batch.number,
        "organisation": owner.name,
        "count": row.count,
        **ranges.counts(session, row),
        "stock": row.stock,
        "key": row.key_id,
        "created_at": row.created_at.isoformat(),
        "downloads": len(sheet.downloads(session, row)),
    }


from trace.cli import export  # noqa: E402, F401  # it adds its command to the group above

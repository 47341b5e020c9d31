"""`flask labels export`: a run's labels as a table, pictures or printer commands, for others to print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlmodel import Session

from labels.output import whole_file
from trace.cli.acting import acting, as_user
from trace.cli.app import Answer
from trace.cli.labels import labels
from trace.cli.out_file import copy, writable
from trace.core import dates
from trace.core.errors import Conflict, NotFound, Unavailable
from trace.core.policy import Action, may
from trace.core.ranges import Range
from trace.jobs import runner
from trace.jobs.handlers import OUTLET, RUN_DRAW, folder
from trace.jobs.queue import JobState
from trace.services import outlet, run, sheet
from trace.services.outlet import OUTLETS, PDF, Outlet
from trace.tables import Run
from trace.tables.base import key_of
from trace.web.context import app_db, app_settings

_PATIENCE = 3600.0  # s
_TRY_ONE = "先印一枚，用手机扫过再印全部 Print one label and scan it before you print the rest"
_ITEMS = re.compile(r"(\d{1,6})-(\d{1,6})", re.ASCII)


class _Items(click.ParamType[Range]):
    """Some labels of a run: "95-106"."""

    name = "items"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Range:
        """The first and the last."""
        found = _ITEMS.fullmatch(str(value))
        if found is None:
            self.fail(f"{value}: FIRST-LAST", param, ctx)
        return int(found[1]), int(found[2])


@labels.command("export")
@click.argument("run_id", metavar="RUN", type=int)
@click.option("--form", required=True, type=click.Choice(list(OUTLETS)), help="什么形式 In which form.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="写到哪里 Where to write.")
@click.option(
    "--items",
    "part",
    metavar="FIRST-LAST",
    type=_Items(),
    help="只取其中几枚，如卡纸以后 95-106；不用于 pdf Only these labels, after a paper jam for one; not as pdf.",
)
@click.option("--again", is_flag=True, help="以前取过，还要再取 Take it although it was taken before.")
@click.option(
    "--native-qr",
    is_flag=True,
    help="tspl、zpl：码由打印机自己画，文件小 TSPL and ZPL: the printer makes the codes; a shorter file.",
)
@as_user
def export(
    run_id: int,
    form: str,
    out: Path,
    part: Range | None,
    again: bool,
    native_qr: bool,
    user: str | None,
) -> Answer:
    """取走一批标签：表格、图或打印机指令，每次都入账 Take a run's labels in some form; each taking is entered."""
    wanted = OUTLETS[form]
    if native_qr and wanted.key not in ("tspl", "zpl"):
        raise click.UsageError("--native-qr 只用于 tspl 和 zpl is for tspl and zpl only")
    if part and wanted is PDF:
        raise click.UsageError("--items 不用于 pdf，请补打 is not for pdf: print them again as a new run")
    writable(out)
    settings, db = app_settings(), app_db()
    with db.read() as session:
        row = session.get(Run, run_id)
        if row is None:
            raise NotFound("run.unknown", "run", run=run_id)
        owner = row.organisation_id
        actor = acting(session, user, lambda one: may(one, Action.RUN_PRINT, owner))
        run.may_hand_out(session, row)
        if part:
            outlet.check_part(session, row, part)
        outlet.check(row, wanted, part)
        if not again:
            _refuse_taken(session, row)
    kept = folder(settings)
    _wait(RUN_DRAW, run_id)
    with _file(row, wanted, kept, part, native_qr) as path:
        with db.write() as session:
            taken = outlet.hand_out(session, actor, run_id, wanted, kept, path)
        copy(path, out)
    first, last = part or (1, row.count)
    count = last - first + 1
    said = [f"印制批 run {run_id}：{count} 枚 labels → {out}", f"SHA-256 {taken.sha256}"]
    if taken.earlier:
        said.append(f"以前取走过 {len(taken.earlier)} 次 taken {len(taken.earlier)} times before")
    if native_qr:
        said.append(_TRY_ONE)
    data = {
        "run": run_id,
        "form": form,
        "first": first,
        "count": count,
        "file": str(out),
        "sha256": taken.sha256,
        "taken_before": len(taken.earlier),
    }
    return Answer("\n".join(said), data)


def _refuse_taken(session: Session, row: Run) -> None:
    """Conflict run.taken, which says who took the labels last, and when."""
    taken = sheet.taken(session, row)
    if taken:
        line, name = taken[-1]
        at = f"{line.recorded_at.astimezone(dates.SHANGHAI):%Y-%m-%d %H:%M}"
        raise Conflict("run.taken", "again", times=len(taken), name=name, at=at, form=line.outlet or PDF.key)


def _wait(kind: str, run_id: int) -> None:
    """See that the work is done, by another process if one is at it."""
    at = runner.ensure(app_db(), app_settings(), kind, run_id, wait=_PATIENCE)
    if at.state is not JobState.DONE:
        raise Unavailable(at.error or "job.busy")


@contextmanager
def _file(row: Run, wanted: Outlet, kept: Path, part: Range | None, native: bool) -> Iterator[Path]:
    """The run's file, which is kept; that of a part is there only as long as it is needed."""
    if part is not None:
        with TemporaryDirectory(prefix="part-", dir=kept) as scratch:
            path = Path(scratch) / f"labels{wanted.suffix}"
            with app_db().read() as session, whole_file(path) as out:
                key = app_settings().master_key
                outlet.write(session, row, wanted, out, key, part=part, native=native, scratch=Path(scratch))
            yield path
    elif native:
        yield _native(row, wanted, kept)
    else:
        if wanted is not PDF:
            _wait(f"{OUTLET}{wanted.key}", key_of(row))
        yield outlet.place(kept, key_of(row), wanted)


def _native(row: Run, wanted: Outlet, kept: Path) -> Path:
    path = outlet.place(kept, key_of(row), wanted).with_suffix(f".native{wanted.suffix}")
    if not path.exists():
        with app_db().read() as session, whole_file(path) as out:
            outlet.write(session, row, wanted, out, app_settings().master_key, native=True)
    return path

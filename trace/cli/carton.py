"""`flask carton`: print labels of outer cartons and pallets, pack and split them, show what is inside."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict
from typing import Any

import click
from sqlmodel import Session

from trace.cli.acting import Fits, acting, as_user, for_batch
from trace.cli.app import Answer, TraceGroup
from trace.core.carton import CARTON, PALLET, Packing
from trace.core.errors import NotFound
from trace.core.policy import Action, may
from trace.services import carton as cartons
from trace.services import carton_code, carton_record, carton_view
from trace.services import stock as stocks
from trace.services.carton import Content, NewCartons
from trace.services.public_carton import CartonView, HeldView
from trace.tables import Batch, Run
from trace.tables.base import key_of
from trace.web.context import app_db, app_settings

carton = TraceGroup("carton", help="外箱 Outer cartons: print, pack, split, show.")

_LEVELS = {"carton": CARTON, "pallet": PALLET}
_NUMBERED = re.compile(r"([0-9]{1,8}):([0-9]{1,6})", re.ASCII)


def _run(session: Session, run_id: int) -> Run:
    row = session.get(Run, run_id)
    if row is None:
        raise NotFound("run.unknown", "run", run=run_id)
    return row


def _label(session: Session, said: str) -> tuple[Run, int]:
    """A label said as RUN:NUMBER, as its address, or as the digits printed on it."""
    numbered = _NUMBERED.fullmatch(said)
    if numbered is None:
        return carton_code.read(session, said, "code")
    row, item = _run(session, int(numbered[1])), int(numbered[2])
    if not 1 <= item <= row.count:
        raise NotFound("carton.code-unknown", "code")
    return row, item


def _for_run(row: Run) -> Fits:
    return lambda actor: may(actor, Action.RUN_PRINT, row.organisation_id)


@carton.command("print")
@click.option("--content", "content_run", type=int, metavar="RUN", help="装哪一批标签 Labels of this run.")
@click.option(
    "--part", type=int, nargs=2, default=None, metavar="FIRST LAST", help="只装这一段 Of these only."
)
@click.option(
    "--batch", "number", default="", metavar="NO", help="空箱标：给哪个批次 Empty cartons of a batch."
)
@click.option("--count", type=int, default=0, help="空箱标：几张 How many empty cartons.")
@click.option("--per-carton", required=True, type=int, help="每箱几枚 Labels in each carton.")
@click.option(
    "--level", type=click.Choice(sorted(_LEVELS)), default="carton", show_default=True, help="箱或托盘 Level."
)
@click.option("--stock", required=True, help="标签纸 Label stock, built in or your own.")
@click.option("--start-cell", default=1, show_default=True, help="从第几格开始 First free cell.")
@click.option("--dpi", default=None, type=int, help="打印机精度 Dots per inch; the stock's by default.")
@click.option(
    "--request-id", default=None, help="调用方的编号：同号只印一次 The caller's number: printed once."
)
@as_user
def print_cartons(
    content_run: int | None,
    part: tuple[int, int] | None,
    number: str,
    count: int,
    per_carton: int,
    level: str,
    stock: str,
    start_cell: int,
    dpi: int | None,
    request_id: str | None,
    user: str | None,
) -> Answer:
    """印箱标：给出要装的印制批就同时装箱，否则是空箱标 Print carton labels, packed at once or empty."""
    settings = app_settings()
    if (content_run is None) == (not number):
        raise click.UsageError("--content 和 --batch 二选一 Give either --content or --batch")
    with app_db().write() as session:
        if content_run is not None:
            number = session.get_one(Batch, _run(session, content_run).batch_id).number
        actor = acting(session, user, for_batch(session, number, Action.RUN_PRINT))
        given = NewCartons(
            stock=stock,
            request_id=request_id or secrets.token_urlsafe(16),
            per_carton=per_carton,
            content=Content(content_run, part) if content_run is not None else None,
            count=count,
            level=_LEVELS[level],
            start_cell=start_cell,
            dpi=dpi or stocks.find(session, int(actor.org_id), stock).dpi,
        )
        made = cartons.print_cartons(
            session, actor, number, given, base_url=settings.base_url, master=settings.master_key
        )
    said = f"印制批 run {made.run_id}：{made.cartons} 个箱标 carton labels，装了 packed {made.packed} 枚"
    return Answer(said, {"run": made.run_id, **{k: v for k, v in asdict(made).items() if k != "run_id"}})


@carton.command("pack")
@click.argument("codes", nargs=-1, metavar="[CARTON FIRST [LAST]]")
@click.option("--cartons", "boxes", type=int, nargs=3, metavar="RUN FIRST LAST", help="按号：哪些箱 Cartons.")
@click.option("--content", type=int, nargs=3, metavar="RUN FIRST LAST", help="按号：装哪些 Labels inside.")
@click.option("--per-carton", type=int, help="按号：每箱几枚 Labels in each carton.")
@as_user
def pack(
    codes: tuple[str, ...],
    boxes: tuple[int, int, int] | None,
    content: tuple[int, int, int] | None,
    per_carton: int | None,
    user: str | None,
) -> Answer:
    """装箱：按码（箱、第一枚、最后一枚），或按号 Pack one carton by its codes, or many by numbers."""
    by_numbers = boxes is not None and content is not None and per_carton is not None and not codes
    by_codes = len(codes) in (2, 3) and boxes is None and content is None and per_carton is None
    with app_db().write() as session:
        if by_numbers and boxes and content and per_carton is not None:
            row = Packing(*boxes, *content, per_carton)
        elif by_codes:
            row = carton_code.packing(session, codes[0], codes[1], codes[2] if len(codes) > 2 else "")
        else:
            raise click.UsageError(
                "给出 CARTON FIRST [LAST]，或者 --cartons --content --per-carton Give codes, or all three options"
            )
        actor = acting(session, user, _for_run(_run(session, row.run)))
        cartons.pack(session, actor, row)
    labels = row.content_last - row.content_first + 1
    said = f"装箱 packed：{row.run}:{row.first}-{row.last} ← {row.content}:{row.content_first}-{row.content_last}"
    return Answer(said, {**asdict(row), "labels": labels})


@carton.command("split")
@click.argument("code")
@click.option("--reason", required=True, help="为什么，公众看得到 Why; the public sees it.")
@as_user
def split(code: str, reason: str, user: str | None) -> Answer:
    """拆箱，不能反悔；CODE 是箱码或 RUN:箱号 Open a carton for good."""
    with app_db().write() as session:
        row, item = _label(session, code)
        actor = acting(session, user, _for_run(row))
        cartons.split(session, actor, key_of(row), item, reason)
    return Answer(f"拆箱 opened: {key_of(row)}:{item}", {"run": key_of(row), "carton": item})


@carton.command("show")
@click.argument("code")
def show(code: str) -> Answer:
    """箱里装了什么，或一枚标签装在哪；CODE 是码或 RUN:号 What a carton holds, or where a label lies."""
    with app_db().read() as session:
        row, item = _label(session, code)
        places = carton_view.places(session, key_of(row), item)
        printed = carton_record.number_of(row, item)
    said = [f"{key_of(row)}:{item}  {printed}"]
    said += _inside(places.carton) if places.carton is not None else []
    said += [f"装在 in {home.run}:{home.number}  {home.printed}" for home in places.packed_in]
    data: dict[str, Any] = {"run": key_of(row), "item": item, "printed": printed, **asdict(places)}
    opened = places.carton.opened_at if places.carton is not None else None
    if opened is not None:
        data["carton"]["opened_at"] = opened.isoformat()
    return Answer("\n".join(said), data)


def _inside(view: CartonView) -> list[str]:
    said = [_held(one) for one in view.contents] or ["空箱 empty"]
    if view.opened_at is not None:
        said.append(f"已拆开 opened {view.opened_at:%Y-%m-%d}: {view.opened_reason}")
    return [*said, f"共 {view.count} 枚，{view.weight_g} g in all"]


def _held(one: HeldView) -> str:
    return f"{one.run}:{one.first}-{one.last}  {one.count} × {one.product}  {one.batch_no}"

"""`flask batch`: begin batches, split, merge and process them, look at one."""

from __future__ import annotations

from datetime import date
from typing import Any

import click
from sqlmodel import Session, col, select

from trace.cli.acting import acting, as_user, for_batch, for_own
from trace.cli.app import Answer, TraceGroup, language, table
from trace.core import clock, dates, quantity
from trace.core.errors import Conflict, NotFound
from trace.core.policy import Action
from trace.services import batch as batches
from trace.services import brand as brands
from trace.services import find, history, operation, oversight, readiness
from trace.services.history import History
from trace.services.operation import NewOperation, Output
from trace.tables import Brand, Plot, Product
from trace.tables.base import key_of
from trace.web.context import app_db

batch = TraceGroup("batch", help="批次 Batches: list, show, create, split, merge, transform.")

_ON = click.option(
    "--on", "day", default="", help="哪天，默认今天 On which day, e.g. 2026-08-12; default today."
)


def on_day(day: str) -> date:
    """The day typed, today if none was; InvalidInput event.not-a-day."""
    return dates.parse_day(day, "on") if day else dates.local_day(clock.now())


def product_id(session: Session, code: str, slug: str = "") -> int:
    """A product by its code, and by its brand where two brands use the same; NotFound product.unknown."""
    query = (
        select(Product)
        .join(Brand, col(Brand.id) == col(Product.brand_id))
        .where(Product.code == code.upper())
    )
    found = session.exec(query.where(Brand.slug == slug) if slug else query).all()
    if len(found) > 1:
        raise click.UsageError(
            f"有两个品牌用代码 {code}，请加 --brand Two brands use {code}: add --brand SLUG"
        )
    if not found:
        raise NotFound("product.unknown", "product")
    return key_of(found[0])


def _plot_id(session: Session, organisation: int, code: str) -> int | None:
    if not code:
        return None
    own = select(Plot.id).where(Plot.organisation_id == organisation, Plot.code == code)
    found = session.exec(own).first()
    if found is None:
        raise NotFound("plot.unknown", "plot")
    return found


@batch.command("list")
@click.option(
    "--find", "words", default="", help="批次号、产品或单位里的字 Words in number, product or organisation."
)
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="最多几行 At most."
)
def listing(words: str, limit: int) -> Answer:
    """列出批次，新的在前 List batches, newest first."""
    with app_db().read() as session:
        found = oversight.batches(session, None, words, limit=limit)
    rows = [
        (row.number, product.name, owner.name, row.started_on.isoformat(), quantity.show(state.total_g))
        for row, state, product, owner in found
    ]
    data = [
        {
            "number": row.number,
            "product": product.code,
            "organisation": owner.name,
            "started_on": row.started_on.isoformat(),
            "grade": row.grade,
            "total_g": state.total_g,
            "used_g": state.used_g,
            "labelled_g": state.labelled_g,
            "sold_g": state.sold_g,
        }
        for row, state, product, owner in found
    ]
    return Answer(table(("批次 batch", "产品", "单位", "开始", "总重"), rows), data)


@batch.command("show")
@click.argument("number")
def show(number: str) -> Answer:
    """一个批次：重量、家族、还缺什么 One batch: weights, family, what it still needs."""
    with app_db().read() as session:
        found = history.of_batch(session, None, number)
        lacks = readiness.look(session, found.batch)
        rules = brands.rules_of(session, key_of(found.brand))
    own = next(one for one in found.balances if one.batch == found.batch.number)
    data = _data(found) | {
        "labels_left": lacks.labels,
        "needs": [{"code": need.code, "message": need.message(language())} for need in lacks.needs],
        "activation": rules.activation,
    }
    weights = {
        name: quantity.show(getattr(own, name)) for name in ("came", "used", "sold", "left", "labelled")
    }
    lines = [
        f"{found.batch.number}  {found.product.name} {found.batch.grade}  {found.owner.name}",
        f"进 in {weights['came']} = 用去 used {weights['used']} + 售出 sold {weights['sold']}"
        f" + 结存 left {weights['left']} + 差额 difference {quantity.show(own.difference)}",
        f"已贴标 labelled {weights['labelled']}，还能打 labels left: {lacks.labels}",
        *(f"来自 from {parent}" for parent in data["parents"]),
        *(f"做成 made into {child}" for child in data["children"]),
        *(
            f"召回或冻结 stopped: {stop['kind']} {stop['batch']} {stop['reason']}"
            for stop in data["stops"]
            if stop["open"]
        ),
        *(f"还要 needs: {need['message']}" for need in data["needs"]),
    ]
    return Answer("\n".join(lines), data)


def _data(found: History) -> dict[str, Any]:
    return {
        "number": found.batch.number,
        "product": found.product.code,
        "brand": found.brand.slug,
        "organisation": found.owner.name,
        "grade": found.batch.grade,
        "started_on": found.batch.started_on.isoformat(),
        "ledger_entry": found.entry,
        "balance": [
            {
                "batch": one.batch,
                "in_g": one.came,
                "used_g": one.used,
                "sold_g": one.sold,
                "left_g": one.left,
                "difference_g": one.difference,
                "labelled_g": one.labelled,
            }
            for one in found.balances
        ],
        "parents": [node.title for node in found.up.children if node.kind == "batch"],
        "children": [node.title for node in found.down.children if node.kind == "batch"],
        "events": len(found.events),
        "runs": [one.run.id for one in found.printings if one.batch == found.batch.number],
        "stops": [
            {"kind": one.kind, "batch": one.batch, "reason": one.reason, "open": one.ended_at is None}
            for one in found.stops
        ],
    }


@batch.command("create")
@click.option("--product", "code", required=True, help="产品代码 Product code, e.g. TXBL.")
@click.option("--brand", "slug", default="", help="品牌，代码重复时才要 Brand, where two use the same code.")
@click.option("--plot", default="", help="地块编号 Plot code of one's own.")
@click.option("--grade", default="", help="等级 Grade.")
@click.option("--number", default="", help="批次号，默认自动编 Batch number; the next free one by default.")
@_ON
@as_user
def create(code: str, slug: str, plot: str, grade: str, number: str, day: str, user: str | None) -> Answer:
    """建批次 Begin a batch; its weight comes with harvest or purchase records."""
    with app_db().write() as session:
        actor = acting(session, user, for_own(Action.BATCH_CREATE))
        given = batches.NewBatch(
            product_id(session, code, slug),
            on_day(day),
            _plot_id(session, int(actor.org_id), plot),
            grade,
            number,
        )
        made = batches.create(session, actor, given)
    return Answer(made.number, {"number": made.number})


def _portion(written: str, session: Session, default: int | None) -> Output:
    """WEIGHT[:GRADE] of the same product, or CODE:WEIGHT[:GRADE]."""
    parts = [part.strip() for part in written.split(":")]
    if default is None:
        code, *parts = parts
        default = product_id(session, code)
    if not parts or len(parts) > 2:
        raise click.UsageError(f"看不懂 not understood: --into {written}")
    return Output(default, quantity.parse(parts[0], "into"), parts[1] if len(parts) == 2 else "")


def _source(written: str) -> tuple[str, int]:
    number, _, weight = written.partition(":")
    return number.strip(), quantity.parse(weight, "from")


def _operate(
    kind: str,
    sources: list[tuple[str, int]],
    into: tuple[str, ...],
    loss: str,
    day: str,
    note: str,
    user: str | None,
) -> Answer:
    with app_db().write() as session:
        actor = acting(session, user, for_batch(session, sources[0][0], Action.BATCH_OPERATE))
        same = None if kind == "transform" else find.public_batch(session, sources[0][0]).product_id
        outputs = tuple(_portion(one, session, same) for one in into)
        given = NewOperation(
            kind,
            tuple(sources),
            outputs,
            on_day(day),
            quantity.parse(loss, "loss", allow_zero=True) if loss else None,
            note,
        )
        done = operation.operate(session, actor, given)
    return Answer(
        "\n".join(done.numbers),
        {"operation": done.operation_id, "ledger_entry": done.entry, "numbers": list(done.numbers)},
    )


_LOSS = click.option("--loss", default="", help="损耗，如 0.5kg Loss, e.g. 0.5kg.")
_NOTE = click.option("--note", default="", help="备注 Remarks.")


@batch.command("split")
@click.argument("number")
@click.option(
    "--into", required=True, multiple=True, help="每份 重量[:等级] A part, WEIGHT[:GRADE]; repeat it."
)
@_LOSS
@_NOTE
@_ON
@as_user
def split(number: str, into: tuple[str, ...], loss: str, note: str, day: str, user: str | None) -> Answer:
    """拆分 Split a batch into new batches of the same product."""
    parts = [quantity.parse(one.split(":")[0], "into") for one in into]
    taken = sum(parts) + (quantity.parse(loss, "loss", allow_zero=True) if loss else 0)
    return _operate("split", [(number, taken)], into, loss, day, note, user)


@batch.command("merge")
@click.argument("sources", nargs=-1, required=True, metavar="NUMBER:WEIGHT…")
@click.option("--grade", default="", help="新批次的等级 Grade of the new batch.")
@_LOSS
@_NOTE
@_ON
@as_user
def merge(sources: tuple[str, ...], grade: str, loss: str, note: str, day: str, user: str | None) -> Answer:
    """合并同一产品的几批 Merge parts of batches of one product into one new batch."""
    read = [_source(one) for one in sources]
    lost = quantity.parse(loss, "loss", allow_zero=True) if loss else 0
    made = sum(grams for _, grams in read) - lost
    if made <= 0:
        raise Conflict("batch.no-outputs", "loss")
    return _operate("merge", read, (f"{made}g:{grade}" if grade else f"{made}g",), loss, day, note, user)


@batch.command("transform")
@click.argument("sources", nargs=-1, required=True, metavar="NUMBER:WEIGHT…")
@click.option("--into", required=True, multiple=True, help="产品:重量[:等级] CODE:WEIGHT[:GRADE]; repeat it.")
@_NOTE
@_ON
@as_user
def transform(
    sources: tuple[str, ...], into: tuple[str, ...], note: str, day: str, user: str | None
) -> Answer:
    """加工成别的产品，少掉的算损耗 Process batches into other products; what is missing is loss."""
    return _operate("transform", [_source(one) for one in sources], into, "", day, note, user)

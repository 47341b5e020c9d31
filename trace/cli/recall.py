"""`flask recall`: recall a batch and all that was made of it, close the recall, list those in force."""

from __future__ import annotations

from collections.abc import Mapping

import click
from sqlmodel import Session, col, select

from trace.cli.acting import acting, as_user, for_batch
from trace.cli.app import Answer, TraceGroup, table
from trace.core import dates
from trace.core.errors import NotFound
from trace.core.policy import Action
from trace.core.ranges import Range
from trace.services import batch as batches
from trace.services import carton_trace, find, oversight
from trace.services import recall as recalls
from trace.services.oversight import OpenStop
from trace.tables import Recall, RecallClosure
from trace.tables.base import key_of
from trace.web.context import app_db

recall = TraceGroup("recall", help="召回 Recalls: open, close, list.")


@recall.command("open")
@click.argument("number")
@click.option("--reason", required=True, help="原因，公众看得到 Why; the public sees it.")
@click.option("--advice", required=True, help="消费者该怎么办 What a buyer should do.")
@as_user
def open_recall(number: str, reason: str, advice: str, user: str | None) -> Answer:
    """召回一批和用它做成的批次 Recall a batch and everything made of it."""
    with app_db().write() as session:
        actor = acting(session, user, for_batch(session, number, Action.RECALL_OPEN))
        row = recalls.open_recall(session, actor, number, reason, advice)
        batch = find.public_batch(session, number)
        held = carton_trace.affected(session, [batch, *batches.descendants(session, batch)])
    said = f"已召回 recalled: {number}"
    if held.carton_count or held.pallet_count:
        said += f"\n装着这些标签的外箱 cartons: {held.carton_count}，托盘 pallets: {held.pallet_count}"
    data = {
        "recall": row.id,
        "batch": number,
        "cartons": _spans(held.cartons),
        "pallets": _spans(held.pallets),
    }
    return Answer(said, data)


def _spans(held: Mapping[int, tuple[Range, ...]]) -> list[dict[str, int]]:
    """Cartons or pallets as ranges of numbers, by run."""
    return [
        {"run": run, "first": first, "last": last} for run, spans in held.items() for first, last in spans
    ]


@recall.command("close")
@click.argument("number")
@click.option("--reason", required=True, help="查明的情况 What was found.")
@as_user
def close(number: str, reason: str, user: str | None) -> Answer:
    """结束一批的召回 Close the recall of a batch."""
    with app_db().write() as session:
        recall_id = _open_of(session, number)
        actor = acting(session, user, for_batch(session, number, Action.RECALL_CLOSE))
        recalls.close_recall(session, actor, recall_id, reason)
    return Answer(f"召回已结束 closed: {number}", {"recall": recall_id, "batch": number})


def _open_of(session: Session, number: str) -> int:
    found = session.exec(
        select(Recall.id)
        .join(RecallClosure, col(RecallClosure.recall_id) == col(Recall.id), isouter=True)
        .where(Recall.batch_id == key_of(find.public_batch(session, number)), col(RecallClosure.id).is_(None))
    ).first()
    if found is None:
        raise NotFound("batch.recall-unknown")
    return found


@recall.command("list")
def listing() -> Answer:
    """列出正在召回的批次 List the recalls in force."""
    return stops("recall")


def stops(kind: str) -> Answer:
    """The recalls or freezes in force, as a table and as data."""
    with app_db().read() as session:
        found = [one for one in oversight.open_stops(session, None) if one.kind == kind]
    rows = [(one.batch, one.product, one.owner, _when(one), one.reason) for one in found]
    heads = ("批次 batch", "产品", "单位", "从何时", "原因")
    data = [
        {
            "id": one.identity,
            "batch": one.batch,
            "product": one.product,
            "organisation": one.owner,
            "since": one.since.isoformat(),
            "reason": one.reason,
        }
        for one in found
    ]
    return Answer(table(heads, rows), data)


def _when(stop: OpenStop) -> str:
    return f"{stop.since.astimezone(dates.SHANGHAI):%Y-%m-%d %H:%M}"

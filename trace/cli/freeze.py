"""`flask freeze`: hold a batch while something is looked into, lift the hold, list those in force."""

from __future__ import annotations

import click
from sqlmodel import Session, col, select

from trace.cli.acting import acting, as_user, for_batch
from trace.cli.app import Answer, TraceGroup
from trace.cli.recall import stops
from trace.core.errors import NotFound
from trace.core.policy import Action
from trace.services import find
from trace.services import freeze as freezes
from trace.tables import Freeze, FreezeLift
from trace.tables.base import key_of
from trace.web.context import app_db

freeze = TraceGroup("freeze", help="冻结 Freezes: hold, lift, list.")


@freeze.command("hold")
@click.argument("number")
@click.option("--reason", required=True, help="原因，公众看得到 Why; the public sees it.")
@as_user
def hold(number: str, reason: str, user: str | None) -> Answer:
    """冻结一批和用它做成的批次 Hold a batch and everything made of it."""
    with app_db().write() as session:
        actor = acting(session, user, for_batch(session, number, Action.BATCH_FREEZE))
        row = freezes.freeze(session, actor, number, reason)
    return Answer(f"已冻结 frozen: {number}", {"freeze": row.id, "batch": number})


@freeze.command("lift")
@click.argument("number")
@click.option("--reason", required=True, help="查明的情况 What was found.")
@as_user
def lift(number: str, reason: str, user: str | None) -> Answer:
    """解除一批的冻结 Lift the freeze of a batch."""
    with app_db().write() as session:
        freeze_id = _open_of(session, number)
        actor = acting(session, user, for_batch(session, number, Action.BATCH_FREEZE))
        freezes.lift(session, actor, freeze_id, reason)
    return Answer(f"冻结已解除 lifted: {number}", {"freeze": freeze_id, "batch": number})


def _open_of(session: Session, number: str) -> int:
    found = session.exec(
        select(Freeze.id)
        .join(FreezeLift, col(FreezeLift.freeze_id) == col(Freeze.id), isouter=True)
        .where(Freeze.batch_id == key_of(find.public_batch(session, number)), col(FreezeLift.id).is_(None))
    ).first()
    if found is None:
        raise NotFound("batch.freeze-unknown")
    return found


@freeze.command("list")
def listing() -> Answer:
    """列出冻结着的批次 List the freezes in force."""
    return stops("freeze")

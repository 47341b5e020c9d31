"""`flask complaints`: what buyers reported, and what of it goes on request or with time."""

from __future__ import annotations

import click

from trace.cli.acting import acting, as_user
from trace.cli.app import Answer, TraceGroup, language, table
from trace.core import complaint as rules
from trace.core import dates
from trace.core.policy import Action, may
from trace.services import complaint_erase, complaint_view, erasure
from trace.web.context import app_db, app_settings

complaints = TraceGroup("complaints", help="举报 Complaints: list, erase, expire.")


@complaints.command("list")
@click.option("--closed", is_flag=True, help="已办结的 Closed ones instead of open ones.")
@click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="最多几行 At most."
)
def listing(closed: bool, limit: int) -> Answer:
    """列出举报，等得最久的在前 List complaints, those that wait longest first; without what was written."""
    with app_db().read() as session:
        found = complaint_view.listing(session, closed=closed, limit=limit)
    data = [
        {
            "receipt": one.receipt,
            "kind": one.kind.value,
            "received": one.at.isoformat(),
            "closed": one.closed_at.isoformat() if one.closed_at else None,
            "brand": one.brand,
            "batch": one.batch_no,
            "answers": one.answers,
        }
        for one in found
    ]
    english = language() == "en"
    rows = [
        (
            rules.grouped(one.receipt),
            dates.local_day(one.at).isoformat(),
            rules.TITLES[one.kind][english],
            one.brand,
            one.batch_no,
            str(one.answers),
        )
        for one in found
    ]
    heads = ("回执 receipt", "收到 received", "事项 kind", "品牌 brand", "批次 batch", "答复")
    return Answer(table(heads, rows) if rows else "没有 none", data)


@complaints.command("erase")
@click.argument("receipt")
@click.option(
    "--field",
    "fields",
    multiple=True,
    type=click.Choice(complaint_erase.FIELDS),
    help="只删这些；不写就全删 Only these; all of them if left out.",
)
@click.option("--yes", is_flag=True, help="不再询问 Do not ask.")
@as_user
def erase(receipt: str, fields: tuple[str, ...], yes: bool, user: str | None) -> Answer:
    """应当事人要求删去举报的文字、电话、照片，不能恢复 Erase words, phone and photo of a complaint on a lawful request.

    举报本身、答复和办结情况留着；备份里还有，见 docs/privacy.md。
    The case itself, its answers and its end stay; backups still have the rest: see docs/privacy.md.
    """
    with app_db().read() as session:
        actor = acting(session, user, lambda one: may(one, Action.RECORD_ERASE, None))
        complaint_view.by_receipt(session, rules.read_receipt(receipt))
    chosen = fields or complaint_erase.FIELDS
    if not yes:
        asked = f"删去 {', '.join(chosen)}，确定吗？不能恢复 Erase for good?"
        click.confirm(asked, abort=True, err=True)
    with app_db().write(ledger=False) as session:
        gone = complaint_erase.erase(session, actor, receipt, chosen)
    with app_db().read() as session:
        complaint_erase.sweep(session, app_settings(), gone.photo)
    clean = erasure.finish(app_db(), app_settings(), erasure.Done((), (), ()))
    said = f"删了 erased: {', '.join(gone.fields)}" if gone.fields else "没有可删的 nothing was there"
    if not clean:
        said += "\n数据库日志还在用，停服务后再运行一次 The database's log is in use: stop the service, run this again."
    return Answer(said, {"receipt": rules.read_receipt(receipt), "erased": list(gone.fields), "clean": clean})


@complaints.command("expire")
def expire() -> Answer:
    """删去办结满 TRACE_COMPLAINT_DAYS 天的举报的电话和照片 Remove phones and photos of complaints closed long ago.

    后台任务每天做一次 The worker does it once a day.
    """
    with app_db().write(ledger=False) as session:
        count = complaint_erase.expire(session, app_settings())
    with app_db().read() as session:
        photos = complaint_erase.sweep(session, app_settings())
    return Answer(
        f"{count} 件举报，{photos} 张照片 complaints, photos", {"complaints": count, "photos": photos}
    )

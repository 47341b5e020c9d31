"""`flask audit find` and `flask audit erase`: where a person's name or phone stands, and its removal on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from trace.cli.acting import acting, as_user
from trace.cli.app import Answer, TraceGroup, language, table
from trace.core import dates
from trace.core.erasure import Leave
from trace.core.policy import Action, may
from trace.services import erasure as erasures
from trace.services import erasure_find
from trace.services.erasure import Done, Plan, Request
from trace.services.erasure_find import Place
from trace.web.context import app_db, app_settings

_SHOWN = 40  # characters of a value


def register(group: TraceGroup) -> None:
    """Add the commands to `flask audit`."""
    group.command("find")(find)
    group.command("erase")(erase)


@click.argument("text")
def find(text: str) -> Answer:
    """列出姓名、电话等文字出现的每一处 List every field where a name, a phone number or other words stand.

    账本里的记录和账本外的资料都查；空格、横线、全角半角不计。
    Records of the ledger and what is kept beside it; blanks, hyphens and widths do not matter.
    """
    with app_db().read() as session:
        found = erasure_find.find(session, text)
    data = [_data(place) for place in found]
    return Answer(_listed(found) if found else "没有找到 nothing found", data)


@click.option("--text", default="", help="删掉出现这些文字的各项 Erase what says this, whole fields.")
@click.option(
    "--entry", "entries", type=int, multiple=True, metavar="SEQ", help="只删这一条的 Only of this entry."
)
@click.option(
    "--field",
    "names",
    multiple=True,
    metavar="NAME",
    help="和 --entry 一一对应；附件本身写 file One for each --entry; `file` is an attachment's file.",
)
@click.option(
    "--reason",
    required=True,
    help="依据，公众看得到，不要写姓名 On what ground. The public sees it: no names in it.",
)
@click.option(
    "--requested-on", required=True, metavar="DAY", help="哪天收到请求 On which day it was asked for."
)
@click.option("--yes", is_flag=True, help="不再询问 Do not ask.")
@as_user
def erase(
    text: str,
    entries: tuple[int, ...],
    names: tuple[str, ...],
    reason: str,
    requested_on: str,
    yes: bool,
    user: str | None,
) -> Answer:
    """应当事人的合法请求删除个人信息 Erase what is about a person on a lawful request.

    先列出要删的，问过再删。整项删除，不能恢复；账本条目、其余各项和证明都还对得上，公开页面会说明哪天删了什么、依据什么。
    数据库备份里还有，见 docs/privacy.md。
    Shows what will go, and asks. Whole fields go, for good; entries, other fields and proofs still hold, and pages say
    what was erased, when and why. Backups still have it: see docs/privacy.md.
    """
    if len(entries) != len(names):
        raise click.UsageError("--entry 和 --field 要成对 Give one --field for each --entry")
    wanted = Request(
        reason, dates.parse_day(requested_on, "requested_on"), text, tuple(zip(entries, names, strict=True))
    )
    with app_db().read() as session:
        actor = acting(session, user, lambda one: may(one, Action.RECORD_ERASE, None))
        plan = erasures.plan(session, wanted)
    if not yes:
        click.echo(_told(plan), err=True)
        if plan.goes:
            click.confirm("确定删除吗？不能恢复 Erase for good?", abort=True, err=True)
    with app_db().write() as session:
        done = erasures.erase(session, actor, wanted, plan.goes)
    clean = erasures.finish(app_db(), app_settings(), done)
    return Answer(_said(done, plan, clean), _done(done, plan, clean))


def _told(plan: Plan) -> str:
    lines = []
    if plan.goes:
        lines += ["要删的 Will go:", _listed(plan.goes)]
    if plan.stays:
        lines += ["不删的 Stays:", _listed(plan.stays)]
    if plan.gone:
        lines += ["早已删了 Gone already:", *(f"  {place.seq} {place.field}" for place in plan.gone)]
    return "\n".join(lines) or "没有可删的 Nothing to erase"


def _said(done: Done, plan: Plan, clean: bool) -> str:
    lines = [
        f"第 {one.seq} 条 entry {one.seq}: {', '.join(one.fields)} → 账本第 {one.entry} 条 entry {one.entry}"
        for one in done.entries
    ]
    lines += [f"{place.table} {place.row} {place.field}: 已删 erased" for place in done.beside]
    lines += [f"附件文件已删 file removed: {sha256}" for sha256 in done.files]
    if not lines:
        lines.append("没有可删的 Nothing to erase")
    if plan.stays:
        lines += ["留着的 Stays:", _listed(plan.stays)]
    if not clean:
        lines.append(
            "数据库日志还在用，旧内容可能还在里面：停服务后再运行一次 "
            "The database's log is in use and may still hold the words: stop the service and run this again"
        )
    if done.entries or done.beside or done.files:
        lines.append("备份里还有，见 docs/privacy.md Backups still have it, see docs/privacy.md")
    return "\n".join(lines)


def _done(done: Done, plan: Plan, clean: bool) -> dict[str, Any]:
    return {
        "erased": [asdict(one) for one in done.entries],
        "beside": [_data(place) for place in done.beside],
        "files": list(done.files),
        "stays": [_data(place) for place in plan.stays],
        "gone": [{"entry": place.seq, "field": place.field} for place in plan.gone],
        "log_clean": clean,
    }


def _listed(places: Sequence[Place]) -> str:
    rows = [
        (
            "-" if place.seq is None else str(place.seq),
            f"{place.table} {place.row}",
            place.field,
            _short(place.value),
            _why(place),
        )
        for place in places
    ]
    return table(("账本 entry", "记录 record", "项 field", "内容 value", "能不能删 may it go"), rows)


def _short(value: str) -> str:
    line = " ".join(value.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _why(place: Place) -> str:
    english = language() == "en"
    if place.by_choice and place.may_go:
        return "look, then name it: --entry --field" if english else "看过再点名删：--entry --field"
    if place.rule.leave is Leave.AFTER and place.from_day is not None and not place.may_go:
        day = place.from_day.isoformat()
        return f"{place.rule.en} ({day})" if english else f"{place.rule.zh}（{day} 之后）"
    word = ("may go" if english else "可以删") if place.may_go else ("stays" if english else "留着")
    return word if place.may_go else f"{word}: {place.rule.en}" if english else f"{word}：{place.rule.zh}"


def _data(place: Place) -> dict[str, Any]:
    return {
        "entry": place.seq,
        "table": place.table,
        "row": place.row,
        "field": place.field,
        "value": place.value,
        "may_go": place.may_go,
        "by_choice": place.by_choice,
        "from_day": place.from_day.isoformat() if place.from_day else None,
        "why": place.rule.en if language() == "en" else place.rule.zh,
    }

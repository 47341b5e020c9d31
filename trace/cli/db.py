"""`flask db`: bring the database to this version's form, look whether it is there."""

from __future__ import annotations

import click

from trace import migrate
from trace.cli.app import REFUSED, Answer, TraceGroup
from trace.web.context import app_settings

db = TraceGroup("db", help="数据库结构 The database's form: upgrade, downgrade, check.")


@db.command("upgrade")
@click.option("--revision", default="head", show_default=True, help="到哪一版 Revision to go up to.")
def upgrade(revision: str) -> Answer:
    """建库或升级，可重复执行 Make or upgrade the database; doing it again changes nothing."""
    migrate.upgrade(app_settings().url, revision)
    return Answer(f"数据库已就绪 Database ready: {migrate.head()}", {"revision": migrate.head()})


@db.command("downgrade")
@click.argument("revision")
@click.option("--yes", is_flag=True, help="确认会丢数据 Yes, data may be lost.")
def downgrade(revision: str, yes: bool) -> Answer:
    """退回到旧版结构，会丢数据 Go down to REVISION ("base" for nothing at all); loses data."""
    if not yes:
        raise click.UsageError("退回会丢数据，请加 --yes 确认 Going down loses data: confirm with --yes")
    migrate.downgrade(app_settings().url, revision)
    return Answer(f"已退回 Went down to: {revision}", {"revision": revision})


@db.command("check")
def check() -> Answer:
    """结构是否与程序一致 Whether the database has the form this version needs; exit 1 if not."""
    differences = migrate.check(app_settings().url)
    if differences:
        # A database of another version differs everywhere; that alone says what to do.
        shown = differences[:1] if differences[0].startswith("revision") else differences
        text = "\n".join([*shown, "请运行 Run: flask db upgrade"])
        return Answer(text, {"ok": False, "differences": shown}, REFUSED)
    return Answer("一致 The database is as it should be.", {"ok": True, "differences": []})

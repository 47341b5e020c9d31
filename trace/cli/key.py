"""`flask key`: make signing keys, list them, retire or revoke one."""

from __future__ import annotations

from typing import Any

import click
from sqlmodel import Session

from trace.cli.acting import organisation_id
from trace.cli.app import Answer, TraceGroup, table
from trace.core import clock, dates
from trace.services import find
from trace.services import key as keys
from trace.services.key import KnownKey
from trace.web.context import app_db, app_settings

key = TraceGroup("key", help="签名密钥 Signing keys: create, list, rotate, retire, revoke.")

_REASON = click.option("--reason", required=True, help="原因 Why.")


@key.command("create")
@click.option("--org", "owner", required=True, help="单位编号或全名 Organisation, by number or exact name.")
def create(owner: str) -> Answer:
    """给单位做一把新密钥，写入账本 Make an organisation's next key and enter it in the ledger."""
    with app_db().write() as session:
        made = keys.create(session, None, organisation_id(session, owner), app_settings().master_key)
    return Answer(f"{made.id:05d}  {made.public_key}", {"key": made.id, "public_key": made.public_key})


@key.command("list")
def listing() -> Answer:
    """列出所有公钥 List every public key there ever was."""
    with app_db().read() as session:
        found = [_data(session, known) for known in keys.all_known(session)]
    rows = [(one["kid"], one["organisation"], one["status"], one["since"] or "-", one["x"]) for one in found]
    return Answer(table(("密钥 key", "单位", "状态", "从何时", "公钥 public key"), rows), found)


def _data(session: Session, known: KnownKey) -> dict[str, Any]:
    ends = {line.status: line for line in keys.statuses(session, known.public.key_id)}
    status = next((word for word in ("revoked", "retired") if word in ends), "active")
    end = ends.get(status)
    return {
        **known.public.jwk(),
        "organisation": find.organisation(session, known.organisation_id).name,
        "held_by": known.held_by,
        "status": status,
        "since": end.effective_at.isoformat() if end else None,
        "reason": end.reason if end else "",
    }


@key.command("rotate")
@click.option("--org", "owner", required=True, help="单位编号或全名 Organisation, by number or exact name.")
@_REASON
def rotate(owner: str, reason: str) -> Answer:
    """换密钥：新的马上启用，旧的同时退役 Rotate: a new key signs from now on, the old ones retire.

    旧标签、旧记录照样有效。建议每年换一次，管钥匙的人变动时也换。
    Old labels and entries stay good. Once a year is sound, and whenever the people who hold the master key change.
    """
    with app_db().write() as session:
        made = keys.rotate(session, None, organisation_id(session, owner), app_settings().master_key, reason)
    old = ", ".join(f"{one:05d}" for one in made.retired) or "-"
    return Answer(
        f"新密钥 new key: {made.key_id:05d}\n已退役 retired: {old}",
        {"key": made.key_id, "retired": list(made.retired)},
    )


@key.command("retire")
@click.argument("key_id", metavar="KEY", type=int)
@_REASON
def retire(key_id: int, reason: str) -> Answer:
    """退役：不再签新标签，旧标签照样有效 Retire: signs no more, its labels stay good."""
    with app_db().write() as session:
        keys.end(session, None, key_id, "retired", reason)
    return Answer(f"已退役 retired: {key_id:05d}", {"key": key_id, "status": "retired"})


@key.command("revoke")
@click.argument("key_id", metavar="KEY", type=int)
@click.option(
    "--since", default="", help="从何时起不算数，默认现在 Since when it counts for nothing; default now."
)
@_REASON
def revoke(key_id: int, since: str, reason: str) -> Answer:
    """吊销泄露的密钥：从那时起印的标签都按假的处理 Revoke a leaked key: labels of runs made since are forged.

    以前的标签和记录照样有效。从那时起它签的账本条目会列出来，请逐条核对。
    What it signed before holds. Entries of the ledger that it signed since are listed: look at each.
    """
    moment = dates.parse_moment(since, "since") if since else clock.now()
    with app_db().write() as session:
        keys.end(session, None, key_id, "revoked", reason, moment)
        uses = [use for use in keys.leaked_since(session) if use.key_id == key_id]
    lines = [f"已吊销 revoked: {key_id:05d}"]
    if uses:
        lines.append(f"从那时起它签的账本条目 entries it signed since ({len(uses)}):")
        lines += [f"  {use.seq}  {use.kind}" for use in uses]
    return Answer(
        "\n".join(lines),
        {
            "key": key_id,
            "status": "revoked",
            "since": moment.isoformat(),
            "entries": [{"seq": use.seq, "kind": use.kind} for use in uses],
        },
    )

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

key = TraceGroup("key", help="签名密钥 Signing keys: create, list, retire, revoke.")

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
    """吊销：从那时起印的标签都按假的处理 Revoke: labels of runs made since then are forged."""
    moment = dates.parse_moment(since, "since") if since else clock.now()
    with app_db().write() as session:
        keys.end(session, None, key_id, "revoked", reason, moment)
    return Answer(
        f"已吊销 revoked: {key_id:05d}",
        {"key": key_id, "status": "revoked", "since": moment.isoformat()},
    )

"""`flask ledger`: check that nothing recorded was changed, removed, reordered or added unseen."""

from __future__ import annotations

import re
from dataclasses import asdict

import click

from trace.cli.app import REFUSED, Answer, TraceGroup, language
from trace.core.messages import MESSAGES
from trace.services import attachment, ledger_audit, projection_audit
from trace.services.ledger_audit import LedgerFault
from trace.web.context import app_db, app_settings

ledger = TraceGroup("ledger", help="账本 The ledger: verify.")

_KNOWN = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})", re.ASCII)


@ledger.command("verify")
@click.option(
    "--known",
    default="",
    metavar="ENTRIES:ROOT",
    help="以前记下的条数和树根，查历史有没有被整体改写 An earlier answer of this command, kept elsewhere.",
)
def verify(known: str) -> Answer:
    """逐条核对账本、附件和汇总，有错即指出第几条 Check entries, records, attachments, sums; name the first fault.

    Exit code 0 if all stands as it was recorded, 1 if not.
    """
    noted = _KNOWN.fullmatch(known)
    if known and noted is None:
        raise click.BadParameter("ENTRIES:ROOT", param_hint="--known")
    with app_db().read() as session:
        report = ledger_audit.verify(session, (int(noted[1]), noted[2]) if noted else None)
        # A damaged database cannot be asked for its attachments.
        lost = attachment.check(session, app_settings()) if report.fault is None else []
        differing = projection_audit.check(session) if report.fault is None else []
    sound = report.fault is None and not lost and not differing
    data = {
        "ok": sound,
        "entries": report.entries,
        "root": report.root,
        "fault": asdict(report.fault) | {"message": _said(report.fault)} if report.fault else None,
        "attachments": [asdict(one) for one in lost],
        "projections": [asdict(one) for one in differing],
    }
    if report.fault is not None:
        return Answer(_told(report.fault), data, REFUSED)
    lines = [
        f"条数 entries  {report.entries}",
        f"树根 root     {report.root}",
        *(f"附件 attachment {one.attachment_id} {one.kind}: {one.sha256}" for one in lost),
        *(
            f"汇总与记录不符 differs from the records: {one.table} {one.subject_id} {one.figure}"
            for one in differing
        ),
        f"下次可用 next time: --known {report.entries}:{report.root}",
    ]
    return Answer("\n".join(lines), data, 0 if sound else REFUSED)


def _said(fault: LedgerFault) -> str:
    chinese, english = MESSAGES[fault.code]
    return (english if language() == "en" else chinese).format_map(asdict(fault))


def _told(fault: LedgerFault) -> str:
    about = f"  [{fault.kind or '-'} · {fault.subject} {fault.subject_id}]" if fault.subject else ""
    return f"{fault.code}: {_said(fault)}{about}"

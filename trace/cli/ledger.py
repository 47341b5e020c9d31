"""`flask ledger`: check that nothing recorded was changed, removed, reordered or added unseen."""

from __future__ import annotations

import os
from dataclasses import asdict

import click

from trace.cli.app import REFUSED, Answer, TraceGroup, language
from trace.config import Settings
from trace.core import printed_root
from trace.core.messages import MESSAGES
from trace.services import attachment, erasure, ledger_audit, projection_audit
from trace.services.ledger_audit import Known, LedgerFault, LedgerNote
from trace.services.ledger_points import COSIGNED, NOTED, OUTSIDE, SIGNED, STAMPED
from trace.services.outside import Outside
from trace.web.context import app_db, app_settings

ledger = TraceGroup("ledger", help="账本 The ledger: verify.")

# What the ledger was held against where another size or root was known.
_SOURCES = {
    NOTED: "以前记下的 what was noted earlier",
    OUTSIDE: "库外检查点 the checkpoint outside",
    SIGNED: "保存的检查点 a kept checkpoint",
    COSIGNED: "见证签名 a cosignature",
    STAMPED: "时间戳 a time stamp",
}


@ledger.command("verify")
@click.option(
    "--known",
    default="",
    metavar="ENTRIES:ROOT",
    help="以前记下或标签上印的条数和树根（至少 16 位），查历史有没有被整体改写 "
    "An earlier answer of this command, or what a label sheet says (16 digits or more).",
)
@click.option("--all", "every", is_flag=True, help="列出全部问题 Name every fault, not the first alone.")
def verify(known: str, every: bool) -> Answer:
    """逐条核对账本、附件和汇总，有错即指出第几条 Check entries, records, attachments, sums; name the first fault.

    Exit code 0 if all stands as it was recorded, 1 if not.
    """
    settings = app_settings()
    with app_db().read() as session:
        report = ledger_audit.verify(
            session,
            _noted(known),
            every=every,
            outside=_outside(settings),
            workers=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        )
        faults = list(report.faults)
        if every or not faults:
            faults += ledger_audit.secrets(session, settings.master_key)
        # A damaged database cannot be asked for its attachments.
        lost = attachment.check(session, settings) if not faults else []
        differing = projection_audit.check(session) if not faults else []
        erased = erasure.count(session) if not faults else 0
    sound = not faults and not lost and not differing
    data = {
        "ok": sound,
        "entries": report.entries,
        "root": report.root,
        "fault": _fault(faults[0]) if faults else None,
        "faults": [_fault(one) for one in faults],
        "notes": [asdict(one) | {"message": _said(one)} for one in report.notes],
        "erased_fields": erased,
        "attachments": [asdict(one) for one in lost],
        "projections": [asdict(one) for one in differing],
    }
    if faults:
        return Answer("\n".join(_told(one) for one in faults), data, REFUSED)
    lines = [
        f"条数 entries  {report.entries}",
        f"树根 root     {report.root}",
        *(f"附注 note     {_said(one)}" for one in report.notes),
        *([f"依法删除 erased fields  {erased}"] if erased else []),
        *(f"附件 attachment {one.attachment_id} {one.kind}: {one.sha256}" for one in lost),
        *(
            f"汇总与记录不符 differs from the records: {one.table} {one.subject_id} {one.figure}"
            for one in differing
        ),
        f"下次可用 next time: --known {report.entries}:{report.root}",
    ]
    return Answer("\n".join(lines), data, 0 if sound else REFUSED)


def _noted(known: str) -> Known | None:
    if not known:
        return None
    found = printed_root.read(known)
    if found is None:
        raise click.BadParameter("ENTRIES:ROOT", param_hint="--known")
    return Known(*found)


def _outside(settings: Settings) -> str:
    """The checkpoint kept outside the database, if there is one and it can be read."""
    kept = Outside(settings.checkpoints).read()
    return kept.note if kept else ""


def _fault(fault: LedgerFault) -> dict[str, object]:
    return asdict(fault) | {"message": _said(fault)}


def _said(fault: LedgerFault | LedgerNote) -> str:
    chinese, english = MESSAGES[fault.code]
    return (english if language() == "en" else chinese).format_map(asdict(fault))


def _told(fault: LedgerFault) -> str:
    about = f"  [{fault.kind or '-'} · {fault.subject} {fault.subject_id}]" if fault.subject else ""
    by = f"  [{_SOURCES[fault.detail]}]" if fault.detail in _SOURCES else ""
    return f"{fault.code}: {_said(fault)}{about}{by}"

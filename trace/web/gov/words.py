"""What the regulator's pages call a record's standing and the acts of the audit trail (操作日志)."""

from __future__ import annotations

from flask_babel import gettext as _

from trace.services.audit import AuditAction
from trace.services.history_events import Line
from trace.web.i18n import either

_ACTS: dict[str, tuple[str, str]] = {
    AuditAction.BATCH_CREATE: ("建立批次", "Began the batch"),
    AuditAction.BATCH_OPERATE: ("拆分、合并或加工", "Split, merged or transformed"),
    AuditAction.BATCH_EXPORT: ("导出记录", "Exported the records"),
    AuditAction.EVENT_RECORD: ("登记", "Recorded"),
    AuditAction.EVENT_CORRECT: ("更正", "Corrected"),
    AuditAction.CERTIFICATE_ISSUE: ("开具合格证", "Issued a certificate"),
    AuditAction.RUN_PRINT: ("印制标签", "Printed labels"),
    AuditAction.RUN_DOWNLOAD: ("取走标签文件", "Took the label sheet"),
    AuditAction.RANGE_ACTIVATE: ("启用标签", "Activated labels"),
    AuditAction.RANGE_VOID: ("作废标签", "Voided labels"),
    AuditAction.ITEM_REVIEW: ("核查疑码", "Decided on a suspicious code"),
    AuditAction.CARTON_PACK: ("装箱", "Packed cartons"),
    AuditAction.CARTON_SPLIT: ("拆箱", "Opened a carton"),
    AuditAction.RECALL_OPEN: ("召回", "Recalled"),
    AuditAction.RECALL_CLOSE: ("结束召回", "Closed the recall"),
    AuditAction.FREEZE: ("冻结", "Froze"),
    AuditAction.FREEZE_LIFT: ("解除冻结", "Lifted the freeze"),
}


def act_name(action: str) -> str:
    """An act of the audit trail in the reader's language; its stable name where nobody has worded it."""
    return either(*_ACTS.get(action, (action, action)))


def status(line: Line) -> str:
    """Whether an event counts, in the reader's language."""
    if line.withdrawn:
        return str(_("撤回"))
    return str(_("有效") if line.stands else _("已更正"))

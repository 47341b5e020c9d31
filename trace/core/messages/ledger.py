"""Sentences of the refusals and findings about the ledger (账本)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "ledger.missing": ("第 {seq} 条记录缺失:有人删除了它", "entry {seq} is missing: it was removed"),
    "ledger.reordered": (
        "第 {seq} 条记录的顺序被改动",
        "entry {seq} does not follow from the one before: reordered",
    ),
    "ledger.entry-changed": ("第 {seq} 条账本条目被改动", "ledger entry {seq} was changed"),
    "ledger.record-changed": (
        "第 {seq} 条所记录的内容被改动或删除({subject} 第 {subject_id} 号)",
        "the record behind entry {seq} was changed or removed ({subject} number {subject_id})",
    ),
    "ledger.cut-off": (
        "账本从第 {seq} 条起被截断或续写",
        "the ledger was cut off or extended from entry {seq} on",
    ),
    "ledger.rewritten": (
        "到第 {seq} 条为止的账本与以前记下的链头对不上:历史被整体改写过",
        "up to entry {seq} the ledger does not lead to the head noted earlier: history was rewritten",
    ),
    "ledger.damaged": (
        "数据库文件本身有损坏:表和索引对不上,请停机并用备份核对",
        "the database file itself is damaged: stop the service and compare with a backup",
    ),
    "ledger.record-without-entry": (
        "有一条记录没有入账({subject} 第 {subject_id} 号)",
        "a record stands without an entry ({subject} number {subject_id})",
    ),
}

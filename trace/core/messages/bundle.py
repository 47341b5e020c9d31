"""Sentences of the refusals about bundles (证据包)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "bundle.too-large": (
        "这个批次的记录太多，一个证据包装不下。请按上游或下游的批次分开取。",
        "This batch has more records than one bundle can hold. Take bundles of its parents or children instead.",
    ),
    "bundle.record-changed": (
        "第 {seq} 条的记录和账本对不上，做不了证据包。请先运行 flask ledger verify。",
        "The record of entry {seq} is not what the ledger has, so no bundle can be made. Run flask ledger verify first.",
    ),
}

"""Sentences of the refusals about: erasing what is about a person."""

MESSAGES: dict[str, tuple[str, str]] = {
    "erasure.text": ("要查的文字至少 {least} 个字", "give at least {least} characters to look for"),
    "erasure.nothing": (
        "请说明删什么：--text，或者 --entry 和 --field",
        "say what is to go: --text, or --entry with --field",
    ),
    "erasure.no-such-field": (
        "账本第 {seq} 条没有可删的内容 {name}",
        "entry {seq} of the ledger has nothing to erase in {name}",
    ),
    "erasure.kept": ("第 {seq} 条的 {name} 不能删：{why}", "{name} of entry {seq} stays: {why_en}"),
    "erasure.requested-later": ("收到请求的日期不能晚于今天", "a request is not received after today"),
    "erasure.named-in-reason": (
        "原因会公开，里面不要写这个人的姓名或电话",
        "the reason is public: do not write the person's name or number in it",
    ),
    "erasure.record-changed": (
        "第 {seq} 条所记录的内容与账本对不上，先查清（flask ledger verify），再删",
        "the record behind entry {seq} is not what the ledger says: find out why before erasing",
    ),
}

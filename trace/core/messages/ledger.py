"""Sentences of the refusals and findings about the ledger (账本)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "ledger.no-table": (
        "这个数据库里还没有账本：先运行 flask db upgrade，或检查 DATABASE_URL、TRACE_INSTANCE 指的是不是这里",
        "this database has no ledger: run flask db upgrade first, or see where DATABASE_URL and TRACE_INSTANCE point",
    ),
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
        "到第 {seq} 条为止的账本与以前记下的树根对不上:历史被整体改写过",
        "up to entry {seq} the ledger does not have the root noted earlier: history was rewritten",
    ),
    "ledger.damaged": (
        "数据库文件本身有损坏:表和索引对不上,请停机并用备份核对",
        "the database file itself is damaged: stop the service and compare with a backup",
    ),
    "ledger.record-without-entry": (
        "有一条记录没有入账({subject} 第 {subject_id} 号)",
        "a record stands without an entry ({subject} number {subject_id})",
    ),
    "ledger.unsigned": ("第 {seq} 条没有单位签名", "entry {seq} carries no organisation's signature"),
    "ledger.signature-wrong": (
        "第 {seq} 条的单位签名不对:内容不是该单位签的",
        "the organisation's signature of entry {seq} is wrong: it did not sign this",
    ),
    "ledger.key-not-in-force": (
        "第 {seq} 条用的密钥不属于该单位,或当时已停用",
        "entry {seq} is signed with a key that was not its organisation's, or not in force any more",
    ),
    "ledger.batch-row": (
        "第 {seq} 条没有接上同一批次的前一条:中间有记录被抽走或插入",
        "entry {seq} does not follow its batch's entry before: one was taken out or put in between",
    ),
    "ledger.batch-index": (
        "批次与账本条目的对照表被改动（{detail}）",
        "the list of which entries are about which batch was changed ({detail})",
    ),
    "ledger.node-changed": (
        "账本哈希树从第 {seq} 条起的中间结点被改动",
        "a kept hash of the tree over the entries from {seq} on was changed",
    ),
    "ledger.head-changed": (
        "账本末端的记录（条数、边缘哈希）被改动",
        "what is kept of the ledger's end (its size, its last hashes) was changed",
    ),
    "ledger.opening-changed": (
        "第 {seq} 条没有依法删除的内容，却有删除后才有的开封资料（{detail}）",
        "entry {seq} has openings ({detail}) although nothing was erased from its record",
    ),
    "ledger.checkpoint-changed": (
        "保存的检查点（{detail}）被改动，或不是本账本签的",
        "a kept checkpoint ({detail}) was changed, or this log did not sign it",
    ),
    "ledger.cosignature-changed": (
        "保存的见证签名（第 {detail} 号）被改动",
        "a kept cosignature (number {detail}) was changed",
    ),
    "ledger.stamp-changed": (
        "保存的时间戳（第 {detail} 号）被改动",
        "a kept time stamp (number {detail}) was changed",
    ),
    "ledger.secret-changed": (
        "密钥 {detail} 的私钥打不开，或与公钥不是一对：被换过，或主密钥不是封存时的那一把",
        "the private part of key {detail} cannot be opened or does not fit the public one: it was swapped, or the "
        "master key is another",
    ),
    "ledger.note-late": (
        "{count} 条是事后补录的（最早第 {first} 条）",
        "{count} entries were recorded late (the first: {first})",
    ),
    "ledger.note-clock": (
        "{count} 条的记录时间早于前一条，或早于事情发生的日子：时钟倒走过（最早第 {first} 条）",
        "{count} entries were recorded earlier than the entry before, or than they happened: the clock ran backwards "
        "(the first: {first})",
    ),
    "ledger.note-unsigned": (
        "{count} 条是单位签名启用以前的，没有签名（最早第 {first} 条）",
        "{count} entries are of before organisations signed, and bear no signature (the first: {first})",
    ),
    "ledger.note-leaked": (
        "{count} 条用的密钥后来报告已泄露（最早第 {first} 条）",
        "{count} entries are signed with a key that was reported leaked since (the first: {first})",
    ),
    "ledger.note-erased": (
        "{count} 条有内容依法删除（最早第 {first} 条）",
        "something was lawfully erased from {count} entries (the first: {first})",
    ),
}

"""The verifier's sentences in Chinese and English, by stable code."""

from __future__ import annotations

# What is wrong: exit code 1.
FAULTS: dict[str, tuple[str, str]] = {
    "archive.not-zip": (
        "这不是完整的证据包：不是 zip 文件，或者尾部被截断",
        "this is no whole bundle: not a zip file, or its end was cut off",
    ),
    "archive.form": (
        "zip 文件的结构不对：被截断、拼接过，或者不是本系统写的",
        "the zip file is not put together as a bundle is: cut off, spliced, or written by something else",
    ),
    "archive.many": (
        "zip 文件里有 {count} 个文件，最多 {most} 个",
        "{count} files in the zip, at most {most}",
    ),
    "archive.twice": ("文件 {file} 出现了两次", "the file {file} stands there twice"),
    "archive.name": ("包里不该有的文件：{file}", "a file that no bundle has: {file}"),
    "archive.encrypted": ("文件 {file} 加了密，证据包从不加密", "the file {file} is encrypted; no bundle is"),
    "archive.link": ("{file} 不是普通文件", "{file} is no ordinary file"),
    "archive.large": (
        "文件 {file} 声称有 {size} 字节，最多 {most} 字节",
        "the file {file} claims {size} bytes, at most {most}",
    ),
    "archive.larger": ("文件 {file} 解开后比声称的大", "the file {file} unpacks to more than it claims"),
    "archive.packing": (
        "文件 {file} 的压缩方式不对",
        "the file {file} is packed in a way that no bundle uses",
    ),
    "archive.differs": (
        "文件 {file} 在 zip 目录里和在它自己的头里说法不一",
        "the zip's directory and the file's own header disagree about {file}",
    ),
    "archive.damaged": ("文件 {file} 损坏，解不开", "the file {file} is damaged and does not unpack"),
    "archive.lacks": ("包里缺少文件 {file}", "the bundle lacks the file {file}"),
    "file.form": ("文件 {file} 的写法不对", "the file {file} is not written as it should be"),
    "file.changed": ("文件 {file} 被改动", "the file {file} was changed"),
    "file.unlisted": ("文件 {file} 不在包的清单里", "the file {file} is not on the bundle's list"),
    "manifest.format": (
        "包的格式是 {format}，这个核验程序认得的是 trace-bundle@v1",
        "the bundle's format is {format}; this verifier knows trace-bundle@v1",
    ),
    "checkpoint.form": ("检查点 {file} 的写法不对（{why}）", "{file} is no checkpoint ({why})"),
    "checkpoint.signature": (
        "检查点 {file} 上 {key} 的签名不对：内容被改动",
        "the signature of {key} under {file} is wrong: it was changed",
    ),
    "checkpoint.other-key": (
        "检查点 {file} 不是所给的公钥 {key} 签的；签名的是：{signers}",
        "{file} was not signed by the key given, {key}; it was signed by: {signers}",
    ),
    "checkpoint.cosignature": (
        "检查点 {file} 上见证人的签名不对（{why}）",
        "a witness's cosignature under {file} is wrong ({why})",
    ),
    "checkpoint.other": (
        "检查点 {file} 和包里说的不是同一个",
        "{file} is not the checkpoint that the bundle speaks of",
    ),
    "checkpoint.fork": (
        "账本分叉：见证人看到的 {size} 条不是现在 {other} 条的开头。请保存此包作为证据",
        "the log was forked: the {size} entries a witness saw are not how these {other} begin. Keep this bundle",
    ),
    "entry.form": (
        "{file} 第 {line} 行的写法不对：被改动或截断",
        "line {line} of {file} is malformed: changed or cut off",
    ),
    "entry.many": ("{file} 超过 {most} 行", "{file} has more than {most} lines"),
    "entry.count": (
        "{file} 有 {count} 条，清单里是 {wanted} 条：有记录被删去或添加",
        "{file} has {count} entries where the bundle says {wanted}: some were removed or added",
    ),
    "entry.order": (
        "第 {entry} 条排在第 {before} 条之后：顺序被改动",
        "entry {entry} stands after entry {before}: reordered",
    ),
    "entry.envelope": (
        "第 {entry} 条的信封写法不对：被改动",
        "the envelope of entry {entry} is malformed: changed",
    ),
    "entry.not-in-log": (
        "第 {entry} 条不在检查点所证的账本里：条目或它的证明被改动（{why}）",
        "entry {entry} is not in the log that the checkpoint stands for: it or its proof was changed ({why})",
    ),
    "entry.twice": (
        "第 {entry} 条重复登记了 {table} 第 {id} 号",
        "entry {entry} enters {table} number {id} a second time",
    ),
    "entry.unsigned": ("第 {entry} 条没有单位签名", "entry {entry} carries no organisation's signature"),
    "entry.signature": (
        "第 {entry} 条的单位签名不对：不是密钥 {key} 签的",
        "the organisation's signature of entry {entry} is wrong: key {key} did not sign this",
    ),
    "key.unknown": (
        "第 {entry} 条用的密钥 {key} 当时没有登记",
        "entry {entry} is signed with key {key}, not registered by then",
    ),
    "key.unreadable": (
        "第 {entry} 条登记的密钥读不出来",
        "the key that entry {entry} is about cannot be read",
    ),
    "key.other-organisation": (
        "第 {entry} 条用的密钥 {key} 属于别的单位",
        "entry {entry} is signed with another organisation's key, {key}",
    ),
    "key.ended": (
        "第 {entry} 条用的密钥 {key} 在第 {end} 条已经停用",
        "entry {entry} is signed with key {key}, which entry {end} had ended",
    ),
    "record.field": (
        "第 {entry} 条的字段 {field} 被改动：内容和账本里的承诺对不上",
        "the field {field} of entry {entry} was changed: it is not what the log committed to",
    ),
    "record.undeclared": (
        "第 {entry} 条的字段 {field} 缺失或多出，没有说明原因",
        "the field {field} of entry {entry} is missing, or one too many, without a reason given",
    ),
    "record.payload": (
        "第 {entry} 条的内容被改动：和账本里的承诺对不上",
        "the record of entry {entry} was changed: it is not what the log committed to",
    ),
    "record.hidden": (
        "第 {entry} 条的 {field} 没有放进包里，少了它就核对不了来龙去脉",
        "{field} of entry {entry} is left out, and without it the history cannot be checked",
    ),
    "edition.lacks": (
        "第 {entry} 条的品牌缺第 {edition} 版规则",
        "edition {edition} of the rules of the brand of entry {entry} is not there",
    ),
    "log.unnamed": (
        "包里没有账本 {origin} 以所给公钥开始的那一条",
        "the entry with which the log {origin} began under the key given is not there",
    ),
    "record.other": ("第 {entry} 条附的是另一条记录的内容", "entry {entry} comes with another record"),
    "row.gap": (
        "批次 {batch} 的记录不连续：第 {entry} 条说它前面是第 {before} 条，包里却没有接上",
        "entries of batch {batch} are missing: entry {entry} follows entry {before}, which does not stand before it",
    ),
    "row.first": (
        "批次 {batch} 的第 {entry} 条自称是第一条，前面却有别的",
        "entry {entry} says to be the first of batch {batch}, but others stand before it",
    ),
    "row.cut": (
        "批次 {batch} 的记录被截断：应该到第 {entry} 条",
        "the entries of batch {batch} were cut off: they end with entry {entry}",
    ),
    "family.subject": ("包里没有它要证明的批次 {batch}", "the bundle's own batch {batch} is not in it"),
    "family.batch": (
        "批次 {batch} 属于同一谱系，却没有全部记录",
        "batch {batch} is of the family, but not all of it is there",
    ),
    "family.lacks": (
        "批次 {batch}（第 {entry} 条）由一次操作做成，包里却没有这次操作",
        "batch {batch} (entry {entry}) came of an operation that is not there",
    ),
    "family.input": (
        "第 {entry} 条操作用到的一个批次（内部编号 {id}）不在包里，批次 {batch} 的来源不全",
        "a batch that went into the operation of entry {entry} (id {id}) is not there: the ancestry of {batch} is not whole",
    ),
    "family.output": (
        "第 {entry} 条操作做成的批次 {batch} 不在包里",
        "batch {batch}, which the operation of entry {entry} made, is not there",
    ),
    "reference.lacks": (
        "第 {entry} 条的 {field} 指向 {table} 第 {id} 号，包里没有",
        "entry {entry} names {table} number {id} as its {field}, which is not there",
    ),
    "erasure.unknown": (
        "第 {entry} 条的字段 {field} 说是依法删除，却没有对应的删除记录",
        "the field {field} of entry {entry} is said to be erased, but no entry says so",
    ),
    "erasure.unreadable": ("第 {entry} 条删除记录读不出来", "the erasure of entry {entry} cannot be read"),
    "erasure.unlawful": (
        "第 {entry} 条删除了第 {other} 条的 {field}，这是依法必须保存的内容",
        "entry {entry} erased {field} of entry {other}, which the law wants kept",
    ),
    "attachment.missing": (
        "第 {entry} 条登记的附件 {attachment} 不在包里",
        "the attachment {attachment} of entry {entry} is not there",
    ),
    "attachment.changed": (
        "第 {entry} 条登记的附件 {attachment} 被换过或改动",
        "the attachment {attachment} of entry {entry} was replaced or changed",
    ),
    "attachment.stray": ("没有哪一条登记过文件 {file}", "no entry is about the file {file}"),
    "report.other": (
        "report.html 说的和账本里的不一样：请不要用它，用 --report 重新写一份",
        "report.html does not say what the entries say: do not use it, write another with --report",
    ),
}

# What is proven.
PROVEN: dict[str, tuple[str, str]] = {
    "checkpoint": (
        "账本 {origin} 的检查点（共 {size} 条）由所给的公钥签名",
        "the checkpoint of the log {origin}, {size} entries, is signed by the key given",
    ),
    "witness": (
        "见证人 {name} 在 {at} 会签：他看到的前 {size} 条就是这本账",
        "the witness {name} cosigned at {at}: the first {size} entries are those it saw",
    ),
    "entries": ("{count} 条都在这本账里，一字未改", "all {count} entries are in this log, letter for letter"),
    "records": (
        "{count} 条的内容就是入账时的内容",
        "the records of {count} entries are those that were entered",
    ),
    "signatures": (
        "{count} 条由各自单位当时有效的密钥签名",
        "{count} entries are signed by keys of their organisations that were in force",
    ),
    "rows": (
        "{count} 个批次的记录从第一条起没有缺、没有插、没有换序",
        "the entries of {count} batches lack none from the first on, with none put in or moved",
    ),
    "family": (
        "批次 {batch} 的来源和去向齐全，共 {count} 个批次",
        "the ancestry and descent of {batch} are whole: {count} batches",
    ),
    "attachments": ("{count} 个附件就是登记的那些", "{count} attachments are those that were entered"),
    "erased": (
        "{count} 个字段依法删除，都有删除记录",
        "{count} fields were erased on a lawful request, each with an entry that says so",
    ),
    "report": ("report.html 说的就是账本里的", "report.html says what the entries say"),
}

# What this bundle cannot prove.
LIMITS: dict[str, tuple[str, str]] = {
    "tail": (
        "批次 {batch} 在包里的最后一条是第 {entry} 条（{at}）。到第 {size} 条为止账本里有没有更晚的（例如召回、密钥作废），"
        "包本身证明不了：请再查账本或批次公开页",
        "the last entry of {batch} in this bundle is entry {entry} ({at}). Whether the log has later ones, up to {size}, "
        "such as a recall or a key revoked, a bundle cannot prove: ask the log, or look at the batch's page",
    ),
    "no-witness-key": (
        "没有给见证人的公钥（--witness）：账本有没有给别人看另一个版本，没有第三方可以作证",
        "no witness's key was given (--witness): no third party vouches that others are not shown another log",
    ),
    "witness-absent": ("所给的见证人都没有会签这本账", "none of the given witnesses cosigned this log"),
    "unwitnessed-entries": (
        "有 {count} 条在见证人看到的前 {size} 条之后，还没有见证人看过",
        "{count} entries came after the {size} that a witness saw; none has seen these",
    ),
    "strangers": (
        "检查点上还有 {count} 个不认识的签名，未作依据",
        "{count} signatures of unknown keys stand under the checkpoint and count for nothing",
    ),
    "unsigned": (
        "{count} 条早于单位签名启用，没有单位签名，也不说明前一条是哪条",
        "{count} entries are older than the organisations' signatures: unsigned, and not naming the one before",
    ),
    "withheld": (
        "{count} 个字段（多为个人信息）没有放进包里，只有摘要",
        "{count} fields, mostly about persons, are withheld; only their digests are there",
    ),
    "erased": (
        "{count} 个字段已依法删除，原来写的是什么无从得知",
        "{count} fields were erased; what stood there cannot be known",
    ),
    "erased-file": (
        "附件 {attachment} 已依法删除，账本里写着何时、为什么",
        "the attachment {attachment} was erased on a lawful request; an entry says when and why",
    ),
    "absent": (
        "附件 {attachment} 已不在服务里，包里没有",
        "the attachment {attachment} is no longer held by the service, and not there",
    ),
    "report-edition": (
        "report.html 由另一版程序写成，没有核对：请用 --report 从核实过的记录重新写一份",
        "report.html was written by another edition and was not compared: write one from the proven records with --report",
    ),
    "truth": (
        "记录是谁在什么时候写下、之后没有改过，可以证明；写下时是否属实，证明不了",
        "who wrote a record, when, and that it was not changed since, is proven; whether it was true is not",
    ),
}

# Proven, and worth a second look.
REMARKS: dict[str, tuple[str, str]] = {
    "late": (
        "第 {entry} 条（批次 {batch}）晚登记 {days} 天",
        "entry {entry} (batch {batch}) was entered {days} days late",
    ),
    "before-it-happened": (
        "第 {entry} 条登记在它发生（{at}）之前",
        "entry {entry} was entered before it happened ({at})",
    ),
    "clock-backwards": (
        "时钟倒走：第 {entry} 条记为 {at}，早于前面第 {before} 条的 {other}",
        "the clock ran backwards: entry {entry} says {at}, earlier than {other} of entry {before}",
    ),
    "key-revoked-before": (
        "第 {entry} 条由密钥 {key} 签名，该密钥后来作废，作废日期早于这一条",
        "entry {entry} is signed with key {key}, later revoked as of a time before this entry",
    ),
    "labels-beyond-weight": (
        "批次 {batch} 的标签合 {labelled} 克，多于收进的 {came} 克",
        "labels of batch {batch} stand for {labelled} g, more than the {came} g that came in",
    ),
    "corrected": (
        "第 {entry} 条更正了第 {other} 条，原因：{why}",
        "entry {entry} corrects entry {other}, because: {why}",
    ),
    "withdrawn": (
        "第 {entry} 条撤销了第 {other} 条，原因：{why}",
        "entry {entry} withdraws entry {other}, because: {why}",
    ),
}

# The frame around them.
FRAME: dict[str, tuple[str, str]] = {
    "sound": ("核验通过：批次 {batch}", "PROVEN: batch {batch}"),
    "wrong": ("核验不通过", "WRONG"),
    "first": ("第一处不对", "the first thing that is wrong"),
    "proven": ("已经证明", "Proven"),
    "before": ("在此之前已经核对", "Checked before that"),
    "unproven": ("证明不了的", "Not proven"),
    "remarks": ("值得留意", "Worth a second look"),
    "more": ("……还有 {count} 条，用 --json 看全部", "… and {count} more, all with --json"),
    "root": ("树根 {root}（{size} 条）", "root {root} ({size} entries)"),
    "unreadable": ("读不了文件 {file}：{why}", "cannot read {file}: {why}"),
    "unwritable": ("写不了文件 {file}：{why}", "cannot write {file}: {why}"),
    "bad-key": ("不是公钥 {key}：{why}", "not a verifier key {key}: {why}"),
}

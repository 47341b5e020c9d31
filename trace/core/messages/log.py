"""Sentences about the log: its checkpoints, its tiles, its witnesses, its time stamps (检查点、见证方、时间戳)."""

MESSAGES: dict[str, tuple[str, str]] = {
    "ledger.empty": (
        "账本还是空的，没有可签的检查点",
        "the ledger is empty: there is nothing to sign a checkpoint of",
    ),
    "ledger.behind": (
        "数据库里的账本只有 {have} 条，库外检查点（{path}）已经签到 {size} 条：多半是恢复了旧备份。为免账本分叉，暂停记账，"
        "网页照常可看。请恢复更新的备份；确实找不回来的，按 docs/restore.md 用 flask ledger restart 重新开始",
        "the database's ledger has {have} entries, but the checkpoint outside ({path}) covers {size}: an old backup "
        "was restored, most likely. Nothing is recorded until it is put right; pages can be read. Restore a newer "
        "backup, or as the last resort begin anew with `flask ledger restart` (docs/restore.md)",
    ),
    "ledger.beside": (
        "数据库里的账本与库外检查点（{path}，{size} 条）不是同一本：恢复旧备份后又记了账，或历史被改写，或换了数据库。"
        "为免账本分叉，暂停记账，网页照常可看。请按 docs/restore.md 处理",
        "the database's ledger is not the one that the checkpoint outside ({path}, {size} entries) is of: entries were "
        "added after an old backup was restored, history was rewritten, or it is another database. Nothing is "
        "recorded until it is put right; pages can be read. See docs/restore.md",
    ),
    "ledger.outside-unreadable": (
        "库外检查点读不出来或不是本账本签的：{path}。请从另存的副本恢复这个文件；确知数据库没有恢复过旧备份的，可以把它移走",
        "the checkpoint outside cannot be read, or this log did not sign it: {path}. Restore that file from a copy; "
        "if the database was certainly not restored from a backup, it may be moved away",
    ),
    "ledger.key-sealed": (
        "账本的签名私钥打不开：主密钥不是封存时的那一把",
        "the log's private key cannot be opened: the master key is not the one it was sealed under",
    ),
    "ledger.not-lost": (
        "账本与库外检查点相符，没有丢失，不用重新开始",
        "the ledger continues the checkpoint outside: nothing was lost, so there is nothing to begin anew",
    ),
    "ledger.restarted-already": (
        "这次丢失之后已经重新开始过：{origin}",
        "a new epoch was begun already after this loss: {origin}",
    ),
    "ledger.tree-incomplete": (
        "账本从第 {seq} 条起缺少条目或哈希，请运行 flask ledger verify",
        "the ledger lacks entries or hashes from entry {seq} on: run `flask ledger verify`",
    ),
    "ledger.no-such-size": (
        "账本没有过 {size} 条的样子，现在有 {have} 条",
        "the ledger has no tree of {size} entries: it has {have}",
    ),
    "ledger.size-wanted": (
        "{name} 要写成账本的条数：一个不带符号、不以 0 开头的整数，例如 ?old=3&new=7",
        "{name} is a number of entries in decimal, without sign or leading zeros: ?old=3&new=7",
    ),
    "ledger.no-such-entry": (
        "检查点只到 {size} 条，没有第 {seq} 条",
        "the checkpoint covers {size} entries, entry {seq} is not among them",
    ),
    "ledger.no-such-tile": ("账本没有这一块：{path}", "the log has no such tile: {path}"),
    "ledger.batch-not-entered": ("账本里没有批次 {number} 的条目", "no entry is about batch {number}"),
    "witness.key": (
        "见证方的公钥不对：要一行 名称+编号+base64，类型 0x04",
        "not a witness's key: one line name+id+base64 of type 0x04 is wanted",
    ),
    "witness.is-log": (
        "见证方不能用账本自己的名称或密钥",
        "a witness cannot have the log's own name or key",
    ),
    "witness.name": (
        "见证方名称不能为空，不能有空格和加号，例如 county.example/witness",
        "a witness's name is not empty and has neither spaces nor plus, for example county.example/witness",
    ),
    "witness.state": (
        "见证文件夹里的文件读不出来：{path}。请保存好整个文件夹，不要自行修改",
        "a file in the witness's folder cannot be read: {path}. Keep the whole folder as it is",
    ),
    "witness.key-file": (
        "见证私钥文件不是 Ed25519 的 PEM：{path}",
        "the witness's key file is no Ed25519 key in PEM: {path}",
    ),
    "witness.log-key": (
        "账本公钥不对：要一行 名称+编号+base64，类型 0x01",
        "not a log's key: one line name+id+base64 of type 0x01 is wanted",
    ),
    "witness.other-key": (
        "这个文件夹里记下的是另一把账本公钥：{pinned}。账本换了名称或密钥时，先弄清原因，再用新的文件夹",
        "this folder holds another key of the log: {pinned}. When a log changes its name or key, find out why first, "
        "then use a new folder",
    ),
    "witness.unsigned": (
        "账本给的检查点没有它自己的有效签名，没有见证：{why}",
        "the log's checkpoint bears no valid signature of its own, so it was not witnessed: {why}",
    ),
    "witness.begun-anew": (
        "账本现在用另一把公钥签名：{shown}，而这里记下的是 {pinned}，没有见证。账本可能丢失后重新开始了，也可能有人冒充："
        "先向运营方问清原因，旧文件夹留作证据，再用新的文件夹见证",
        "the log is signed by another key now: {shown}, while {pinned} is kept here, so nothing was witnessed. It may have "
        "begun anew after a loss, or somebody may pose as it: ask the operator why, keep this folder as evidence, "
        "and witness with a new one",
    ),
    "witness.clock": (
        "这台电脑的时间比上次见证还早，没有见证：请先校准时间",
        "this computer's clock stands before the last cosignature, so nothing was witnessed: set the clock first",
    ),
    "witness.fork": (
        "警报：账本被改写！它给出的检查点与以前见证过的不是同一段历史。请立即告知监管部门，证据在 {path}",
        "ALARM: the ledger was rewritten! What the log shows is not the history witnessed before. "
        "Tell the authority now; the evidence is in {path}",
    ),
    "witness.shrunk": (
        "警报：账本变短了！它给出的检查点比以前见证过的条数少。请立即告知监管部门，证据在 {path}",
        "ALARM: the ledger has shrunk! What the log shows is less than was witnessed before. "
        "Tell the authority now; the evidence is in {path}",
    ),
    "witness.unproven": (
        "警报：账本不能证明它只是增加！它的哈希块缺失或与检查点不符。没有见证，证据在 {path}",
        "ALARM: the log cannot prove that it has only grown! Its tiles are missing or not the checkpoint's. "
        "Nothing was witnessed; the evidence is in {path}",
    ),
    "witness.split": (
        "警报：账本有两副面孔！它给另一见证方看的是另一段历史。请立即告知监管部门，证据在 {path}",
        "ALARM: the log shows two histories! Another witness was shown another one. "
        "Tell the authority now; the evidence is in {path}",
    ),
    "witness.taken": (
        "这个名称或公钥的见证方已经登记过",
        "a witness with this name or key is registered already",
    ),
    "witness.unknown": ("没有登记名叫 {name} 的见证方", "no witness named {name} is registered"),
    "witness.ended": ("见证方 {name} 已经停用", "witness {name} was ended already"),
    "witness.note": (
        "送来的不是带见证签名的检查点：{why}",
        "what was sent is no checkpoint with a cosignature: {why}",
    ),
    "witness.not-ours": (
        "这个检查点不是本账本签的",
        "this log did not sign that checkpoint",
    ),
    "witness.beside": (
        "这个检查点有本账本的签名，却与账本不符，请把它保存好并告知监管部门：这是改写历史的证据",
        "that checkpoint bears this log's signature and yet is not this log's: keep it and tell the authority, for it "
        "is evidence of a rewritten history",
    ),
    "witness.not-registered": (
        "没有已登记的见证方在上面签名，请先把见证方公钥交给运营方登记",
        "no registered witness signed it: first have the operator register the witness's key",
    ),
    "witness.too-large": (
        "送来的检查点超过 {limit} 字节",
        "what was sent has more than {limit} bytes",
    ),
    "witness.none": (
        "目前还没有第三方见证过本账本",
        "no outside witness has cosigned this log yet",
    ),
    "witness.early": (
        "见证签名的时间比本机快了 {minutes} 分钟以上，请校准见证电脑的时间",
        "the cosignature's time is more than {minutes} minutes ahead: set the witness's clock",
    ),
    "witness.older": (
        "本账本已收到这一见证方更晚的签名",
        "this log has a later cosignature of that witness already",
    ),
    "tsa.none": (
        "没有设置时间戳机构（TRACE_TSA_URL）",
        "no time-stamping authority is configured (TRACE_TSA_URL)",
    ),
    "tsa.roots": (
        "时间戳机构的根证书读不出来：{path}",
        "the root certificates of the time-stamping authority cannot be read: {path}",
    ),
    "tsa.unreachable": (
        "时间戳机构没有答复：{why}",
        "the time-stamping authority did not answer: {why}",
    ),
    "tsa.refused": (
        "时间戳机构的答复不能用：{why}",
        "the time-stamping authority's answer cannot be used: {why}",
    ),
    "fetch.address": ("网址不对：{url}", "not an address that can be fetched: {url}"),
    "fetch.failed": ("取不到 {url}：{why}", "cannot fetch {url}: {why}"),
    "fetch.status": ("{url} 答复 {status}：{said}", "{url} answered {status}: {said}"),
    "fetch.too-large": ("{url} 的答复超过 {limit} 字节", "{url} answers with more than {limit} bytes"),
    "fetch.slow": (
        "{url} 在 {seconds} 秒内没有答完",
        "{url} did not finish answering within {seconds} seconds",
    ),
    "fetch.elsewhere": ("{url} 要转到别的主机去，已拒绝", "{url} redirects to another host: refused"),
}

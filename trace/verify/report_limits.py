"""What a report must say of itself: what entered late, what no witness saw, what is not shown, and how to verify."""

from __future__ import annotations

from collections.abc import Iterator

from trace.ledger.note import Note
from trace.ledger.spelling import FormatError
from trace.verify.html import both, card, facts, text, when
from trace.verify.log_names import Log
from trace.verify.manifest import Manifest
from trace.verify.remarks import late_days
from trace.verify.remarks import limits as allowed_days
from trace.verify.story import Story

_TRUST = (
    "公钥要从可信的地方得来，例如主管部门公布的，或您以前记下的，不要只信包里写的。",
    "Take the key from where you trust it, not from the bundle alone.",
)


def limits(manifest: Manifest, story: Story, log: Log, note: bytes) -> str:
    """The card that stands first: a report that hid its limits would claim more than it can."""
    told = "".join(
        f'<li>{text(chinese)}<small lang="en">{text(english)}</small></li>'
        for chinese, english in _limits(manifest, story, log, note)
    )
    head = f"<h3>{both('这份报告说明什么、不说明什么', 'What this report can and cannot show')}</h3>"
    return card(head, f'<ul class="limits">{told}</ul>', tone="blue")


def _limits(manifest: Manifest, story: Story, log: Log, note: bytes) -> Iterator[tuple[str, str]]:
    yield (
        "这一页是给人读的抄本，没有签名。能证明的是包里的条目和证明：请用下面的命令核验，核验时也会核对这一页。",
        "This page is a copy for reading and is not signed. What proves something are the entries and proofs in the "
        "bundle: verify them with the command below, which compares this page too.",
    )
    allowed = allowed_days(story)
    late = [(record.seq, days) for record in story.of("event") if (days := late_days(story, record, allowed))]
    if late:
        which = "、".join(f"#{seq}（{days} 天）" for seq, days in late[:20])
        yield (
            f"{len(late)} 条记录超过品牌规定的期限才登记：{which}{'……' if len(late) > 20 else ''}",
            f"{len(late)} records were entered later than the brand allows.",
        )
    else:
        yield "没有超过品牌规定期限才登记的记录。", "No record was entered later than the brand allows."
    yield _witnesses(manifest, story, log, note)
    hidden = sum(len(record.withheld) for record in story.records.values())
    if hidden:
        yield (
            f"{hidden} 个字段（个人信息和不公开的内容）没有放进这个包，只有摘要；其余照样可以核验。",
            f"{hidden} fields, about persons or not public, are withheld: digests stand in, and all the rest verifies.",
        )
    erased = sum(len(record.erased) for record in story.records.values())
    if erased or manifest.absent:
        yield (
            f"{erased} 个字段已依法删除，{len(manifest.absent)} 个附件已不在服务里；原来是什么无从得知。",
            f"{erased} fields were erased on lawful requests, and {len(manifest.absent)} attachments are no longer "
            "held; what they said cannot be known.",
        )
    unsigned = sum(1 for record in story.records.values() if not record.envelope.key)
    if unsigned:
        yield (
            f"{unsigned} 条早于单位签名启用，没有单位签名。",
            f"{unsigned} entries are older than the organisations' signatures and bear none.",
        )
    last = manifest.batches.get(manifest.batch, (0, 0))[1]
    yield (
        f"本批最后一条是第 {last} 条，账本当时共 {manifest.size} 条。之后有没有新的记录（例如召回），这个包说不了。",
        f"The last entry about this batch is entry {last} of {manifest.size} at the time. What came later, such as a "
        "recall, this bundle cannot say.",
    )
    yield (
        "能证明的是谁在什么时候写下了什么、之后没有改过；写下时是否属实，账本证明不了。",
        "What is proven is who wrote what and when, and that it was not changed since; not that it was true.",
    )


def _witnesses(manifest: Manifest, story: Story, log: Log, note: bytes) -> tuple[str, str]:
    try:
        signers = [one.name for one in Note.parse(note).signatures if one.name != manifest.origin]
    except FormatError:
        signers = []
    if not signers:
        return (
            "账本之外还没有见证人：除本平台外，没有第三方持有这本账的检查点。",
            "No outside witness: nobody but this platform holds a checkpoint of this log.",
        )
    size = manifest.size if manifest.witnessed is None else manifest.witnessed
    unseen = sum(1 for record in story.records.values() if record.seq >= size)
    names = "、".join(f"{log.operator(name) or name}" for name in signers[:10])
    return (
        f"{len(signers)} 个外部见证人会签了前 {size} 条：{names}。包里有 {unseen} 条在那之后，没有见证人看过。",
        f"{len(signers)} outside witnesses cosigned the first {size} entries; {unseen} entries of this "
        "bundle came later, and no witness has seen them.",
    )


def proof(manifest: Manifest, log: Log) -> str:
    """How to check all this without the platform, and with which key."""
    vkey = next((one["vkey"] for one in reversed(log.keys) if one["origin"] == manifest.origin), "")
    witness = "".join(f" --witness '{one['vkey']}'" for one in log.witnesses if not one["ended"])
    command = f"python verify.pyz BUNDLE.zip --key '{vkey}'{witness}"
    return card(
        f"<p>{both(_TRUST[0], _TRUST[1])}</p>",
        f"<pre>{text(command)}</pre>",
        facts(
            (
                (both("账本", "Log"), text(manifest.origin)),
                (both("公钥", "Key"), f"<span class=hash>{text(vkey)}</span>"),
                (both("账本条数", "Entries in the log"), str(manifest.size)),
                (both("包里的条数", "Entries in the bundle"), str(manifest.entries)),
                (both("制作时间", "Made"), when(manifest.made)),
                (both("格式", "Format"), "trace-bundle@v1"),
            )
        ),
    )

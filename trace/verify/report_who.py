"""Who stands behind a batch in a report: brand, leave to use it, organisations, keys; and the list of all entries."""

from __future__ import annotations

from trace.core.organisation import KIND_NAMES
from trace.verify.html import both, card, entry, facts, grams, table, text, when
from trace.verify.story import Record, Story

_KINDS = {str(kind): names for kind, names in KIND_NAMES.items()}


def permissions(story: Story) -> str:
    """Each brand with its rules in force, and who was authorised to use it."""
    rules, leaves = story.by("brand_rule", "brand_id"), story.by("authorisation", "brand_id")
    return "".join(
        _brand(
            story, brand, rules.get(brand.envelope.subject_id, []), leaves.get(brand.envelope.subject_id, [])
        )
        for brand in story.of("brand")
    )


def _brand(story: Story, brand: Record, rules: list[Record], leaves: list[Record]) -> str:
    owner = story.get("organisation", brand.number("owner_id"))
    ended = story.by("authorisation_revocation", "authorisation_id")
    rows = []
    for leave in leaves:
        holder = story.get("organisation", leave.number("organisation_id"))
        end = next(iter(ended.get(leave.envelope.subject_id, ())), None)
        rows.append(
            (
                text(holder.text("name")) if holder else "",
                f"{text(leave.text('valid_from'))} – {text(leave.text('valid_to'))}",
                grams(leave.number("quota_g")),
                f"{text(end.text('revoked_on'))} {text(end.text('reason'))} {entry(end.seq)}" if end else "",
                entry(leave.seq),
            )
        )
    heads = (both("授权给", "Holder"), both("期限", "Valid"), both("额度", "Quota"),
             both("撤销", "Revoked"), both("条目", "Entry"))  # fmt: skip
    return card(
        f'<div class="line"><h3>{text(brand.text("name"))}</h3>{entry(brand.seq)}</div>',
        facts(
            (
                (both("持有人", "Owner"), text(owner.text("name")) if owner else ""),
                (both("地理标志", "GI notice"), text(brand.text("gi_notice"))),
                (
                    both("规则版次", "Editions of rules"),
                    "、".join(f"{one.number('edition') or 0} {entry(one.seq)}" for one in rules),
                ),
            )
        ),
        table(heads, rows),
    )


def who(story: Story) -> str:
    """Every organisation that is named."""
    heads = (both("名称", "Name"), both("类型", "Kind"), both("信用代码", "Credit code"),
             both("地址", "Address"), both("条目", "Entry"))  # fmt: skip
    return table(
        heads,
        (
            (
                text(one.text("name")),
                both(*_KINDS[one.text("kind")]) if one.text("kind") in _KINDS else text(one.text("kind")),
                text(one.text("credit_code")),
                text(one.text("address") or one.text("township")),
                entry(one.seq),
            )
            for one in story.of("organisation")
        ),
    )


def keys(story: Story) -> str:
    """Every key that could have signed, from when until when."""
    ends = story.by("signing_key_status", "key_id")
    heads = (both("编号", "Key"), both("属于", "Of"), both("公钥", "Public key"), both("启用", "Made"),
             both("停用", "Ended"), both("条目", "Entry"))  # fmt: skip
    words = {"retired": both("停用", "retired"), "revoked": both("作废", "revoked")}
    rows = []
    for key in story.of("signing_key"):
        holder = story.get("organisation", key.number("organisation_id"))
        ended = "；".join(
            f"{words.get(one.text('status'), '')} {when(one.text('effective_at'))} {entry(one.seq)}"
            for one in ends.get(key.envelope.subject_id, ())
        )
        rows.append(
            (
                f"{key.envelope.subject_id:05d}",
                text(holder.text("name")) if holder else "",
                f"<span class=hash>{text(key.text('public_key')[:16])}…</span>",
                when(key.text("created_at")),
                ended,
                entry(key.seq),
            )
        )
    return table(heads, rows)


def log_of_entries(story: Story) -> str:
    """The list of all entries, folded."""
    heads = (both("条目", "Entry"), both("种类", "Kind"), both("记录", "Record"), both("发生", "Occurred"),
             both("入账", "Entered"), both("密钥", "Key"))  # fmt: skip
    rows = (
        (
            entry(one.seq),
            text(one.envelope.kind),
            text(f"{one.envelope.subject} {one.envelope.subject_id}"),
            when(one.envelope.occurred) if one.envelope.occurred else "",
            when(one.envelope.recorded),
            text(one.envelope.key),
        )
        for one in story.records.values()
    )
    return f"<details><summary>{both(f'全部 {len(story.records)} 条', 'all entries')}</summary>{table(heads, rows)}</details>"

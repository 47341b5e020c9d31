"""report.html: a bundle's records for people to read. One page, no script, nothing from outside.

It is a function of what is in the bundle, so a verifier of the same edition writes the same page, letter for letter,
and finds one that says something else.
"""

from __future__ import annotations

import hashlib
from functools import cache

from trace.core.certificate import TEMPLATES
from trace.core.organisation import KIND_NAMES
from trace.core.stage import Fact
from trace.core.stages import STAGES
from trace.verify.html import both, card, entry, facts, grams, plain, section, text, when
from trace.verify.log_names import Log
from trace.verify.manifest import Manifest
from trace.verify.report_chain import chain, tests
from trace.verify.report_family import family
from trace.verify.report_labels import certificates, labels
from trace.verify.report_limits import limits, proof
from trace.verify.report_stops import erasures, stops
from trace.verify.report_who import keys, log_of_entries, permissions, who
from trace.verify.story import Record, Story
from trace.verify.style import css

LAYOUT = 1  # one more whenever the page says or shows something else for the same bundle


@cache
def edition() -> str:
    """What decides the page besides the bundle: layout, style, and the names of stages, facts, kinds and bases."""
    words = [repr([_named(stage.facts), stage.key, stage.zh, stage.en]) for stage in STAGES.values()]
    words += [repr(sorted(KIND_NAMES.items())), repr([one.bases for one in TEMPLATES.values()])]
    return hashlib.sha256(f"{LAYOUT}\n{css()}\n{words!r}".encode()).hexdigest()[:16]


def _named(known: tuple[Fact, ...]) -> list[tuple[object, ...]]:
    return [(one.key, one.zh, one.en, one.unit, one.choices, _named(one.columns)) for one in known]


def render(manifest: Manifest, story: Story, log: Log, note: bytes) -> str:
    """The page; `note` is the checkpoint with the most cosignatures, of which nothing is believed here but names."""
    batch = story.batches.get(manifest.batch)
    title = f"{manifest.batch} 证据包报告 Evidence report"
    parts = (
        _head(manifest, story, batch),
        limits(manifest, story, log, note),
        section("facts", both("批次和单位", "Batch and organisation"), _facts(story, batch) if batch else ""),
        section("family", both("来源和去向", "Ancestry and descent"), family(manifest, story)),
        section("tests", both("检测", "Tests"), tests(story)),
        section("certificates", both("承诺达标合格证", "Certificates of conformity"), certificates(story)),
        section("chain", both("全部记录", "The chain of records"), chain(story)),
        section("labels", both("标签", "Labels"), labels(story)),
        section("erasures", both("依法删除", "Erased on lawful request"), erasures(story)),
        section("permissions", both("品牌和授权", "Brand and authorisations"), permissions(story)),
        section("who", both("主体", "Organisations"), who(story)),
        section("keys", both("签名密钥", "Signing keys"), keys(story)),
        section("proof", both("怎样核验", "How to verify"), proof(manifest, log)),
        section("entries", both("账本条目", "Entries of the log"), log_of_entries(story)),
    )
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{plain(title)}</title>"
        f"<style>\n{css()}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def _head(manifest: Manifest, story: Story, batch: Record | None) -> str:
    product = story.get("product", batch.number("product_id")) if batch else None
    brand = story.get("brand", product.number("brand_id")) if product else None
    named = " ".join(
        one for one in (brand.text("name") if brand else "", product.text("name") if product else "") if one
    )
    return (
        f'<header><p class="over">{both("追溯证据包报告", "Traceability evidence report")}</p>'
        f"<h1>{text(named)}</h1><p>{both('批次', 'Batch')} <strong>{text(manifest.batch)}</strong></p></header>"
        + stops(story, manifest.batch)
    )


def _facts(story: Story, batch: Record) -> str:
    product = story.get("product", batch.number("product_id"))
    brand = story.get("brand", product.number("brand_id")) if product else None
    owner = story.get("organisation", batch.number("organisation_id"))
    plot = story.get("plot", batch.number("plot_id"))
    where = (
        f"{plot.text('township')}{plot.text('village')} {plot.text('name')}（{plot.text('code')}）"
        if plot
        else ""
    )
    return card(
        facts(
            (
                (both("产品", "Product"), text(product.text("name")) if product else ""),
                (both("品牌", "Brand"), text(brand.text("name")) if brand else ""),
                (both("等级", "Grade"), text(batch.text("grade"))),
                (both("开始日期", "Begun on"), text(batch.text("started_on"))),
                (both("开始时重量", "Opening weight"), grams(batch.number("quantity_g") or None)),
                (both("地块", "Plot"), text(where)),
                (both("主体", "Organisation"), text(owner.text("name")) if owner else ""),
                (both("信用代码", "Credit code"), text(owner.text("credit_code")) if owner else ""),
                (both("建批入账", "Entered"), f"{when(batch.envelope.recorded)} {entry(batch.seq)}"),
            )
        )
    )

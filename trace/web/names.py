"""What fields of forms, roles and kinds of organisations are called in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from flask import Flask

from trace.core import organisation
from trace.core.stage import Fact
from trace.core.stages import STAGES
from trace.web.i18n import lang

Names = tuple[str, str]

_COMMON: dict[str, Names] = {
    "username": ("用户名", "User name"),
    "display_name": ("姓名", "Name"),
    "role": ("岗位", "Role"),
    "organisation": ("单位", "Organisation"),
    "kind": ("类型", "Kind"),
    "name": ("名称", "Name"),
    "name_en": ("英文名称", "Name in English"),
    "credit_code": ("统一社会信用代码", "Unified social credit code"),
    "region_code": ("行政区划代码", "Division code"),
    "township": ("乡镇", "Township"),
    "village": ("村", "Village"),
    "address": ("地址", "Address"),
    "phone": ("电话", "Telephone"),
    "product": ("产品", "Product"),
    "plot": ("地块", "Plot"),
    "batch": ("批次", "Batch"),
    "number": ("批次号", "Batch number"),
    "quantity": ("重量", "Weight"),
    "area_mu": ("面积（亩）", "Area (mu)"),
    "count": ("数量", "Number"),
    "stock": ("标签纸", "Label stock"),
    "stage": ("环节", "Stage"),
    "occurred": ("发生时间", "When"),
    "source": ("来源", "Source"),
    "destination": ("去向", "Destination"),
    "reason": ("原因", "Reason"),
    "note": ("备注", "Note"),
}


def _all(facts: tuple[Fact, ...]) -> Iterator[Fact]:
    for fact in facts:
        yield fact
        yield from _all(fact.columns)


@lru_cache(maxsize=1)
def _known() -> dict[str, Names]:
    """Stage facts by key, after them what forms have in common."""
    facts = {fact.key: (fact.zh, fact.en) for stage in STAGES.values() for fact in _all(tuple(stage.facts))}
    return facts | _COMMON


def field_name(name: str) -> str:
    """The field's name in the reader's language; as it stands in the form if nobody has named it."""
    key = re.split(r"[.\-\[\]:]+", name.rstrip("]-"))[-1]
    found = _known().get(name) or _known().get(key)
    return found[lang() == "en"] if found else name


def role_name(role: str) -> str:
    """The role in the reader's language."""
    return organisation.role_name(role, lang())


def kind_name(kind: str) -> str:
    """The kind of organisation in the reader's language."""
    return organisation.kind_name(kind, lang())


def init_app(app: Flask) -> None:
    """Register the filters under their own names."""
    for function in (field_name, role_name, kind_name):
        app.jinja_env.filters[function.__name__] = function

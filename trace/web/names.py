"""What fields of forms, roles and kinds of organisations are called in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from flask import Flask

from trace.core import organisation
from trace.core.stage import Fact
from trace.core.stages import STAGES
from trace.web.i18n import either, lang

Names = tuple[str, str]

_COMMON: dict[str, Names] = {
    "username": ("用户名", "User name"),
    "display_name": ("姓名", "Name"),
    "role": ("岗位", "Role"),
    "organisation": ("单位", "Organisation"),
    "kind": ("类型", "Kind"),
    "code": ("编号", "Code"),
    "name": ("名称", "Name"),
    "name_en": ("英文名称", "Name in English"),
    "credit_code": ("统一社会信用代码", "Unified social credit code"),
    "region_code": ("行政区划代码", "Division code"),
    "township": ("乡镇", "Township"),
    "village": ("村", "Village"),
    "address": ("地址", "Address"),
    "phone": ("电话", "Telephone"),
    "area_mu": ("面积（亩）", "Area (mu)"),
    "product": ("产品", "Product"),
    "grade": ("等级", "Grade"),
    "plot": ("地块", "Plot"),
    "batch": ("批次", "Batch"),
    "number": ("批次号", "Batch number"),
    "quantity": ("重量", "Weight"),
    "quantity_unit": ("重量单位", "Unit of weight"),
    "unit": ("重量单位", "Unit of weight"),
    "loss": ("损耗", "Loss"),
    "started_on": ("开始日期", "First day"),
    "occurred_on": ("日期", "Day"),
    "occurred_at": ("时间", "When"),
    "source": ("来源", "Source"),
    "destination": ("去向", "Destination"),
    "place": ("地点", "Place"),
    "origin": ("产地", "Origin"),
    "promisor": ("承诺主体", "Promisor"),
    "contact": ("联系方式", "Contact"),
    "bases": ("承诺依据", "Basis"),
    "issued_on": ("开具日期", "Day of issue"),
    "count": ("枚数", "Number of labels"),
    "stock": ("标签纸", "Label stock"),
    "start_cell": ("从第几格", "First cell"),
    "dpi": ("打印机分辨率", "Printer resolution"),
    "first": ("从第几枚", "From label"),
    "last": ("到第几枚", "To label"),
    "old_first": ("坏的从第几枚", "Spoilt from label"),
    "old_last": ("坏的到第几枚", "Spoilt to label"),
    "old_reason": ("怎么坏的", "How they were spoilt"),
    "replaces": ("补哪一批", "In place of run"),
    "carton_run": ("箱标的印制批", "Run of the carton labels"),
    "content_run": ("要装的印制批", "Run to be packed"),
    "content_first": ("装的从第几枚", "Packed from label"),
    "content_last": ("装的到第几枚", "Packed to label"),
    "per_carton": ("每箱枚数", "Labels in each carton"),
    "carton": ("箱码", "Code of the carton"),
    "first_code": ("第一枚的码", "Code of the first label"),
    "last_code": ("最后一枚的码", "Code of the last label"),
    "level": ("箱标种类", "Kind of carton label"),
    "what": ("内容", "Content"),
    "x": ("离左边", "From left"),
    "y": ("离上边", "From top"),
    "width": ("宽", "Width"),
    "height": ("高", "Height"),
    "size": ("字高", "Type size"),
    "align": ("对齐", "Alignment"),
    "heavy": ("粗体", "Bold"),
    "framed": ("加框", "Framed"),
    "colour": ("颜色", "Colour"),
    "text": ("文字", "Words"),
    "add": ("再加一项", "Add"),
    "picture": ("品牌图片", "Brand's picture"),
    "reason": ("原因", "Reason"),
    "withdraw_reason": ("撤回原因", "Reason for withdrawal"),
    "advice": ("处理办法", "Advice"),
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


def _key(name: str) -> str:
    """The last part of a field's name: "dose" of `facts.inputs.0.dose`."""
    return name.rsplit(".", 1)[-1]


def field_name(name: str) -> str:
    """The field's name in the reader's language; as it stands in the form if nobody has named it."""
    found = _known().get(_key(name))
    return either(*found) if found else name


def field_value(value: str, name: str) -> str:
    """What was chosen, in the reader's language, where the field is a choice of stage facts, kinds or roles."""
    key = _key(name)
    found = _choices().get((key, value))
    return either(*found) if found else value


@lru_cache(maxsize=1)
def _choices() -> dict[tuple[str, str], Names]:
    facts = (fact for stage in STAGES.values() for fact in _all(tuple(stage.facts)))
    return {
        **{(fact.key, choice.key): (choice.zh, choice.en) for fact in facts for choice in fact.choices},
        **{("kind", kind.value): names for kind, names in organisation.KIND_NAMES.items()},
        **{("role", role.value): names for role, names in organisation.ROLE_NAMES.items()},
        **{("stage", stage.key): (stage.zh, stage.en) for stage in STAGES.values()},
    }


def role_name(role: str) -> str:
    """The role in the reader's language."""
    return organisation.role_name(role, lang())


def kind_name(kind: str) -> str:
    """The kind of organisation in the reader's language."""
    return organisation.kind_name(kind, lang())


def init_app(app: Flask) -> None:
    """Register the filters under their own names."""
    for function in (field_name, field_value, role_name, kind_name):
        app.jinja_env.filters[function.__name__] = function

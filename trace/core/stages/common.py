"""Facts, columns and checks that several stages share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from trace.core import pesticide, region
from trace.core.errors import InvalidInput, TraceError
from trace.core.stage import Choice, Fact

NOTE = Fact(
    "note",
    "备注",
    "Remarks",
    "longtext",
    max_length=1000,
    help_zh="还有什么要说明的。会公开，请不要写电话和姓名。",
    help_en="Anything else. This is public: no phone numbers or names.",
)


def worker(zh: str = "操作人", en: str = "Done by") -> Fact:
    """The person who did the work; the public sees the family name only."""
    return Fact(
        "worker",
        zh,
        en,
        "text",
        max_length=40,
        personal=True,
        mask="person",
        help_zh="公开页面只显示姓。",
        help_en="The public page shows the family name only.",
    )


def phone(key: str, zh: str, en: str) -> Fact:
    """A phone number: kept for tracing, never shown to the public."""
    return Fact(
        key,
        zh,
        en,
        "text",
        max_length=30,
        public=False,
        personal=True,
        mask="phone",
        help_zh="不公开。",
        help_en="Not public.",
    )


def price(zh: str = "单价", en: str = "Price") -> Fact:
    """A price in yuan per kg: the organisation's own, never public."""
    return Fact(
        "price",
        zh,
        en,
        "decimal",
        unit="元/kg",
        minimum=0,
        maximum=1_000_000,
        public=False,
        help_zh="可不填，不公开。",
        help_en="Optional, not public.",
    )


def temperature(key: str, zh: str, en: str) -> Fact:
    """A temperature in °C, from deep freezer to roasting drum."""
    return Fact(key, zh, en, "decimal", unit="℃", minimum=-80, maximum=300, places=1)


def humidity() -> Fact:
    """Relative humidity in per cent."""
    return Fact("humidity", "湿度", "Humidity", "decimal", unit="%", minimum=0, maximum=100, places=1)


def region_rule(value: str, field: str) -> str:
    """The `rule` of a fact that holds an administrative division code."""
    return region.check(value, field)


def registration_rule(value: str, field: str) -> str:
    """The `rule` of a registration number: one form, capital letters without blanks."""
    return value.upper().replace(" ", "")


def waybill_rule(value: str, field: str) -> str:
    """The `rule` of a waybill number: one form, so that each counts once; InvalidInput event.waybill."""
    plain = "".join(letter for letter in value.upper() if letter not in " -")
    if not _WAYBILL.fullmatch(plain):
        raise InvalidInput("event.waybill", field)
    return plain


def plate_rule(value: str, field: str) -> str:
    """The `rule` of a vehicle plate: one form, capital letters without blanks and points."""
    return "".join(letter for letter in value.upper() if letter not in " ·•.-")


_WAYBILL = re.compile(r"[0-9A-Z]{6,40}")

SOWING_INPUTS = (
    Choice("pesticide", "农药", "Pesticide"),
    Choice("fertiliser", "肥料", "Fertiliser"),
    Choice("seed", "种子种苗", "Seed or seedlings"),
    Choice("film", "农膜", "Film"),
    Choice("other", "其他", "Other"),
)
FARM_INPUTS = (
    Choice("feed", "饲料", "Feed"),
    Choice("drug", "兽药（渔药）", "Veterinary drug"),
    Choice("vaccine", "疫苗", "Vaccine"),
    Choice("disinfectant", "消毒剂", "Disinfectant"),
    Choice("young", "苗种", "Young stock"),
    Choice("other", "其他", "Other"),
)


def input_columns(kinds: tuple[Choice, ...], *, number_zh: str, number_en: str) -> tuple[Fact, ...]:
    """The columns of one input used (农业投入品): what the law's production record asks for."""
    return (
        Fact("kind", "种类", "Kind", "choice", required=True, choices=kinds),
        Fact(
            "name",
            "名称",
            "Name",
            "text",
            required=True,
            max_length=60,
            help_zh="照标签写，例如“50% 啶酰菌胺水分散粒剂”。",
            help_en="As on the label.",
        ),
        Fact(
            "registration",
            number_zh,
            number_en,
            "text",
            max_length=40,
            rule=registration_rule,
            help_zh="标签上有，例如 PD 开头的号。",
            help_en="On the label, for example beginning with PD.",
        ),
        Fact(
            "ingredients",
            "有效成分",
            "Active ingredients",
            "text",
            max_length=120,
            help_zh="几种成分用顿号隔开。",
            help_en="Separate several with commas.",
        ),
        Fact(
            "source",
            "来源",
            "Bought from",
            "text",
            max_length=80,
            help_zh="在哪里买的。",
            help_en="The seller.",
        ),
        Fact(
            "usage",
            "用法",
            "Use",
            "text",
            max_length=60,
            help_zh="例如：喷雾、灌根、拌料。",
            help_en="Spray, drench…",
        ),
        Fact(
            "dose",
            "用量",
            "Dose",
            "text",
            max_length=40,
            help_zh="例如：30 克/亩。",
            help_en="For example 30 g per mu.",
        ),
        Fact("first_day", "使用日期", "First day", "date"),
        Fact(
            "last_day",
            "停用日期",
            "Last day",
            "date",
            help_zh="只用一天就与使用日期相同。",
            help_en="The same for one day.",
        ),
        Fact(
            "uses",
            "使用次数",
            "Uses",
            "integer",
            minimum=1,
            maximum=60,
            help_zh="不填算一次。",
            help_en="Blank is one.",
        ),
        Fact("target", "防治对象", "Against", "text", max_length=60),
    )


def in_order(first: str, last: str, code: str) -> Callable[[Mapping[str, object]], Iterator[TraceError]]:
    """A check that fact `last` does not lie before or below `first`: dates, moments or decimals."""

    def check(facts: Mapping[str, object]) -> Iterator[TraceError]:
        if not ascending(facts, first, last):
            yield InvalidInput(code, f"facts.{last}")

    return check


def ascending(facts: Mapping[str, object], first: str, last: str) -> bool:
    """Whether both values, where present, are in order."""
    low, high = facts.get(first), facts.get(last)
    if not isinstance(low, str) or not isinstance(high, str):
        return True
    try:
        return Decimal(low) <= Decimal(high)
    except ArithmeticError:
        # ISO days and moments order as text.
        return low <= high


def rows(facts: Mapping[str, object], key: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """The rows of a fact with their numbers; nothing where there are none."""
    value = facts.get(key)
    if isinstance(value, list):
        yield from enumerate(value)


def check_inputs(facts: Mapping[str, object]) -> Iterator[TraceError]:
    """Refuse an input whose last day precedes its first, an incomplete pesticide entry, a banned one."""
    for number, row in rows(facts, "inputs"):
        where = f"facts.inputs.{number}"
        if not ascending(row, "first_day", "last_day"):
            yield InvalidInput("event.days-reversed", f"{where}.last_day")
        substance = pesticide.banned(row)
        if substance:
            params = {"name": str(row.get("name")), "substance": substance}
            yield InvalidInput("event.input-banned", f"{where}.name", **params)
        if pesticide.is_treatment(row):
            for column in pesticide.missing(row):
                yield InvalidInput("event.input-incomplete", f"{where}.{column}", name=str(row.get("name")))
            known = not pesticide.is_pesticide(row) or not row.get("registration")
            if not known and not pesticide.valid_registration(str(row["registration"])):
                yield InvalidInput("event.registration", f"{where}.registration")

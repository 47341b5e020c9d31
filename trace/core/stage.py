"""A stage (环节) of the chain and its facts, as data: forms, checks, pages and exports read these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from trace.core import dates, languages, masking
from trace.core.errors import TraceError

Kind = Literal["text", "longtext", "integer", "decimal", "date", "datetime", "choice", "rows", "yesno"]
Mask = Literal["", "phone", "plate", "person"]
Quantity = Literal["none", "optional", "required"]
FactValue = str | int | bool | list[dict[str, str | int | bool]]
Facts = dict[str, FactValue]
Row = Mapping[str, str | int | bool]
Check = Callable[[Mapping[str, object]], Iterable[TraceError]]

MAX_ROWS = 50

_UNITS_EN = {"亩": "mu", "天": "days", "小时": "h", "元/kg": "CNY/kg", "℃": "°C"}


@dataclass(frozen=True)
class Choice:
    """One of the answers a fact allows."""

    key: str
    zh: str
    en: str

    def title(self, lang: str = "zh") -> str:
        """The answer in a language, by its tag."""
        return languages.said(lang, self.zh, self.en)


@dataclass(frozen=True)
class Fact:
    """One thing a stage records. `minimum`, `maximum`, `places` (decimals) bound numbers, `max_length` text.

    `public` facts stand on the scan page, there masked by `mask`; `personal` ones are about a person and can
    be erased. `rule` checks and normalises a text further: (value, field) → value. `columns` are the facts of
    a row.
    """

    key: str
    zh: str
    en: str
    kind: Kind
    required: bool = False
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    places: int = 2
    max_length: int = 100
    public: bool = True
    personal: bool = False
    mask: Mask = ""
    columns: tuple[Fact, ...] = ()
    rule: Callable[[str, str], str] | None = None
    help_zh: str = ""
    help_en: str = ""

    def title(self, lang: str = "zh") -> str:
        """The fact's name in a language, by its tag."""
        return languages.said(lang, self.zh, self.en)

    def help(self, lang: str = "zh") -> str:
        """One line that says what to write; "" if the name says it."""
        return languages.said(lang, self.help_zh, self.help_en)

    def unit_title(self, lang: str = "zh") -> str:
        """The unit in a language, by its tag; "" if it has none."""
        return languages.said(lang, self.unit, _UNITS_EN.get(self.unit, self.unit))

    def choice(self, key: str) -> Choice:
        """The answer with this key; KeyError if there is none."""
        for option in self.choices:
            if option.key == key:
                return option
        raise KeyError(key)


@dataclass(frozen=True)
class Stage:
    """One stage of the chain: its facts, who may record it, what it asks about place and weight.

    `places` names the kinds of place it happens at (plot, site, from, to); `epcis` is the EPCIS 2.0 event
    type and CBV business step it is exported as; `checks` look at several facts together.
    """

    key: str
    zh: str
    en: str
    icon: str
    facts: tuple[Fact, ...]
    help_zh: str
    help_en: str
    org_kinds: frozenset[str]
    places: tuple[str, ...]
    epcis: tuple[str, str]
    quantity: Quantity = "none"
    needs_source: bool = False
    needs_destination: bool = False
    source_zh: str = "来源"
    source_en: str = "From"
    destination_zh: str = "去向"
    destination_en: str = "To"
    checks: tuple[Check, ...] = ()

    def title(self, lang: str = "zh") -> str:
        """The stage's name in a language, by its tag."""
        return languages.said(lang, self.zh, self.en)

    def help(self, lang: str = "zh") -> str:
        """One line that says when to record this stage."""
        return languages.said(lang, self.help_zh, self.help_en)

    def source_title(self, lang: str = "zh") -> str:
        """What this stage calls its source 来源."""
        return languages.said(lang, self.source_zh, self.source_en)

    def destination_title(self, lang: str = "zh") -> str:
        """What this stage calls its destination 去向."""
        return languages.said(lang, self.destination_zh, self.destination_en)

    def fact(self, key: str) -> Fact:
        """The fact with this key; KeyError if there is none."""
        return _find(self.facts, key)


def label_of(stage: Stage, field: str, lang: str = "zh") -> str:
    """Name the input an error is about: "facts.inputs.2.dose" → "投入品 第 3 行 用量"; "" for others."""
    parts = field.split(".")
    if len(parts) < 2 or parts[0] != "facts":
        return ""
    try:
        fact = stage.fact(parts[1])
        words = [fact.title(lang)]
        if len(parts) > 2:
            row = int(parts[2]) + 1
            words.append(languages.said(lang, "第 {row} 行", "row {row}").format(row=row))
        if len(parts) > 3:
            words.append(_find(fact.columns, parts[3]).title(lang))
    except (KeyError, ValueError):
        return ""
    return " ".join(words)


def show_value(fact: Fact, value: FactValue, lang: str = "zh") -> str:
    """Write one recorded value for people: choices by name, moments in China's time, numbers with unit."""
    if fact.kind == "choice":
        return fact.choice(str(value)).title(lang)
    if fact.kind == "yesno":
        return languages.said(lang, "是", "Yes") if value else languages.said(lang, "否", "No")
    if fact.kind == "rows":
        raise ValueError("rows are shown column by column")
    if fact.kind == "datetime":
        return f"{dates.parse_moment(value, fact.key).astimezone(dates.SHANGHAI):%Y-%m-%d %H:%M}"
    return f"{value} {fact.unit_title(lang)}".rstrip()


def public_facts(stage: Stage, facts: Mapping[str, FactValue]) -> Facts:
    """What the public may see of recorded facts: private ones left out, plates, names, phones masked."""
    return _public(stage.facts, facts)


def without_personal(stage: Stage, facts: Mapping[str, FactValue]) -> Facts:
    """The facts with everything about a person left out: what stays after an erasure (删除个人信息)."""
    kept: Facts = {}
    for fact in stage.facts:
        if fact.key not in facts or fact.personal:
            continue
        value = facts[fact.key]
        if isinstance(value, list):
            gone = {column.key for column in fact.columns if column.personal}
            value = [{key: cell for key, cell in row.items() if key not in gone} for row in value]
        kept[fact.key] = value
    return kept


def _public(known: tuple[Fact, ...], facts: Mapping[str, FactValue]) -> Facts:
    shown: Facts = {}
    for fact in known:
        if not fact.public or fact.key not in facts:
            continue
        value = facts[fact.key]
        if isinstance(value, list):
            shown[fact.key] = [
                {key: cell for key, cell in _public(fact.columns, row).items() if not isinstance(cell, list)}
                for row in value
            ]
        elif isinstance(value, str) and fact.kind in ("text", "longtext"):
            shown[fact.key] = _masked(fact.mask, value)
        else:
            shown[fact.key] = value
    return shown


def _masked(mask: Mask, value: str) -> str:
    if mask == "phone":
        return masking.phone(value)
    if mask == "plate":
        return masking.plate(value)
    if mask == "person":
        return masking.person(value)
    # Free text: people put phone numbers into remarks whatever the form says.
    return masking.phones_in(value)


def _find(facts: Iterable[Fact], key: str) -> Fact:
    for fact in facts:
        if fact.key == key:
            return fact
    raise KeyError(key)

"""Pesticide rules (农药使用): complete entries, registered crop, banned substances, interval, uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from trace.core import languages
from trace.core.messages import MESSAGES

BANNED_EDITION = "2026-11-22"
"""The day on which BANNED was last put together."""

_LONG_BANNED = (
    "六六六 滴滴涕 毒杀芬 二溴氯丙烷 杀虫脒 二溴乙烷 除草醚 艾氏剂 狄氏剂 汞制剂 砷类 铅类 "
    "敌枯双 氟乙酰胺 甘氟 毒鼠强 氟乙酸钠 毒鼠硅 甲胺磷 对硫磷 甲基对硫磷 久效磷 磷胺 苯线磷 "
    "地虫硫磷 甲基硫环磷 磷化钙 磷化镁 磷化锌 硫线磷 蝇毒磷 治螟磷 特丁硫磷 氯磺隆 胺苯磺隆 "
    "甲磺隆 福美胂 福美甲胂 三氯杀螨醇 林丹 硫丹 溴甲烷 氟虫胺 杀扑磷 百草枯 2,4-滴丁酯"
)
BANNED: dict[str, date | None] = {
    **dict.fromkeys(_LONG_BANNED.split()),
    **dict.fromkeys(("甲拌磷", "甲基异柳磷", "水胺硫磷", "灭线磷"), date(2024, 9, 1)),
    **dict.fromkeys(("氧乐果", "克百威", "灭多威", "涕灭威"), date(2026, 6, 1)),
}
"""Substances whose use is forbidden (禁止使用的农药) and since when (None: for years).

A net under the clerk, not the law: the list that the authority (农业农村部) publishes rules, and it grows.
"""

# Other substances whose names only contain a banned one's.
_NOT_MEANT = ("硫双灭多威", "丁硫克百威", "碘甲磺隆")
# The list bans these whole families; no other pesticide's name has the character.
_FAMILIES = {"汞": "汞制剂", "砷": "砷类", "胂": "砷类", "铅": "铅类"}
_LATIN = {"ddt": "滴滴涕", "bhc": "六六六", "hch": "六六六", "paraquat": "百草枯", "methamidophos": "甲胺磷"}
_SPACE = re.compile(r"[\s·•・.,，。()（）\-－—_/]+")
# 草莓（保护地）: labels add where the crop grows.
_PLACE = re.compile(r"[(（][^()（）]*[)）]")
_SEPARATORS = re.compile(r"[、，,;；/|+＋\n]+")

PESTICIDE = "pesticide"
DRUG = "drug"
REQUIRED = ("name", "registration", "source", "usage", "dose", "first_day", "last_day")
"""What an entry must say: the production record (生产记录) of 农产品质量安全法, and 登记证号."""

_REGISTRATION = re.compile(r"(?:PD|PDN|WP|WPN|LS|WL)[0-9]{1,10}(?:-[0-9]{1,4})?(?:F[0-9]{2,8})?")


@dataclass(frozen=True)
class Finding:
    """One broken rule about row `row` of the inputs. `overridable`: a named person may let it pass."""

    code: str
    row: int
    column: str
    params: dict[str, str | int] = field(default_factory=dict)
    overridable: bool = False

    def message(self, lang: str = "zh") -> str:
        """The finding in a language, by its tag."""
        return languages.said(lang, *MESSAGES[self.code]).format_map(self.params)


def is_pesticide(row: Mapping[str, object]) -> bool:
    """Whether an input row is a pesticide; fertiliser, seed and others follow no interval."""
    return row.get("kind") == PESTICIDE


def is_treatment(row: Mapping[str, object]) -> bool:
    """Whether an input row is a pesticide or a veterinary drug (兽药): both leave residues."""
    return row.get("kind") in (PESTICIDE, DRUG)


def missing(row: Mapping[str, object]) -> list[str]:
    """The columns that a complete entry of a pesticide or drug still lacks."""
    return [column for column in REQUIRED if not row.get(column)]


def ingredients(row: Mapping[str, object]) -> list[str]:
    """The active ingredients (有效成分) of a row; its name where none are stated."""
    stated = str(row.get("ingredients") or row.get("name") or "")
    return [part.strip() for part in _SEPARATORS.split(stated) if part.strip()]


def banned(row: Mapping[str, object]) -> str | None:
    """The banned substance that a row names, on the day of its last use; None if there is none.

    Rows of every kind: fertiliser is sold with pesticide in it (药肥).
    """
    used = _day(row.get("last_day")) or _day(row.get("first_day"))
    words = _SPACE.sub("", f"{row.get('name') or ''}|{row.get('ingredients') or ''}").lower()
    for other in _NOT_MEANT:
        words = words.replace(other, "")
    for latin, chinese in _LATIN.items():
        if re.search(rf"(?<![a-z]){latin}(?![a-z])", words):
            return chinese
    for character, family in _FAMILIES.items():
        if is_pesticide(row) and character in words:
            return family
    # The longest name first, so that 甲基对硫磷 is not reported as 对硫磷.
    for name in sorted(BANNED, key=len, reverse=True):
        since = BANNED[name]
        if _SPACE.sub("", name) in words and (since is None or used is None or used >= since):
            return name
    return None


def check_inputs(
    inputs: Sequence[Mapping[str, object]], crop: str, harvest_date: date | None
) -> list[Finding]:
    """Check all input rows of one batch, over all its events; [] if every rule holds.

    `crop` is the batch's crop as labels name it (草莓); without `harvest_date` the interval is left out.
    """
    findings: list[Finding] = []
    uses: defaultdict[str, int] = defaultdict(int)
    for number, row in enumerate(inputs):
        name = str(row.get("name") or "")
        substance = banned(row)
        if substance:
            params: dict[str, str | int] = {"name": name, "substance": substance}
            findings.append(Finding("event.input-banned", number, "name", params))
        if not is_treatment(row):
            continue
        findings += [
            Finding("event.input-incomplete", number, column, {"name": name}) for column in missing(row)
        ]
        findings += _interval(number, row, name, harvest_date)
        if not is_pesticide(row):
            continue
        crops = _crops(row)
        if not crops:
            findings.append(Finding("event.input-crop-unstated", number, "crops", {"name": name}))
        elif _PLACE.sub("", crop.strip()) not in crops:
            findings.append(Finding("event.input-crop", number, "crops", {"name": name, "crop": crop}))
        findings += _uses(number, row, name, uses)
    return findings


def used_ingredients(inputs: Iterable[Mapping[str, object]]) -> set[str]:
    """Every active ingredient of pesticides and drugs: what a test behind a certificate must look for."""
    return {ingredient for row in inputs if is_treatment(row) for ingredient in ingredients(row)}


def valid_registration(value: str) -> bool:
    """Whether a 农药登记证号 has one of the known shapes: PD20100001, WP…, LS…"""
    return _REGISTRATION.fullmatch(value.strip().upper().replace(" ", "")) is not None


def _interval(number: int, row: Mapping[str, object], name: str, harvest: date | None) -> list[Finding]:
    last, days = _day(row.get("last_day")), row.get("interval_days")
    first = _day(row.get("first_day")) or last
    # What was used only after this picking concerns the next one.
    if harvest is None or last is None or first is None or first > harvest:
        return []
    if not isinstance(days, int):
        code = "event.input-interval-unstated" if is_pesticide(row) else "event.input-withdrawal-unstated"
        return [Finding(code, number, "interval_days", {"name": name})]
    # Used from before the picking until after it: the last day before it is unknown, the worst counts.
    last = min(last, harvest)
    if last + timedelta(days=days) <= harvest:
        return []
    earliest = (last + timedelta(days=days)).isoformat()
    params: dict[str, str | int] = {"name": name, "days": days, "earliest": earliest}
    code = "event.input-interval" if is_pesticide(row) else "event.input-withdrawal"
    return [Finding(code, number, "last_day", params, overridable=True)]


def _uses(number: int, row: Mapping[str, object], name: str, uses: defaultdict[str, int]) -> list[Finding]:
    """Add this row's uses to its product's, by registration number, and compare with the maximum."""
    product = _SPACE.sub("", str(row.get("registration") or name)).upper()
    stated = row.get("uses")
    uses[product] += stated if isinstance(stated, int) else 1
    most = row.get("max_uses")
    if not isinstance(most, int) or uses[product] <= most:
        return []
    params: dict[str, str | int] = {"name": name, "uses": uses[product], "max": most}
    return [Finding("event.input-uses", number, "uses", params, overridable=True)]


def _crops(row: Mapping[str, object]) -> set[str]:
    stated = _PLACE.sub("", str(row.get("crops") or ""))
    return {part.strip() for part in _SEPARATORS.split(stated) if part.strip()}


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None

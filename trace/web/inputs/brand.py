"""The forms of a brand's office: a grant, a product, an edition of the rules."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from werkzeug.datastructures import MultiDict

from trace.core import brand_rules, quantity, region
from trace.core.brand_rules import BrandRules
from trace.core.errors import InvalidInput, TraceError
from trace.services.authorisation import Grant
from trace.services.product import Grade, NewProduct
from trace.web.inputs.reading import Reading

_AREA = re.compile(r"([0-9]{6})\s*[,，、:：\s]\s*(\S.{0,59})", re.ASCII)


def read_grant(sent: MultiDict[str, str]) -> Grant:
    """What the service takes; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    holder = reading.key("organisation")
    if holder is None:
        reading.errors.append(InvalidInput("organisation.unknown", "organisation"))
    first, last = reading.day("valid_from"), reading.day("valid_to")
    quota = reading.weight("quota", required=False)
    reading.check()
    return Grant(holder or 0, first or date.min, last or date.max, tuple(sent.getlist("products")), quota)


def read_product(sent: MultiDict[str, str]) -> NewProduct:
    """What the service takes; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    weight = reading.weight("unit_weight")
    shelf = reading.whole("shelf_life_days", required=False)
    cap = reading.weight("yield_cap", required=False)
    lowest, highest = _percent(reading, "yield_low", "0.1"), _percent(reading, "yield_high", "100")
    reading.check()
    rows = reading.rows("grades", ("name", "criteria"))
    return NewProduct(
        code=sent.get("code", "").strip().upper(),
        name=sent.get("name", ""),
        category=sent.get("category", ""),
        crop=sent.get("crop", ""),
        unit_weight_g=weight or 0,
        name_en=sent.get("name_en", ""),
        cert_required={"yes": True, "no": False}.get(sent.get("cert_required", "")),
        labelled=sent.get("labelled", "yes") != "no",
        gtin=sent.get("gtin", ""),
        grades=tuple(Grade(row["name"], row["criteria"]) for row in rows if row["name"].strip()),
        standard=sent.get("standard", ""),
        storage=sent.get("storage", ""),
        shelf_life_days=shelf or 0,
        yield_permille=(lowest, highest),
        yield_cap_g_per_mu=cap,
    )


def read_watch(sent: MultiDict[str, str]) -> tuple[int, int]:
    """Devices and provinces from which on codes are watched; InvalidInputs naming what is no number."""
    reading = Reading(sent)
    devices, provinces = reading.whole("watch_devices"), reading.whole("watch_provinces")
    reading.check()
    return devices or 0, provinces or 0


def _percent(reading: Reading, name: str, default: str) -> int:
    """A percentage with one decimal as per mille; a refusal leads to its input."""
    try:
        value = Decimal(reading.text(name).strip().rstrip("%％") or default) * 10
    except InvalidOperation:
        value = Decimal(-1)
    if not value.is_finite() or value != value.to_integral_value() or not 0 < value <= 1000:
        reading.errors.append(InvalidInput("product.yield", name))
        return 0
    return int(value)


def read_rules(sent: MultiDict[str, str]) -> BrandRules:
    """An edition of the rules; InvalidInputs naming what is wrong."""
    reading = Reading(sent)
    late = reading.whole("late_days")
    areas: list[dict[str, str]] = []
    for line in _lines(sent.get("areas", "")):
        try:
            areas.append(_area(line))
        except TraceError as wrong:
            reading.errors.append(wrong)
    reading.check()
    raw: dict[str, Any] = {
        "stages": sent.getlist("stages"),
        "tests": _lines(sent.get("tests", "")),
        "areas": areas,
        "activation": sent.get("activation", ""),
        "late_days": late,
    }
    return brand_rules.from_mapping(raw)


def _area(line: str) -> dict[str, str]:
    found = _AREA.fullmatch(line)
    if found is None:
        raise InvalidInput("brand.area", "areas", line=line[:40])
    return {"region": region.check(found[1], "areas"), "township": found[2].strip()}


def _lines(text: str) -> list[str]:
    """What stands on each line, blank ones and repetitions left out."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def shown_weight(grams: int | None) -> str:
    """Grams as the weight field takes them back: "12.5kg"; "" for none."""
    return "" if grams is None else quantity.show(grams).replace(",", "").replace(" ", "")

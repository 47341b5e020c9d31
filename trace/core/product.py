"""Product categories (产品类别) and the bounds of what is recorded about a product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trace.core import languages
from trace.core.errors import InvalidInput, InvalidInputs, TraceError


@dataclass(frozen=True)
class Category:
    """A category of farm product; `cert_required` is only the default a product starts with.

    The certificate rules (农业农村部令 2025 年第 4 号, 第三条) name categories; a product at their edge,
    such as a dried one, may differ, so each keeps its own flag. `first_stage` is how its chain begins.
    """

    key: str
    zh: str
    en: str
    cert_required: bool
    first_stage: Literal["planting", "breeding"] = "planting"

    def title(self, lang: str = "zh") -> str:
        """The category's name in a language, by its tag."""
        return languages.said(lang, self.zh, self.en)


CATEGORIES: dict[str, Category] = {
    category.key: category
    for category in (
        Category("vegetable", "蔬菜（含人工种植食用菌）", "Vegetables and cultivated mushrooms", True),
        Category("fruit", "水果", "Fruit", True),
        Category("tea", "茶鲜叶", "Fresh tea leaves", True),
        Category("livestock", "畜禽", "Livestock and poultry", True, "breeding"),
        Category("egg", "禽蛋", "Eggs", True, "breeding"),
        Category("aquatic", "养殖水产品", "Farmed fish and seafood", True, "breeding"),
        Category("grain", "粮食", "Grain", False),
        Category("dried", "干制品", "Dried goods", False),
        Category("other", "其他", "Other", False),
    )
}


def category_of(key: str) -> Category:
    """The category with this key; InvalidInput product.category if there is none."""
    try:
        return CATEGORIES[key]
    except KeyError:
        raise InvalidInput("product.category", "category") from None


def cert_required(category: str) -> bool:
    """Whether products of this category need a 承诺达标合格证 unless the product says otherwise."""
    return category_of(category).cert_required


def check_yield_range(lowest: int, highest: int) -> tuple[int, int]:
    """Return the range, g out of 1,000 g; InvalidInput product.yield unless 0 < lowest ≤ highest ≤ 1,000."""
    if not 0 < lowest <= highest <= 1000:
        raise InvalidInput("product.yield", "yield")
    return lowest, highest


def check_unit_weight(weight_g: int) -> int:
    """Return one sales unit's net weight in grams; InvalidInput product.unit-weight unless 1 g to 100 kg."""
    if not 1 <= weight_g <= 100_000:
        raise InvalidInput("product.unit-weight", "unit_weight")
    return weight_g


def check_shelf_life(days: int) -> int:
    """Return the shelf life in days; InvalidInput product.shelf-life unless 1 day to 10 years."""
    if not 1 <= days <= 3650:
        raise InvalidInput("product.shelf-life", "shelf_life_days")
    return days


def check_watch(devices: int, provinces: int) -> None:
    """From how many devices, or provinces, a code is watched; InvalidInputs product.watch-devices, …-provinces.

    2 to 1,000 devices (no more are counted for one code), 2 to 34 provinces (there are no more).
    """
    wrong: list[TraceError] = []
    if not 2 <= devices <= 1000:
        wrong.append(InvalidInput("product.watch-devices", "watch_devices"))
    if not 2 <= provinces <= 34:
        wrong.append(InvalidInput("product.watch-provinces", "watch_provinces"))
    if wrong:
        raise InvalidInputs(wrong)

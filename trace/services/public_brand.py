"""What everybody may know of a brand: its page, open figures (公开统计, aggregates only), its recalls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from trace.core import languages
from trace.services.public_view import AuthorisationView, ProductView

FEWEST = 5
"""Fewer devices than this in a province are not told as a number: they could be somebody in particular."""


class Sentence(NamedTuple):
    """A sentence that lists or counts something; `more`: (tag, sentence) in further languages."""

    chinese: str
    english: str
    more: tuple[tuple[str, str], ...] = ()


def sentence(words: Callable[[str], str]) -> Sentence:
    """A sentence in every language; `words` says it in one, by its tag."""
    more = tuple((lang, words(lang)) for lang in languages.further())
    return Sentence(words(languages.CHINESE), words(languages.ENGLISH), more)


@dataclass(frozen=True, slots=True)
class YearView:
    """A year's (in China's time) new batches, and grams harvested as recorded, grams labelled (void labels left out)."""

    year: int
    batches: int
    harvested_g: int
    labelled_g: int


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month ("2026-11"): labels of items printed, and devices that asked; each label a device asks for counts."""

    month: str
    labels: int
    devices: int


@dataclass(frozen=True, slots=True)
class ProvinceView:
    """Devices that asked from a province (two digits of GB/T 2260, "" unknown); None: fewer than FEWEST."""

    province: str
    name: str
    name_en: str
    devices: int | None


@dataclass(frozen=True, slots=True)
class BrandStatistics:
    """A brand in figures. Labels are those of items, not of cartons; `months` are the last twelve, oldest first."""

    as_of: datetime
    batches: int
    labels: int
    activated: int
    voided: int
    passed: int
    failed: int
    recalls_open: int
    recalls_closed: int
    devices: int
    years: tuple[YearView, ...] = ()
    months: tuple[MonthView, ...] = ()
    provinces: tuple[ProvinceView, ...] = ()


@dataclass(frozen=True, slots=True)
class RecallView:
    """An open recall (召回) of a batch of the brand; batches made from it are recalled with it."""

    batch_no: str
    product: str
    product_en: str
    reason: str
    advice: str
    since: datetime
    by: str


@dataclass(frozen=True, slots=True)
class BrandCard:
    """A brand as the list of all brands shows it; `authorised`: organisations that may use it today."""

    slug: str
    name: str
    name_en: str
    picture: str
    accent: str
    products: tuple[tuple[str, str], ...]
    authorised: int


@dataclass(frozen=True, slots=True)
class BrandPage:
    """All that `/b/<slug>` may say: story, protected area, rules, who may use the brand and until when.

    `rules` are in Chinese, in English, and, as a third, in further languages by tag. `examples` holds, for each of the
    products, the number of a batch that shows how its records look, "" where there is none yet.
    """

    slug: str
    name: str
    name_en: str
    owner: str
    story: str
    story_en: str
    picture: str
    accent: str
    townships: tuple[str, ...]
    rules: tuple[Sentence, ...]
    products: tuple[ProductView, ...]
    authorised: tuple[AuthorisationView, ...]
    former: tuple[AuthorisationView, ...]
    hotline: str
    edition: int = 0
    owner_en: str = ""
    examples: tuple[str, ...] = ()
    recalls: tuple[RecallView, ...] = ()
    statistics: BrandStatistics | None = None

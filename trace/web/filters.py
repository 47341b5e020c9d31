"""Dates, weights, numbers and refusals as people write them, in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from itertools import groupby

from babel.dates import format_date, format_skeleton
from flask import Flask

from trace.core import printed_root as roots
from trace.core import quantity
from trace.core.errors import InvalidInputs, TraceError
from trace.core.languages import ENGLISH
from trace.services.public_brand import Sentence
from trace.services.public_view import FactView, StepView, TestView
from trace.services.readiness import Need
from trace.web.i18n import lang

# Beijing time has had no summer time since 1991; a fixed offset needs no tz database (Windows has none).
BEIJING = timezone(timedelta(hours=8), "CST")
LEAST_FOLDED = 3
# English is written for readers in China and its neighbours: day, month, year.
_LOCALES = {"zh": "zh_Hans", "en": "en_GB"}


def day(value: date | datetime | None) -> str:
    """2026年8月12日, or 12 August 2026; a moment is first moved to Beijing time. "" for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING).date()
    return day_in(value, lang())


@lru_cache(maxsize=4096)
def day_in(value: date, language: str) -> str:
    """As people write it in a language, by CLDR."""
    return format_date(value, "long", locale=_LOCALES.get(language, language.replace("-", "_")))


def month(value: str) -> str:
    """2026年8月, or August 2026, from "2026-08"."""
    year, number = map(int, value.split("-"))
    return _month(date(year, number, 1), lang())


@lru_cache(maxsize=512)
def _month(first: date, language: str) -> str:
    return format_skeleton("yMMMM", first, locale=_LOCALES.get(language, language.replace("-", "_")))


def figure(value: int) -> str:
    """1,250,000: in groups of three, as all our languages read them."""
    return f"{value:,}"


def when(value: datetime | None) -> str:
    """2026年8月12日 14:05, Beijing time; "" for None."""
    if value is None:
        return ""
    return f"{day(value)} {value.astimezone(BEIJING):%H:%M}"


def grams(value: int) -> str:
    """500 g, 12.5 kg, 1,250 kg (in Taiwan 500 公克, 12.5 公斤) from whole grams."""
    return quantity.show(value, lang())


def listed(words: Iterable[str]) -> str:
    """Several words after one another: 大由乡、琴江镇, or with commas."""
    return (", " if lang() == ENGLISH else "、").join(words)


def told(fact: FactView | TestView) -> str:
    """The value of a fact, or of a test, in the reader's language."""
    language = lang()
    if language == ENGLISH:
        return fact.value_en or fact.value
    return dict(fact.more).get(language, fact.value)


def in_words(sentence: Sentence) -> str:
    """A sentence that was made in every language, in the reader's."""
    language = lang()
    if language == ENGLISH:
        return sentence.english
    return dict(sentence.more).get(language, sentence.chinese)


def code_groups(digits: str, size: int = 4) -> str:
    """Digits in groups of four, as printed under the QR; what already has spaces is left alone."""
    if " " in digits:
        return digits
    return " ".join(digits[start : start + size] for start in range(0, len(digits), size))


def printed_root(ledger: tuple[int | None, str | None]) -> str:
    """The ledger as sheets and certificates carry it: 账本 12,345 · 3f2a 9c01 …; "" for what was made before."""
    return roots.shown(*ledger, lang())


def dial(number: str) -> str:
    """A telephone number as a tel: link wants it, without the words people write around it."""
    return re.sub(r"[^0-9+*#-]", "", number)


def refusals(error: TraceError | Iterable[TraceError] | None) -> list[TraceError]:
    """A refusal, a form's several refusals, or none, as a list that pages can walk."""
    if error is None:
        return []
    if isinstance(error, InvalidInputs):
        return error.errors
    return [error] if isinstance(error, TraceError) else list(error)


def about(error: TraceError | Iterable[TraceError] | None, field: str) -> list[str]:
    """The sentences about one input of a form, in the reader's language."""
    return [said(refusal) for refusal in refusals(error) if refusal.field == field]


def said(error: TraceError | Need) -> str:
    """The sentence of a refusal, or of a need, in the reader's language, begun as sentences are."""
    sentence = error.message(lang())
    return sentence[:1].upper() + sentence[1:]


def folded_by_stage(steps: Iterable[StepView]) -> list[tuple[list[StepView], list[StepView]]]:
    """The chain in runs of one stage: what is shown of each, and what is folded away under it.

    A season has dozens of field records: the first of a run stands for them. What is late, corrected, or a
    correction is always shown; fewer than three are not worth a fold.
    """
    runs = []
    for _, group in groupby(steps, key=lambda step: step.stage):
        records = list(group)
        plain = [step for step in records[1:] if not _remarkable(step)]
        folded = plain if len(plain) >= LEAST_FOLDED else []
        runs.append(([step for step in records if step not in folded], folded))
    return runs


def _remarkable(step: StepView) -> bool:
    return bool(step.late_days or step.clock or step.corrected_by or step.corrects or step.erasures)


def init_app(app: Flask) -> None:
    """Register the filters under their own names."""
    plain = (day, month, when, figure, grams, listed, told, in_words, code_groups, printed_root, dial)
    for function in (*plain, refusals, about, said, folded_by_stage):
        app.jinja_env.filters[function.__name__] = function

"""Open statistics of a brand (公开统计): a few grouped statements, kept in memory for ten minutes."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Executable,
    Select,
    String,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.engine import Engine
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from trace.core import clock, dates, region
from trace.services.public_brand import FEWEST, BrandStatistics, MonthView, ProvinceView, YearView
from trace.tables import Batch, Event, Product, RangeState, Recall, RecallClosure, Run, ScanMonth

KEPT_FOR = timedelta(minutes=10)
MONTHS = 12
_HARVESTED = "harvest"
_kept: WeakKeyDictionary[Engine, dict[int, BrandStatistics]] = WeakKeyDictionary()
_lock = Lock()


def kept(session: Session, brand_id: int) -> BrandStatistics:
    """The brand's figures, at most ten minutes old."""
    engine = session.get_bind().engine
    with _lock:
        known = _kept.setdefault(engine, {}).get(brand_id)
    if known is None or not timedelta(0) <= clock.now() - known.as_of < KEPT_FOR:
        known = of_brand(session, brand_id)
        with _lock:
            _kept[engine][brand_id] = known
    return known


def of_brand(session: Session, brand_id: int) -> BrandStatistics:
    """The brand's figures as they are now."""
    now = clock.now()
    labels = _labels_by_month(session, brand_id)
    devices, provinces = _devices(session, brand_id)
    states = _states(session, brand_id)
    checks = _checks(session, brand_id)
    still, closed = _recalls(session, brand_id)
    years = _years(session, brand_id)
    return BrandStatistics(
        as_of=now,
        batches=sum(year.batches for year in years),
        labels=sum(labels.values()),
        activated=states.get("active", 0),
        voided=states.get("void", 0),
        passed=checks.get("pass", 0),
        failed=checks.get("fail", 0),
        recalls_open=still,
        recalls_closed=closed,
        devices=sum(devices.values()),
        years=years,
        months=tuple(
            MonthView(month, labels.get(month, 0), devices.get(month, 0))
            for month in _last_months(dates.local_day(now).strftime("%Y-%m"))
        ),
        provinces=_told(provinces),
    )


def _last_months(newest: str) -> list[str]:
    year, month = map(int, newest.split("-"))
    first = year * 12 + month - MONTHS
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, first + MONTHS)]


def _pairs(session: Session, query: Executable) -> dict[str, int]:
    return {str(key): int(number or 0) for key, number in session.connection().execute(query)}


def _month(session: Session, column: Any) -> ColumnElement[str]:
    """The month of a moment in China, as text; both databases have their own words for it."""
    if session.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m", column, "+8 hours", type_=String)
    there = func.timezone(literal_column("INTERVAL '8 hours'"), column)
    return func.to_char(there, "YYYY-MM", type_=String)


def _year_of_day(session: Session, column: Any) -> ColumnElement[str]:
    if session.get_bind().dialect.name == "sqlite":
        return func.substr(column, 1, 4, type_=String)
    return func.to_char(column, "YYYY", type_=String)


def _batches_of(brand_id: int) -> Select[Any]:
    """The ids of the brand's batches."""
    return (
        select(col(Batch.id))
        .join(Product, col(Product.id) == col(Batch.product_id))
        .where(col(Product.brand_id) == brand_id)
    )


def _states(session: Session, brand_id: int) -> dict[str, int]:
    """Labels ever activated, and those void."""
    query = (
        select(col(RangeState.state), func.sum(_labels_in_range()))
        .join(Run, col(Run.id) == col(RangeState.run_id))
        .where(col(Run.batch_id).in_(_batches_of(brand_id)), col(Run.level).is_(None))
        .group_by(col(RangeState.state))
    )
    return _pairs(session, query)


def _labels_in_range() -> ColumnElement[int]:
    return col(RangeState.last) - col(RangeState.first) + 1


def _labels_by_month(session: Session, brand_id: int) -> dict[str, int]:
    month = _month(session, col(Run.created_at)).label("month")
    query = (
        select(month, func.sum(col(Run.count)))
        .where(col(Run.batch_id).in_(_batches_of(brand_id)), col(Run.level).is_(None))
        .group_by(month)
    )
    return _pairs(session, query)


def _devices(session: Session, brand_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """Devices that asked, by month and by province."""
    months: dict[str, int] = defaultdict(int)
    provinces: dict[str, int] = defaultdict(int)
    query = (
        select(col(ScanMonth.month), col(ScanMonth.province), func.sum(col(ScanMonth.devices)))
        .join(Run, col(Run.id) == col(ScanMonth.run_id))
        .where(col(Run.batch_id).in_(_batches_of(brand_id)), col(Run.level).is_(None))
        .group_by(col(ScanMonth.month), col(ScanMonth.province))
    )
    for month, province, devices in session.connection().execute(query):
        months[month] += int(devices)
        provinces[province] += int(devices)
    return months, provinces


def _told(found: dict[str, int]) -> tuple[ProvinceView, ...]:
    """Most devices first; the unknown last."""
    # Those not told as numbers are not told by their order either.
    order = sorted(found, key=lambda code: (not code, found[code] < FEWEST, -max(found[code], FEWEST), code))
    return tuple(
        ProvinceView(
            code,
            region.province(code),
            region.province(code, "en"),
            found[code] if found[code] >= FEWEST else None,
        )
        for code in order
    )


def _years(session: Session, brand_id: int) -> tuple[YearView, ...]:
    started = _year_of_day(session, col(Batch.started_on)).label("year")
    query = (
        select(started, func.count())
        .select_from(Batch)
        .join(Product, col(Product.id) == col(Batch.product_id))
        .where(col(Product.brand_id) == brand_id)
        .group_by(started)
    )
    batches = _pairs(session, query)
    harvested = _by_year(session, _harvests(session, brand_id))
    labelled = _by_year(session, _labelled(session, brand_id))
    return tuple(
        YearView(int(year), batches.get(year, 0), harvested.get(year, 0), labelled.get(year, 0))
        for year in sorted(batches.keys() | harvested.keys() | labelled.keys())
    )


def _by_year(session: Session, by_month: Executable) -> dict[str, int]:
    years: dict[str, int] = defaultdict(int)
    for month, grams in _pairs(session, by_month).items():
        years[month[:4]] += grams
    return years


def _harvests(session: Session, brand_id: int) -> Select[Any, Any]:
    month = _month(session, col(Event.occurred_at)).label("month")
    return (
        select(month, func.sum(col(Event.quantity_g)))
        .where(col(Event.stage) == _HARVESTED, *_standing(brand_id))
        .group_by(month)
    )


def _labelled(session: Session, brand_id: int) -> Select[Any, Any]:
    """Grams in what was labelled and is not void, by the month of printing."""
    gone = (
        select(col(RangeState.run_id), func.sum(_labels_in_range()).label("labels"))
        .where(col(RangeState.state) == "void")
        .group_by(col(RangeState.run_id))
        .subquery()
    )
    month = _month(session, col(Run.created_at)).label("month")
    standing = col(Run.count) - func.coalesce(gone.c.labels, 0)
    grams = cast(col(Run.unit_weight_g), BigInteger) * standing
    return (
        select(month, func.sum(grams))
        .select_from(Run)
        .join(gone, gone.c.run_id == col(Run.id), isouter=True)
        .where(col(Run.batch_id).in_(_batches_of(brand_id)), col(Run.level).is_(None))
        .group_by(month)
    )


def _standing(brand_id: int) -> list[ColumnElement[bool]]:
    """Events of the brand's batches that are neither corrected nor withdrawn."""
    later = aliased(Event)
    corrected = select(col(later.id)).where(col(later.corrects_id) == col(Event.id)).exists()
    return [
        col(Event.batch_id).in_(_batches_of(brand_id)),
        ~corrected,
        col(Event.withdrawn).is_(False),
    ]


def _checks(session: Session, brand_id: int) -> dict[str, int]:
    """Inspections by what they found."""
    if session.get_bind().dialect.name == "sqlite":
        found = func.json_extract(col(Event.facts), "$.result", type_=String)
    else:
        found = func.json_extract_path_text(cast(col(Event.facts), JSON), "result", type_=String)
    result = found.label("result")
    query = (
        select(result, func.count())
        .where(col(Event.stage) == "inspection", *_standing(brand_id))
        .group_by(result)
    )
    return _pairs(session, query)


def _recalls(session: Session, brand_id: int) -> tuple[int, int]:
    """How many recalls are open, and how many were closed."""
    query = (
        select(func.count(col(Recall.id)), func.count(col(RecallClosure.id)))
        .select_from(Recall)
        .join(RecallClosure, col(RecallClosure.recall_id) == col(Recall.id), isouter=True)
        .where(col(Recall.batch_id).in_(_batches_of(brand_id)))
    )
    row = session.connection().execute(query).one()
    everything, closed = int(row[0]), int(row[1])
    return everything - closed, closed

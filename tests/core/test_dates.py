"""Days and moments are read kindly and kept in one form; events stay between their batch's start and now."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core.dates import (
    SHANGHAI,
    check_order,
    day_start,
    keep_until,
    local_day,
    moment_text,
    parse_day,
    parse_moment,
)
from trace.core.errors import Conflict, InvalidInput

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)


def test_the_day_is_china_s() -> None:
    assert local_day(datetime(2026, 7, 31, 16, 0, tzinfo=UTC)) == date(2026, 8, 1)
    assert local_day(datetime(2026, 7, 31, 15, 59, tzinfo=UTC)) == date(2026, 7, 31)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_day_begins_on_itself(day: date) -> None:
    start = day_start(day)
    assert local_day(start) == day
    assert local_day(start - timedelta(seconds=1)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    "value", ["2026-03-01", "2026-3-1", "2026/3/1", "2026年3月1日", " 2026-03-01 ", date(2026, 3, 1)]
)
def test_days_as_people_write_them(value: object) -> None:
    assert parse_day(value, "day") == date(2026, 3, 1)


@pytest.mark.parametrize(
    "value", ["", "2026-02-30", "20260301", "2026-W09-7", "1/3/2026", "2026-3/1", "２０２６-03-01", 5, NOW]
)
def test_other_days_are_refused(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_day(value, "day")
    assert caught.value.code == "event.not-a-day"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("2026-03-01T08:30", "2026-03-01T00:30:00Z"),
        ("2026-03-01 08:30:15", "2026-03-01T00:30:15Z"),
        ("2026-03-01T08:30:00Z", "2026-03-01T08:30:00Z"),
        ("2026-03-01T08:30:00.250+08:00", "2026-03-01T00:30:00Z"),
        (datetime(2026, 3, 1, 8, 30), "2026-03-01T00:30:00Z"),
    ],
)
def test_moments_without_a_zone_are_china_s(value: object, kept: str) -> None:
    assert moment_text(parse_moment(value, "at")) == kept


@pytest.mark.parametrize("value", ["", "2026-03-01", "2026-03-01T25:00", "0001-01-01T00:00", "now", 5, None])
def test_other_moments_are_refused(value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_moment(value, "at")
    assert caught.value.code == "event.not-a-time"


def test_an_event_lies_between_its_batch_and_now() -> None:
    check_order(NOW, NOW)
    check_order(NOW + timedelta(hours=23), NOW, not_before=NOW)
    check_order(NOW - timedelta(hours=5), NOW, not_before=NOW)


def test_an_event_outside_is_refused() -> None:
    with pytest.raises(InvalidInput) as ahead:
        check_order(NOW + timedelta(hours=25), NOW)
    assert ahead.value.code == "event.in-future"
    with pytest.raises(InvalidInput) as old:
        check_order(datetime(1999, 12, 31, 23, tzinfo=SHANGHAI), NOW)
    assert old.value.code == "event.too-old"
    with pytest.raises(Conflict) as early:
        check_order(NOW - timedelta(days=2), NOW, not_before=NOW)
    assert early.value.code == "event.before-batch"
    assert early.value.params == {"since": "2026-08-01"}


def test_records_are_kept_for_the_longer_term() -> None:
    assert keep_until(date(2026, 8, 1)) == date(2028, 8, 1)
    assert keep_until(date(2026, 8, 1), shelf_life_days=30) == date(2028, 8, 1)
    assert keep_until(date(2026, 8, 1), shelf_life_days=730) == date(2029, 1, 31)
    assert keep_until(date(2024, 2, 29)) == date(2026, 3, 1)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 3650))
def test_no_record_ends_before_two_years(day: date, shelf_life: int) -> None:
    end = keep_until(day, shelf_life)
    assert (end - day).days >= 730
    assert (end - day).days >= shelf_life + 181

"""Recorded late: counted in China's days, the same from rows and from envelopes; odd clocks are named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace.core import dates
from trace.core.lateness import Clock, clock, gap_days, late_days
from trace.ledger.envelope import instant

MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


def test_days_are_chinas() -> None:
    # 23:59 and 00:01 of the next day in China: one day apart, though two minutes.
    happened = datetime(2026, 8, 11, 15, 59, tzinfo=UTC)
    recorded = datetime(2026, 8, 11, 16, 1, tzinfo=UTC)
    assert gap_days(happened, recorded) == 1
    # A whole day by UTC's calendar can be none in China.
    assert gap_days(datetime(2026, 8, 11, 16, tzinfo=UTC), datetime(2026, 8, 12, 15, tzinfo=UTC)) == 0


@pytest.mark.parametrize(("gap", "allowed", "late"), [(7, 7, 0), (8, 7, 8), (1, 0, 1), (0, 0, 0), (-1, 0, 0)])
def test_only_beyond_the_limit_is_late(gap: int, allowed: int, late: int) -> None:
    happened = datetime(2026, 8, 12, 4, tzinfo=UTC)
    assert late_days(happened, happened + timedelta(days=gap), allowed) == late


@given(MOMENTS, MOMENTS)
def test_an_envelope_says_the_same_as_its_row(happened: datetime, recorded: datetime) -> None:
    assert gap_days(instant(happened), instant(recorded)) == gap_days(happened, recorded)
    day = dates.local_day(happened)
    assert (
        gap_days(day.isoformat(), instant(recorded))
        == gap_days(day, recorded)
        == gap_days(happened, recorded)
    )


@given(MOMENTS, MOMENTS)
def test_the_zone_a_moment_is_written_in_does_not_matter(happened: datetime, recorded: datetime) -> None:
    away = timezone(timedelta(hours=-9))
    assert gap_days(happened.astimezone(away), recorded) == gap_days(happened, recorded)


def test_a_clock_before_the_entry_before_is_named() -> None:
    before, recorded = "2026-08-12T04:00:00.000001Z", "2026-08-12T04:00:00.000000Z"
    assert clock(recorded, before=before) is Clock.BEFORE_ENTRY
    assert clock(before, before=recorded) is Clock.FITS
    assert clock(recorded, before=recorded) is Clock.FITS


def test_recorded_on_a_day_before_it_happened_is_named() -> None:
    recorded = datetime(2026, 8, 12, 4, tzinfo=UTC)
    assert clock(recorded, date(2026, 8, 13)) is Clock.BEFORE_HAPPENED
    # Within the day a phone's clock may differ from ours.
    assert clock(recorded, recorded + timedelta(hours=3)) is Clock.FITS
    assert clock(recorded, date(2026, 8, 12)) is Clock.FITS


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "2026-08-12T04:00:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        gap_days(text, "2026-08-12T04:00:00.000000Z")

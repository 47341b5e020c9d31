"""Lateness (补录): how long after it happened something was recorded, and clocks that do not fit.

Recorded late is not wrong, but whoever reads must see it: what was written down weeks later was written by somebody
who may have known how things ended. Days are days in China. Nothing here refuses; it only says.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from trace.core import dates

DEFAULT_DAYS = 7
"""What a brand that says nothing allows between happening and recording."""


class Clock(StrEnum):
    """Whether the moment of recording can be right."""

    FITS = ""
    BEFORE_HAPPENED = "before-happened"
    BEFORE_ENTRY = "before-entry"


Moment = datetime | date | str


def gap_days(occurred: Moment, recorded: Moment) -> int:
    """Whole days in China from when it happened to when it was recorded; negative if the clock ran backwards.

    Moments are aware datetimes, days, or either as an envelope writes it (ISO 8601). ValueError if unreadable.
    """
    return (_day(recorded) - _day(occurred)).days


def late_days(occurred: Moment, recorded: Moment, allowed: int = DEFAULT_DAYS) -> int:
    """`gap_days` if it is beyond the days allowed, else 0: what pages flag."""
    gap = gap_days(occurred, recorded)
    return gap if gap > allowed else 0


def clock(recorded: Moment, occurred: Moment | None = None, before: Moment | None = None) -> Clock:
    """Whether an entry was recorded on a day before it happened, or earlier than the entry before it (`before`)."""
    if occurred and gap_days(occurred, recorded) < 0:
        return Clock.BEFORE_HAPPENED
    if before and _instant(recorded) < _instant(before):
        return Clock.BEFORE_ENTRY
    return Clock.FITS


def _day(moment: Moment) -> date:
    if isinstance(moment, str):
        # An envelope writes a day where only the day is known.
        moment = date.fromisoformat(moment) if len(moment) == len("2026-01-01") else _instant(moment)
    return dates.local_day(moment) if isinstance(moment, datetime) else moment


def _instant(moment: Moment) -> datetime:
    made = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    if not isinstance(made, datetime) or made.tzinfo is None:
        raise ValueError("an aware moment is wanted")
    return made

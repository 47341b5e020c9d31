"""Days and moments: China's one time zone, lenient reading, and when an event may claim to have happened."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from trace.core.errors import Conflict, InvalidInput

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Fixed at +08:00: China has had no summer time since 1991."""

EARLIEST = datetime(2000, 1, 1, tzinfo=SHANGHAI)
CLOCK_SKEW = timedelta(hours=24)
"""How far ahead of ours a phone's clock may run before we call it the future."""

_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)


def local_day(moment: datetime) -> date:
    """The day it was in China at an aware `moment`."""
    return moment.astimezone(SHANGHAI).date()


def day_start(day: date) -> datetime:
    """The moment (UTC) at which `day` begins in China."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)


def parse_day(value: object, field: str) -> date:
    """Read 2026-03-01, 2026/3/1 or 2026年3月1日; InvalidInput event.not-a-day otherwise."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    match = _DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise InvalidInput("event.not-a-day", field)
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        raise InvalidInput("event.not-a-day", field) from None


def parse_moment(value: object, field: str) -> datetime:
    """Read an ISO 8601 date and time as UTC, without zone as China's; else InvalidInput event.not-a-time."""
    if isinstance(value, str) and _MOMENT.fullmatch(value.strip()):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise InvalidInput("event.not-a-time", field) from None
    if not isinstance(value, datetime):
        raise InvalidInput("event.not-a-time", field)
    try:
        return (value if value.tzinfo else value.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except OverflowError:
        raise InvalidInput("event.not-a-time", field) from None


def moment_text(moment: datetime) -> str:
    """The one text form of a moment in records: 2026-03-01T00:30:00Z, whole seconds, UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def keep_until(recorded: date, shelf_life_days: int = 0) -> date:
    """The last day on which a record must still be kept: two years, or shelf life and six months."""
    return max(_months_later(recorded, 24), _months_later(recorded + timedelta(days=shelf_life_days), 6))


def _months_later(day: date, months: int) -> date:
    """The same day of a later month; the 1st of the one after it where that month is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    try:
        return date(day.year + years, month + 1, day.day)
    except ValueError:
        # Too short a month is never December.
        return date(day.year + years, month + 2, 1)


def check_order(
    occurred: datetime, now: datetime, not_before: datetime | None = None, field: str = "occurred"
) -> None:
    """Refuse an event in the future (beyond 24 h of clock skew), before 2000, or before its batch began.

    All times aware. Compared with the batch by the day in China, since people often know only the day.
    Raises InvalidInput event.in-future or event.too-old, Conflict event.before-batch.
    """
    if occurred > now + CLOCK_SKEW:
        raise InvalidInput("event.in-future", field)
    if occurred < EARLIEST:
        raise InvalidInput("event.too-old", field)
    if not_before is not None and local_day(occurred) < local_day(not_before):
        raise Conflict("event.before-batch", field, since=local_day(not_before).isoformat())

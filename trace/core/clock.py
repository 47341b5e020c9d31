"""The clock that records are stamped with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_SET: ContextVar[datetime | None] = ContextVar("trace_clock", default=None)


def now() -> datetime:
    """The present instant in UTC."""
    return _SET.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Set the clock for this context: demonstration data is recorded on the days it tells of."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime refused")
    token = _SET.set(moment)
    try:
        yield
    finally:
        _SET.reset(token)

"""Buyers with phones (扫码的人): scans of some labels, so that counts, figures and the queue of doubtful codes show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import select

from trace.config import Settings
from trace.core import clock
from trace.db import Database
from trace.services import scan_count
from trace.services.scan_count import Reader
from trace.tables import Run
from trace.tables.base import key_of

# Invented: what an offline file would say of networks in 江西, 广东, 浙江, 上海, 湖南.
_PROVINCES = ("36", "36", "44", "36", "33", "31", "36", "43", "44", "36", "33", "36")
REPEAT, WATCH = 47, 48  # the last two labels of the demonstration's sheet
_SOME = 24  # labels of the run that one household each has asked for
_NOON = time(4, 0, tzinfo=UTC)


def ask(db: Database, settings: Settings, request: str, first: date) -> None:
    """Scan labels of a run, told by its request number, from a day on: some once, one by two homes, one by a dozen."""
    with db.read() as session:
        run_id = key_of(session.exec(select(Run).where(Run.request_id == request)).one())
    for number in range(_SOME):
        _scan(db, settings, run_id, 2 + number % 40, number, first + timedelta(days=number))
    for number in range(2):
        _scan(db, settings, run_id, REPEAT, 40 + number, first + timedelta(days=9 + 5 * number))
    for number in range(len(_PROVINCES)):
        _scan(db, settings, run_id, WATCH, 60 + number, first + timedelta(days=14 + number // 2))


def _scan(db: Database, settings: Settings, run_id: int, item: int, home: int, day: date) -> None:
    reader = Reader(f"192.0.2.{home}/32", "示例手机")
    with clock.at(datetime.combine(day, _NOON)), db.write(ledger=False) as session:
        province = _PROVINCES[home % len(_PROVINCES)]
        scan_count.count(session, run_id, item, reader, settings.readers_secret, province)

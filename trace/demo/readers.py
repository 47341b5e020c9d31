"""Buyers with phones (扫码的人): scans of some labels, so that counts, figures and the queues show."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, select

from trace.config import Settings
from trace.core import clock
from trace.core.policy import Actor
from trace.db import Database
from trace.services import carton_record, complaint, scan_count
from trace.services.complaint import Typed
from trace.services.scan_count import Reader
from trace.tables import Complaint, Run
from trace.tables.base import key_of

# Invented: what an offline file would say of networks in 江西, 广东, 浙江, 上海, 湖南.
_PROVINCES = ("36", "36", "44", "36", "33", "31", "36", "43", "44", "36", "33", "36")
REPEAT, WATCH = 47, 48  # the last two labels of the demonstration's sheet
_SOME = 24  # labels of the run that one household each has asked for
_REPORTS = (
    (WATCH, "copied", "示例：在外地一家店里买的，袋子上的标签像是复印的，刮不掉，颜色也发灰。"),
    (12, "quality", "示例：开袋后有两粒发霉，别的都好。"),
)
_ANSWER = "示例：已联系合作社按批次核查，同批留样正常，给您换货。"
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


def report(db: Database, settings: Settings, request: str, office: Actor, first: date) -> None:
    """Two buyers' reports: one about the label that many asked for, still open, and one answered and closed."""
    with db.read() as session:
        row = session.exec(select(Run).where(Run.request_id == request)).one()
    for number, (item, kind, text) in enumerate(_REPORTS):
        said = complaint.check(Typed(kind=kind, text=text, code=carton_record.number_of(row, item)))
        with (
            clock.at(datetime.combine(first + timedelta(days=number), _NOON)),
            db.write(ledger=False) as session,
        ):
            complaint.lodge(session, settings, said)
    with clock.at(datetime.combine(first + timedelta(days=3), _NOON)), db.write(ledger=False) as session:
        newest = session.exec(select(Complaint).order_by(col(Complaint.id).desc()).limit(1)).one()
        complaint.answer(session, office, key_of(newest), _ANSWER, closes=True)


def _scan(db: Database, settings: Settings, run_id: int, item: int, home: int, day: date) -> None:
    reader = Reader(f"192.0.2.{home}/32", "示例手机")
    with clock.at(datetime.combine(day, _NOON)), db.write(ledger=False) as session:
        province = _PROVINCES[home % len(_PROVINCES)]
        scan_count.count(session, run_id, item, reader, settings.readers_secret, province)

"""What each kind of job does. A handler may be run again at any time: what is done already is not done twice."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from labels.readback import ReadbackMismatch
from trace.config import Settings
from trace.core.errors import NotFound
from trace.db import Database
from trace.services import check, complaint_erase, ledger, outlet, scan_prune, sheet, timestamp
from trace.services.outlet import Outlet
from trace.tables import Run

RUN_DRAW = "run.draw"
OUTLET = "run.outlet."
"""Before an outlet's name: the job that makes that form of a run's labels."""

LEDGER_STAMP = "ledger.stamp"
"""Has the day's checkpoint stamped; the subject is the day's proleptic ordinal."""

SCAN_PRUNE = "scan.prune"
"""Has the devices that asked too long ago forgotten; the subject is the day's proleptic ordinal."""

COMPLAINT_EXPIRE = "complaint.expire"
"""Has phones and photos of complaints closed long ago removed; the subject is the day's proleptic ordinal."""

DAILY = (LEDGER_STAMP, SCAN_PRUNE, COMPLAINT_EXPIRE)
"""What is asked for once a day, about that day."""

Beat = Callable[[int], None]
"""Hears how much is done, in thousandths; raises when the work must stop."""

_DRAWING = 300  # thousandths of the time that drawing takes; the rest is reading back
_CHECK_ALONE = 1_000  # labels that one process reads back before another would have started
_DRAW_ALONE = 20_000  # labels that one process signs and draws meanwhile


@dataclass(frozen=True, slots=True)
class Handler:
    """`work` does it; `is_done` tells whether there is anything left to do about a subject."""

    work: Callable[[Database, Settings, int, Beat], None]
    is_done: Callable[[Database, Settings, int], bool]


def folder(settings: Settings) -> Path:
    """Where drawn runs are kept."""
    return settings.instance / "labels"


def draw_run(db: Database, settings: Settings, run_id: int, beat: Beat) -> None:
    """Draw a run's PDF and read it back. Raises ReadbackMismatch, and sets the file aside, if a label is wrong.

    A file that lay there already and turns out wrong, damaged on the disk perhaps, is drawn anew.
    """
    path = sheet.place(folder(settings), run_id)
    _sweep(path)
    lay_there = path.exists()
    fault = _draw_and_read(db, settings, run_id, beat)
    if fault is not None and lay_there:
        fault = _draw_and_read(db, settings, run_id, beat)
    if fault is not None:
        raise fault


def _draw_and_read(db: Database, settings: Settings, run_id: int, beat: Beat) -> ReadbackMismatch | None:
    with db.read() as session:
        row = session.get(Run, run_id)
        if row is None:
            raise NotFound("run.unknown", "run", run=run_id)
        workers = _workers(row.count, _DRAW_ALONE)
        drawing = _share(beat, 0, _DRAWING)
        path = sheet.draw(
            session, row, folder(settings), settings.master_key, workers=workers, progress=drawing
        )
        if check.passed(session, run_id, check.digest(path)) is not None:
            return None
        wanted = check.subject(session, row, settings.master_key)
    workers = _workers(row.count, _CHECK_ALONE)
    finding = check.look(wanted, path, workers=workers, progress=_share(beat, _DRAWING, 1000))
    with db.write() as session:
        check.record(session, row, finding)
    if finding.fault is None:
        return None
    # Kept beside its place for whoever looks into it; the next attempt draws anew.
    path.replace(path.with_suffix(".rejected.pdf"))
    return ReadbackMismatch(finding.fault, finding.checked)


def _sweep(path: Path) -> None:
    """Remove what drawings of this file left behind when they were killed; whoever holds the job draws alone."""
    for part in path.parent.glob(f".{path.name}.*.part"):
        part.unlink(missing_ok=True)


def _share(beat: Beat, start: int, end: int) -> Callable[[int, int], None]:
    """Progress (done, of how many) of one part of the work, from `start` to `end` thousandths of the whole."""
    return lambda done, of: beat(start + (end - start) * done // of)


def _workers(count: int, alone: int) -> int:
    return 1 if count <= alone else min(4, os.cpu_count() or 1)


def run_is_drawn(db: Database, settings: Settings, run_id: int) -> bool:
    """Whether the run's file lies there and the newest check of exactly these bytes passed."""
    path = sheet.place(folder(settings), run_id)
    if not path.exists():
        return False
    with db.read() as session:
        return check.passed(session, run_id, check.digest(path)) is not None


def _outlet(form: Outlet) -> Handler:
    """Makes the run's file of one form, from the same row as the PDF that was read back."""

    def work(db: Database, settings: Settings, run_id: int, beat: Beat) -> None:
        path = outlet.place(folder(settings), run_id, form)
        _sweep(path)
        with db.read() as session:
            row = session.get(Run, run_id)
            if row is None:
                raise NotFound("run.unknown", "run", run=run_id)
            workers = _workers(row.count, _DRAW_ALONE)
            heard = _share(beat, 0, 1000)
            outlet.make(
                session, row, form, folder(settings), settings.master_key, workers=workers, progress=heard
            )

    def is_done(_db: Database, settings: Settings, run_id: int) -> bool:
        return outlet.place(folder(settings), run_id, form).exists()

    return Handler(work, is_done)


def _stamp(db: Database, settings: Settings, _day: int, _beat: Beat) -> None:
    timestamp.stamp(db, settings)


def _is_stamped(db: Database, settings: Settings, day: int) -> bool:
    if not settings.tsa_url:
        return True
    with db.read() as session:
        # An empty ledger has nothing to stamp.
        return not ledger.size(session) or timestamp.stamped_on(session, date.fromordinal(day))


def _forget_by(settings: Settings, day: int) -> date:
    return scan_prune.limit_of(date.fromordinal(day), settings.scan_months)


def _prune(db: Database, settings: Settings, day: int, beat: Beat) -> None:
    # How much there is to look at is not known before.
    scan_prune.prune(db, _forget_by(settings, day), beat=lambda _looked: beat(0))


def _is_pruned(db: Database, settings: Settings, day: int) -> bool:
    return not scan_prune.kept_too_long(db, _forget_by(settings, day))


def _expire_complaints(db: Database, settings: Settings, _day: int, _beat: Beat) -> None:
    with db.write(ledger=False) as session:
        complaint_erase.expire(session, settings)
    with db.read() as session:
        complaint_erase.sweep(session, settings)


def _complaints_are_expired(db: Database, settings: Settings, _day: int) -> bool:
    with db.read() as session:
        return not complaint_erase.is_due(session, settings) and not complaint_erase.unused(session, settings)


HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        RUN_DRAW: Handler(draw_run, run_is_drawn),
        LEDGER_STAMP: Handler(_stamp, _is_stamped),
        SCAN_PRUNE: Handler(_prune, _is_pruned),
        COMPLAINT_EXPIRE: Handler(_expire_complaints, _complaints_are_expired),
    }
    | {f"{OUTLET}{form.key}": _outlet(form) for form in outlet.OUTLETS.values() if form is not outlet.PDF}
)

"""Self-check (自检): a run's file is read back, the finding is entered in the ledger, and only then is it released."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from labels import readback
from labels.keys import PublicKey
from labels.readback import Fault, ReadbackMismatch
from labels.run import RunSpec
from trace.core import clock
from trace.core.errors import NotFound, Unavailable
from trace.ledger.canonical import canonical
from trace.services import key, ledger, run, run_plan
from trace.services.audit import AuditAction, note
from trace.services.run_plan import Plan
from trace.tables import Batch, Run, RunCheck
from trace.tables.base import key_of

PASSED, FAILED = "passed", "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What reading back one file gave: `fault` names the first wrong label, or is None."""

    sha256: str
    seed: str
    checked: int
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a run's file must hold, by the run's own row and the public key: the private one signs nothing here."""

    spec: RunSpec
    plan: Plan
    public_key: PublicKey
    dpi: int


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def subject(session: Session, row: Run, master: bytes) -> Subject:
    """What reading the run's file back takes; raises NotFound key.unknown."""
    known = key.known(session, row.key_id)
    if known is None:
        raise NotFound("key.unknown", key=row.key_id)
    return Subject(run.spec(session, row, master), run_plan.of(row), known.public, row.dpi)


def look(
    wanted: Subject, path: Path, *, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> Finding:
    """Read a file back with a seed that nobody could know when it was drawn. Takes time: hold no write unit.

    Raises Unavailable run.file-changed if the file is not the same afterwards.
    """
    seed = secrets.token_hex(8)
    before = digest(path)
    fault = None
    try:
        checked = readback.check(
            path,
            wanted.spec,
            wanted.public_key,
            wanted.plan.stock,
            paper=wanted.plan.paper,
            adjust=wanted.plan.adjust,
            dpi=wanted.dpi,
            seed=seed,
            workers=workers,
            progress=progress,
        ).checked
    except ReadbackMismatch as mismatch:
        checked, fault = mismatch.checked, mismatch.fault
    if digest(path) != before:
        raise Unavailable("run.file-changed")
    return Finding(before, seed, checked, fault)


def record(session: Session, row: Run, finding: Finding) -> RunCheck:
    """Enter a finding in the ledger, good or bad."""
    line = RunCheck(
        run_id=key_of(row),
        sha256=finding.sha256,
        result=PASSED if finding.fault is None else FAILED,
        checked=finding.checked,
        seed=finding.seed,
        reader=readback.reader(),
        detail="" if finding.fault is None else canonical(asdict(finding.fault)),
        recorded_at=clock.now(),
    )
    session.add(line)
    session.flush()
    batch = session.get_one(Batch, row.batch_id)
    ledger.append(session, "run.checked", line, organisation=row.organisation_id, batches=[batch.number])
    note(session, None, AuditAction.RUN_CHECK, f"{key_of(row)}:{line.result}")
    return line


def passed(session: Session, run_id: int, sha256: str) -> RunCheck | None:
    """The newest check of exactly these bytes, if it passed: without one the file is not released."""
    query = (
        select(RunCheck)
        .where(RunCheck.run_id == run_id, RunCheck.sha256 == sha256)
        .order_by(col(RunCheck.id).desc())
        .limit(1)
    )
    newest = session.exec(query).first()
    return newest if newest is not None and newest.result == PASSED else None


def of_run(session: Session, run_id: int) -> list[RunCheck]:
    """A run's checks, newest first."""
    return list(
        session.exec(
            select(RunCheck).where(RunCheck.run_id == run_id).order_by(col(RunCheck.id).desc())
        ).all()
    )


def refusal(line: RunCheck) -> ReadbackMismatch | None:
    """Why a check did not pass, naming the label in both languages; None if it passed."""
    return None if line.result == PASSED else ReadbackMismatch(Fault(**json.loads(line.detail)), line.checked)

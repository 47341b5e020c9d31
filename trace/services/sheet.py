"""A run's PDF: drawn once, kept, handed out with a line in the ledger each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select

from labels.footer import has_room
from labels.pdf import render
from trace.core import clock, printed_root
from trace.core.errors import Conflict, Unavailable
from trace.core.policy import Actor
from trace.services import check, find, ledger, run, run_plan
from trace.services.audit import AuditAction, note
from trace.tables import Batch, Download, Run, User
from trace.tables.base import key_of


@dataclass(frozen=True, slots=True)
class Sheet:
    """The file, its SHA-256, and whether it was taken before."""

    path: Path
    sha256: str
    earlier: tuple[Download, ...] = ()


def place(folder: Path, run_id: int) -> Path:
    """Where a run's PDF is kept."""
    return folder / f"run-{run_id:08d}.pdf"


def draw(
    session: Session,
    row: Run,
    folder: Path,
    master: bytes,
    *,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Draw the run's labels, or find them drawn: the same run gives the same bytes.

    The file appears whole or not at all, so a crash in the middle costs only the time. `progress` hears (labels
    done, of how many). Raises Unavailable run.folder, or OutputError, where nothing can be written.
    """
    path = place(folder, key_of(row))
    if not path.exists():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable("run.folder", folder=str(folder), why=error.strerror or str(error)) from error
        plan, spec = run_plan.of(row), run.spec(session, row, master)
        notes = plan.notes(row.count)
        root = printed_root.shown(row.ledger_size, row.ledger_root)
        render(
            path,
            run=spec,
            signer=run.signer(session, row, master),
            stock=plan.stock,
            paper=plan.paper,
            adjust=plan.adjust,
            dpi=row.dpi,
            # A narrow sheet keeps its least words; the run's page shows the root in any case.
            footer=root if has_room(spec, plan.stock, plan.paper, root, notes) else "",
            notes=notes,
            workers=workers,
            progress=progress,
        )
    return path


def hand_out(
    session: Session,
    actor: Actor,
    run_id: int,
    path: Path,
    *,
    outlet: str | None = None,
    released: Path | None = None,
) -> Sheet:
    """Enter a download in the ledger; the answer names earlier ones, so that a second sheet is no surprise.

    Conflict run.unchecked unless the newest self-check of exactly these bytes passed; for an `outlet` other than
    the PDF, the check of the PDF in `released` counts. Conflict too while the batch is recalled or frozen, or if
    the run's key was revoked from before the run.
    """
    row = find.run(session, actor, run_id)
    run.require_print(actor, row)
    run.may_hand_out(session, row)
    digest = check.digest(path)
    if check.passed(session, run_id, digest if released is None else check.digest(released)) is None:
        raise Conflict("run.unchecked")
    before = downloads(session, row)
    line = Download(
        run_id=run_id,
        sha256=digest,
        recorded_at=clock.now(),
        recorded_by=int(actor.user_id),
        outlet=outlet,
    )
    session.add(line)
    session.flush()
    batch = session.get_one(Batch, row.batch_id)
    ledger.append(session, "run.downloaded", line, organisation=row.organisation_id, batches=[batch.number])
    note(session, actor, AuditAction.RUN_DOWNLOAD, f"{run_id}:{outlet or 'pdf'}")
    return Sheet(path, digest, tuple(before))


def downloads(session: Session, row: Run) -> list[Download]:
    """Who took the run's PDF and when, oldest first."""
    return list(
        session.exec(select(Download).where(Download.run_id == key_of(row)).order_by(col(Download.id))).all()
    )


def taken(session: Session, row: Run) -> list[tuple[Download, str]]:
    """The downloads with the names of those who took them, oldest first."""
    query = (
        select(Download, User.display_name)
        .join(User, col(User.id) == col(Download.recorded_by))
        .where(Download.run_id == key_of(row))
        .order_by(col(Download.id))
    )
    return [(line, name) for line, name in session.exec(query).all()]

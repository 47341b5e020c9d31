"""Drawing and self-check (自检) of a run, as the desk starts them and tells how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from flask import redirect, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from labels.errors import LabelError
from trace.core.errors import TraceError
from trace.core.messages import MESSAGES
from trace.core.policy import Action
from trace.jobs import queue, runner
from trace.jobs.handlers import RUN_DRAW
from trace.jobs.queue import JobState
from trace.services import check, find, run
from trace.tables import Job, Run, RunCheck
from trace.tables.base import key_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, app_settings
from trace.web.desk.frame import bp
from trace.web.i18n import diagnosis, lang

AT_ONCE = 120
"""Labels that are drawn and read back within the request; more get a process of their own."""

_PATIENCE = 2.0  # s that a download waits for the labels
# A job keeps the code of what went wrong alone; these say it without the particulars.
_TOLD = {"label.output": "run.disk", "run.folder": "run.disk", "key.sealed": "run.sealed"}


@dataclass(frozen=True, slots=True)
class CheckView:
    """What the run page says: `percent` while working, `why` where it failed, counts and time where it passed."""

    state: Literal["none", "queued", "working", "passed", "failed"]
    percent: int = 0
    checked: int = 0
    of: int = 0
    at: datetime | None = None
    why: str = ""

    @property
    def waits(self) -> bool:
        """Whether the page should look again by itself."""
        return self.state in ("queued", "working")


def view(session: Session, row: Run) -> CheckView:
    """Where the run's drawing and self-check stand."""
    job = queue.find(session, RUN_DRAW, key_of(row))
    checks = check.of_run(session, key_of(row))
    if job is not None and job.state == JobState.RUNNING:
        return CheckView("working", percent=job.progress // 10)
    if job is not None and job.state == JobState.QUEUED:
        return CheckView("queued", why=_said(job.error))
    if job is not None and job.state == JobState.FAILED:
        return CheckView("failed", why=_why(job, checks))
    if checks and checks[0].result == check.PASSED:
        return CheckView("passed", checked=checks[0].checked, of=row.count, at=checks[0].recorded_at)
    return CheckView("none")


def _why(job: Job, checks: list[RunCheck]) -> str:
    refusal = check.refusal(checks[0]) if job.error == "label.readback" and checks else None
    return _said(job.error) if refusal is None else diagnosis(refusal)


def _said(code: str) -> str:
    if not code:
        return ""
    known = _TOLD.get(code, code)
    told = known in MESSAGES and "{" not in MESSAGES[known][0]
    return TraceError(known if told else "job.crashed").message(lang())


def look(row: Run) -> CheckView:
    """The same for the page, having taken up work that nobody is at: a worker died, or none runs."""
    with app_db().read() as session:
        found = view(session, row)
    if not found.waits:
        return found
    # Pauses after a failure, and failures, are left alone.
    runner.ensure(app_db(), app_settings(), RUN_DRAW, key_of(row), inline=False, hurry=False)
    with app_db().read() as session:
        return view(session, row)


def begin(run_id: int, count: int, *, wait: float = 0) -> JobState:
    """See that a run is drawn and read back; what goes wrong stands with the job, for the page to tell."""
    try:
        found = runner.ensure(app_db(), app_settings(), RUN_DRAW, run_id, inline=count <= AT_ONCE, wait=wait)
    except (TraceError, LabelError):
        return JobState.FAILED
    return found.state


def ready(row: Run) -> bool:
    """Whether the run's file may be handed out now, having waited a moment for it."""
    return begin(key_of(row), row.count, wait=_PATIENCE) is JobState.DONE


@bp.post("/runs/<int:run_id>/draw")
@needs(Action.RUN_PRINT)
def draw_run(run_id: int) -> Response:
    """Draw and check a run that was not, or try again."""
    actor = current_actor()
    with app_db().read() as session:
        row = find.run(session, actor, run_id)
        run.require_print(actor, row)
        run.may_hand_out(session, row)
    begin(run_id, row.count)
    return redirect(url_for("desk.run_page", run_id=run_id), 303)

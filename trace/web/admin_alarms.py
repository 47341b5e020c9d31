"""Alarms of leaked keys (密钥告警) on the operator's desk, who can revoke the key."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from trace.core.errors import TraceError
from trace.core.policy import Action, may
from trace.web import reviewing
from trace.web.admin import bp
from trace.web.auth import current_actor, needs, signed_in

# The operator's blueprint with these pages on it.
__all__ = ["bp"]

Answer = tuple[str, int] | Response


@bp.app_context_processor
def _count() -> dict[str, object]:
    # The menu stands on the people's pages too, which are another blueprint's.
    return {"waiting_alarms": reviewing.alarms_waiting}


@bp.get("/alarms")
@signed_in
@needs(Action.ORGANISATION_CREATE)
def alarms() -> str:
    """Codes with a good signature that nobody printed."""
    return render_template("admin/alarms.html", found=reviewing.alarms())


def _alarm(key_id: int, run: int, item: int, error: TraceError | None = None) -> Answer:
    shown = render_template(
        "admin/alarm.html",
        a=reviewing.alarm(key_id, run, item),
        typed=request.form,
        error=error,
        can=lambda action: may(current_actor(), Action(action), None),
    )
    return shown, error.status if error else 200


@bp.get(f"/alarms/{reviewing.ALARM}")
@signed_in
@needs(Action.ORGANISATION_CREATE)
def alarm(key_id: int, run: int, item: int) -> Answer:
    """One of them."""
    return _alarm(key_id, run, item)


@bp.post(f"/alarms/{reviewing.ALARM}")
@signed_in
@needs(Action.ORGANISATION_CREATE)
def alarm_post(key_id: int, run: int, item: int) -> Answer:
    """Mark it as handled."""
    try:
        reviewing.handle(key_id, run, item)
    except TraceError as refusal:
        return _alarm(key_id, run, item, refusal)
    return redirect(url_for("admin.alarms"), 303)

"""Recall (召回) and freeze (冻结): open and end them, each on a page that says what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response

from trace.core.errors import InvalidInput, InvalidInputs, TraceError
from trace.core.policy import Action
from trace.services import batch as batches
from trace.services import carton_trace, freeze, history, recall
from trace.services.history import History, Stop
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.gov.frame import bp, page

Answer = tuple[str, int] | Response


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form of these."""

    reason: str = ""
    advice: str = ""


def _typed() -> Typed:
    return Typed(request.form.get("reason", ""), request.form.get("advice", ""))


def _history(number: str) -> History:
    with app_db().read() as session:
        return history.of_batch(session, current_actor(), number)


def _form(kind: str, number: str, error: TraceError | None = None) -> tuple[str, int]:
    """The form of an act; what is made of the batch and stops with it is counted beside."""
    found = _history(number)
    with app_db().read() as session:
        affected = carton_trace.affected(session, [found.batch, *batches.descendants(session, found.batch)])
    return page(
        "stop",
        error,
        kind=kind,
        h=found,
        typed=_typed(),
        stop=_stop(found, kind),
        below=[one.batch for one in found.balances[_place(found) + 1 :]],
        labels=sum(
            one.counts["active"] + one.counts["printed"] for one in found.printings if one.run.level is None
        ),
        affected=affected,
    )


def _place(found: History) -> int:
    return [one.batch for one in found.balances].index(found.batch.number)


def _stop(found: History, kind: str) -> Stop | None:
    return found.open_stop({"lift": "freeze", "close": "recall"}.get(kind, ""))


def _done(kind: str, number: str, act: Callable[[Session], object], said: str) -> Answer:
    try:
        with app_db().write() as session:
            act(session)
    except TraceError as refusal:
        return _form(kind, number, refusal)
    flash(said, "teal")
    return redirect(url_for("gov.batch", number=number), 303)


@bp.get("/batches/<number>/freeze", endpoint="freeze")
@needs(Action.BATCH_READ_ALL)
def freeze_form(number: str) -> Answer:
    """The form that holds a batch."""
    return _form("freeze", number)


@bp.post("/batches/<number>/freeze")
@needs(Action.BATCH_READ_ALL)
def freeze_post(number: str) -> Answer:
    """Hold a batch and what is made of it."""
    reason = _typed().reason
    return _done(
        "freeze",
        number,
        lambda session: freeze.freeze(session, current_actor(), number, reason),
        _("批次 %(number)s 已冻结。", number=number),
    )


@bp.get("/batches/<number>/recall", endpoint="recall")
@needs(Action.BATCH_READ_ALL)
def recall_form(number: str) -> Answer:
    """The form that recalls a batch."""
    return _form("recall", number)


@bp.post("/batches/<number>/recall")
@needs(Action.BATCH_READ_ALL)
def recall_post(number: str) -> Answer:
    """Recall a batch and what is made of it."""
    typed = _typed()
    missing: list[TraceError] = [
        InvalidInput("text.required", field)
        for field, value in (("reason", typed.reason), ("advice", typed.advice))
        if not value.strip()
    ]
    if missing:
        return _form("recall", number, InvalidInputs(missing))
    return _done(
        "recall",
        number,
        lambda session: recall.open_recall(session, current_actor(), number, typed.reason, typed.advice),
        _("批次 %(number)s 已召回，扫码立刻看到。", number=number),
    )


@bp.get("/batches/<number>/lift", endpoint="lift")
@needs(Action.BATCH_READ_ALL)
def lift_form(number: str) -> Answer:
    """The form that ends a batch's freeze."""
    return _ended_form("lift", number)


@bp.get("/batches/<number>/close", endpoint="close")
@needs(Action.BATCH_READ_ALL)
def close_form(number: str) -> Answer:
    """The form that ends a batch's recall."""
    return _ended_form("close", number)


def _ended_form(kind: str, number: str) -> Answer:
    if _stop(_history(number), kind) is None:
        return redirect(url_for("gov.batch", number=number), 303)
    return _form(kind, number)


@bp.post("/batches/<number>/lift")
@needs(Action.BATCH_READ_ALL)
def lift_post(number: str) -> Answer:
    """End the freeze of a batch."""
    return _end("lift", number, freeze.lift, _("批次 %(number)s 已解除冻结。", number=number))


@bp.post("/batches/<number>/close")
@needs(Action.BATCH_READ_ALL)
def close_post(number: str) -> Answer:
    """End the recall of a batch."""
    return _end("close", number, recall.close_recall, _("批次 %(number)s 的召回已结束。", number=number))


def _end(kind: str, number: str, act: Callable[..., object], said: str) -> Answer:
    stop, reason = _stop(_history(number), kind), _typed().reason
    if stop is None:
        return redirect(url_for("gov.batch", number=number), 303)
    identity = stop.identity
    return _done(kind, number, lambda session: act(session, current_actor(), identity, reason), said)

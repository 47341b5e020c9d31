"""Reviews of suspicious codes (疑码) and alarms, the same for whoever decides: read, decide, told what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from trace.core import region
from trace.core.complaint import TITLES
from trace.services import code_alarm, review, review_view
from trace.services.code_alarm import AlarmView
from trace.services.review_view import ReviewView, Suspect
from trace.tables import Brand
from trace.web.auth import current_actor
from trace.web.context import app_db
from trace.web.i18n import lang

PAGE = 30
ID = "int(max=2147483647)"
ALARM = "<int(max=99999):key_id>/<int(max=99999999):run>/<int(max=999999):item>"

REASONS = {
    "devices": lazy_gettext("很多台设备查过"),
    "provinces": lazy_gettext("好几个省有人查"),
    "late": lazy_gettext("过了保质期才有人查"),
}
DECISIONS = {
    "copied": lazy_gettext("确认被复制，作废这一枚"),
    "cleared": lazy_gettext("没有发现问题"),
}
STATES = {
    "printed": (lazy_gettext("还没启用"), "grey"),
    "active": (lazy_gettext("使用中"), "leaf"),
    "void": (lazy_gettext("已作废"), "red"),
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of reviews, or of alarms: those that wait, or those that are `done`."""

    rows: list[Suspect]
    done: bool
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Alarms:
    """One page of alarms."""

    rows: list[AlarmView]
    done: bool
    number: int
    more: bool


def _asked_for() -> tuple[bool, int]:
    """Whether what is done is wanted, and which page of it."""
    number = max(1, min(request.args.get("page", 1, type=int), 1000))
    return request.args.get("state") == "done", number


def listing(brand: Brand | None = None) -> Listing:
    """The page of reviews that the address asks for."""
    done, number = _asked_for()
    with app_db().read() as session:
        rows = review_view.queue(
            session, current_actor(), brand, decided=done, limit=PAGE + 1, skip=(number - 1) * PAGE
        )
    return Listing(rows[:PAGE], done, number, len(rows) > PAGE)


def view(review_id: int) -> ReviewView:
    """One review."""
    with app_db().read() as session:
        return review_view.of(session, current_actor(), review_id)


def decide(review_id: int) -> None:
    """Take the decision that the form holds; refusals are the caller's to show."""
    decision = request.form.get("decision", "")
    with app_db().write() as session:
        review.decide(session, current_actor(), review_id, decision, request.form.get("reason", ""))
    if decision == review.COPIED:
        flash(_("这枚码已作废，现在扫码就能看到。"), "amber")
    else:
        flash(_("已记下：没有发现问题。以后又有很多人查，会再提醒。"), "teal")


def waiting(brand: Brand | None = None) -> int:
    """How many reviews wait, for the menu."""
    with app_db().read() as session:
        return review_view.waiting(session, current_actor(), brand)


def alarms() -> Alarms:
    """The page of alarms that the address asks for."""
    done, number = _asked_for()
    with app_db().read() as session:
        rows = code_alarm.alarms(
            session, current_actor(), handled=done, limit=PAGE + 1, skip=(number - 1) * PAGE
        )
    return Alarms(rows[:PAGE], done, number, len(rows) > PAGE)


def alarm(key_id: int, run: int, item: int) -> AlarmView:
    """One alarm."""
    with app_db().read() as session:
        return code_alarm.alarm(session, current_actor(), key_id, run, item)


def handle(key_id: int, run: int, item: int) -> None:
    """Mark an alarm as handled with the note that the form holds."""
    with app_db().write(ledger=False) as session:
        code_alarm.handle(session, current_actor(), key_id, run, item, request.form.get("note", ""))
    flash(_("告警已标为处理过。"), "teal")


def alarms_waiting() -> int:
    """How many alarms wait, for the menu."""
    with app_db().read() as session:
        return code_alarm.waiting(session, current_actor())


def words() -> dict[str, object]:
    """What the templates of reviews and alarms know besides what they are given."""
    return {
        "reason_words": REASONS,
        "decision_words": DECISIONS,
        "state_words": STATES,
        "province_name": _province,
        "kinds": TITLES,
    }


def _province(code: str) -> str:
    return region.province(code, lang()) if code else str(_("地方不明"))

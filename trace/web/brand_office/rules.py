"""A brand's rules (准入规则): the edition in force, earlier ones, and the form of a new one."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trace.core.brand_rules import BrandRules
from trace.core.errors import TraceError
from trace.core.policy import Action
from trace.core.stages import STAGES
from trace.services import brand, brand_office
from trace.web.auth import current_actor, needs
from trace.web.brand_office.frame import bp, page
from trace.web.context import app_db
from trace.web.i18n import lang
from trace.web.inputs.brand import read_rules

Answer = tuple[str, int] | Response


@bp.get("/<slug>/rules")
@needs(Action.BATCH_READ)
def rules(slug: str) -> Answer:
    """The rules in force, and all earlier editions."""
    with app_db().read() as session:
        found = brand_office.brand(session, current_actor(), slug)
        editions = brand_office.editions(session, found)
    return page("rules", brand=found, editions=editions)


def _words(now: BrandRules) -> dict[str, str | list[str]]:
    """What the form starts from: the rules in force, or what was typed."""
    sent = request.form
    if sent:
        return {
            "stages": sent.getlist("stages"),
            "tests": sent.get("tests", ""),
            "areas": sent.get("areas", ""),
            "activation": sent.get("activation", ""),
            "late_days": sent.get("late_days", ""),
        }
    return {
        "stages": list(now.stages),
        "tests": "\n".join(now.tests),
        "areas": "\n".join(f"{area.region} {area.township}" for area in now.areas),
        "activation": now.activation,
        "late_days": str(now.late_days),
    }


def _form(slug: str, error: TraceError | None = None) -> tuple[str, int]:
    with app_db().read() as session:
        found = brand_office.brand(session, current_actor(), slug)
        edition = brand_office.editions(session, found)[0]
    stages = [(stage.key, stage.title(lang())) for stage in STAGES.values()]
    return page("new_rules", error, brand=found, edition=edition, typed=_words(edition.rules), stages=stages)


@bp.get("/<slug>/rules/new")
@needs(Action.BRAND_EDIT)
def new_rules(slug: str) -> Answer:
    """The form of a new edition, filled with the one in force."""
    return _form(slug)


@bp.post("/<slug>/rules/new")
@needs(Action.BRAND_EDIT)
def new_rules_post(slug: str) -> Answer:
    """Put a new edition in force; the same rules again are no new edition."""
    actor = current_actor()
    try:
        given = read_rules(request.form)
        with app_db().write() as session:
            found = brand_office.brand(session, actor, slug)
            if given != brand.rules_of(session, found.id or 0):
                brand.set_rules(session, actor, found, given)
    except TraceError as refusal:
        return _form(slug, refusal)
    flash(_("规则已生效，以后印标签按新规则查。"), "teal")
    return redirect(url_for("brand_office.rules", slug=slug), 303)

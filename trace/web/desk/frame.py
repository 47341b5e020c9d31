"""The desk's blueprint, who may enter, and what all its pages know."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template
from flask_babel import gettext

from trace.core.errors import TraceError
from trace.core.organisation import GROWERS, TRADERS, OrganisationKind
from trace.core.policy import SERVES_OTHERS, Action, may
from trace.core.stage import Fact, Stage
from trace.core.stages import STAGES
from trace.services import find
from trace.services.public_view import StepView
from trace.web.auth import current_actor, only_for, visit
from trace.web.filters import grams, refusals, told
from trace.web.i18n import either, lang

bp = Blueprint("desk", __name__, url_prefix="/desk")

_KINDS = (*sorted(TRADERS), *SERVES_OTHERS)


@bp.before_request
def _desk_people_only() -> None:
    only_for(*_KINDS)


@bp.context_processor
def _what_pages_know() -> dict[str, Any]:
    found = visit()
    if found is None:
        # The page is the sign-in form that a signed-out person gets here.
        return {}
    actor = found.actor
    return {
        "serves": find.serves_others(actor),
        "regulates": actor.org_kind is OrganisationKind.REGULATOR,
        "grows": actor.org_kind in GROWERS,
        "can": can,
        "facts_of": facts_of,
        "options": options,
        "refused": refused,
        "stage_title": stage_title,
    }


def can(action: str) -> bool:
    """Whether the person asking may do this for their own organisation; else its button is not shown."""
    actor = current_actor()
    return may(actor, Action(action), actor.org_id)


def page(template: str, error: TraceError | None = None, **values: Any) -> tuple[str, int]:
    """A page of the desk; with a refusal, its status."""
    return render_template(f"desk/{template}.html", error=error, **values), error.status if error else 200


def stage_or_404(key: str) -> Stage:
    """The stage that an address names."""
    found = STAGES.get(key)
    if found is None:
        abort(404)
    return found


def stage_title(key: str) -> str:
    """A stage's name in the reader's language."""
    return STAGES[key].title(lang())


def options(fact: Fact) -> list[tuple[str, str]]:
    """A fact's answers as the form macros take them."""
    return [(one.key, one.title(lang())) for one in fact.choices]


def refused(error: TraceError | None, field: str) -> bool:
    """Whether anything was refused in this input or in one of its rows."""
    names = [one.field or "" for one in refusals(error)]
    return any(name == field or name.startswith(f"{field}.") for name in names)


def facts_of(step: StepView) -> list[tuple[str, str]]:
    """Everything a record says, as (word, value) in the reader's language."""
    weight = grams(step.quantity_g) if step.quantity_g is not None else ""
    said = [(gettext("重量"), weight), (gettext("地点"), step.place)]
    stage = STAGES.get(step.stage)
    if stage is not None:
        said.append((stage.source_title(lang()), step.source))
        said.append((stage.destination_title(lang()), step.destination))
    return said + [(either(one.label, one.label_en), told(one)) for one in step.facts]

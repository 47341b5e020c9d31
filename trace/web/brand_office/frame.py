"""The blueprint of the brand office's pages, who may enter, and what all of them know."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from trace.core.errors import TraceError
from trace.core.organisation import OrganisationKind
from trace.core.policy import Action, may
from trace.core.stages import STAGES
from trace.web.auth import current_actor, only_for, visit
from trace.web.i18n import lang

bp = Blueprint("brand_office", __name__, url_prefix="/brand-office")


@bp.before_request
def _brand_owners_only() -> None:
    only_for(OrganisationKind.BRAND_OWNER)


@bp.context_processor
def _what_pages_know() -> dict[str, Any]:
    # Signed out, the page is the sign-in form: it shows no buttons.
    return {"can": can, "stage_title": stage_title} if visit() else {}


def can(action: str) -> bool:
    """Whether the person asking may do this for their own organisation; else its button is not shown."""
    actor = current_actor()
    return may(actor, Action(action), actor.org_id)


def stage_title(key: str) -> str:
    """A stage's name in the reader's language."""
    return STAGES[key].title(lang())


def page(template: str, error: TraceError | None = None, **values: Any) -> tuple[str, int]:
    """A page of the brand office; with a refusal, its status."""
    return render_template(f"brand_office/{template}.html", error=error, **values), (
        error.status if error else 200
    )

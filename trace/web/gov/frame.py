"""The blueprint of the regulator's pages, who may enter, and what all of them know."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from trace.core.errors import TraceError
from trace.core.organisation import OrganisationKind
from trace.core.policy import Action, may
from trace.web.auth import current_actor, only_for, visit
from trace.web.gov.words import act_name, status

bp = Blueprint("gov", __name__, url_prefix="/gov")


@bp.before_request
def _regulators_only() -> None:
    only_for(OrganisationKind.REGULATOR)


@bp.context_processor
def _what_pages_know() -> dict[str, Any]:
    # Signed out, the page is the sign-in form: it shows no buttons.
    return {"can": can, "act_name": act_name, "status": status} if visit() else {}


def can(action: str) -> bool:
    """Whether the person asking may do this to any organisation's batch; else its button is not shown."""
    return may(current_actor(), Action(action), None)


def page(template: str, error: TraceError | None = None, **values: Any) -> tuple[str, int]:
    """A page of the regulator's; with a refusal, its status."""
    return render_template(f"gov/{template}.html", error=error, **values), error.status if error else 200

"""An organisation's own label designs (标签版式), for what its brands have no design for."""

from __future__ import annotations

from flask import Response
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from trace.core.policy import Action
from trace.services import design
from trace.web import designing
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.designing import Answer, Place
from trace.web.desk.frame import bp, page


def _nobodys(_session: Session) -> None:
    """An own design belongs to no brand."""


def _place() -> Place:
    return Place(
        "desk", _nobodys, lambda template, *rest, **values: page(f"designs/{template}", *rest, **values)
    )


@bp.get("/designs")
@needs(Action.RUN_PRINT)
def designs() -> tuple[str, int]:
    """The organisation's own designs in use."""
    with app_db().read() as session:
        views = design.own(session, int(current_actor().org_id))
    return page("designs/list", designs=designing.drawn(views, _place()), place=_place())


@bp.get("/designs/new")
@needs(Action.RUN_PRINT)
def new_design() -> Answer:
    """Choose the paper; then the form, filled with the automatic arrangement."""
    return designing.new(_place())


@bp.post("/designs/new")
@needs(Action.RUN_PRINT)
def new_design_post() -> Answer:
    """Look at the design, add or remove a box, or keep it."""
    return designing.send(_place())


@bp.get("/designs/<int:design_id>")
@needs(Action.RUN_PRINT)
def change_design(design_id: int) -> Answer:
    """The form of an own design as it is."""
    return designing.change(_place(), design_id)


@bp.post("/designs/<int:design_id>")
@needs(Action.RUN_PRINT)
def change_design_post(design_id: int) -> Answer:
    """Keep the changed design as a new edition."""
    return designing.send(_place(), design_id)


@bp.post("/designs/<int:design_id>/retire")
@needs(Action.RUN_PRINT)
def retire_design(design_id: int) -> AnyResponse:
    """Offer an own design no more."""
    return designing.retire(_place(), design_id)


@bp.get("/designs/look.png")
@needs(Action.RUN_PRINT)
def design_look() -> Response:
    """A design in the address, as the printer's dots."""
    return designing.look(_place())

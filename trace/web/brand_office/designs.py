"""How the brand's labels look: designs (标签版式) for each stock, and the picture that they carry."""

from __future__ import annotations

import contextlib

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from labels.errors import LabelError
from labels.picture import MOST_BYTES
from trace.core.errors import InvalidInput, NotFound, TraceError
from trace.core.policy import Action
from trace.services import brand_office, design
from trace.tables import Brand
from trace.web import designing
from trace.web.auth import current_actor, needs
from trace.web.brand_office.frame import bp, page
from trace.web.context import app_db
from trace.web.designing import Answer, Place
from trace.web.inputs.design import DesignRefusal


def _place(slug: str) -> Place:
    def find_brand(session: Session) -> Brand:
        return brand_office.brand(session, current_actor(), slug)

    return Place(
        "brand_office",
        find_brand,
        lambda template, *rest, **values: page(f"designs/{template}", *rest, **values),
        slug,
    )


def _list(slug: str, error: TraceError | None = None) -> tuple[str, int]:
    place = _place(slug)
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        views = design.of_brand(session, brand.id or 0)
        picture = design.newest_picture(session, brand.id or 0)
    return page(
        "designs/list",
        error,
        brand=brand,
        designs=designing.drawn(views, place),
        picture=picture,
        place=place,
    )


@bp.get("/<slug>/designs")
@needs(Action.BATCH_READ)
def designs(slug: str) -> Answer:
    """The designs in use, and the picture."""
    return _list(slug)


@bp.get("/<slug>/designs/new")
@needs(Action.BRAND_EDIT)
def new_design(slug: str) -> Answer:
    """Choose the paper; then the form, filled with the automatic arrangement."""
    return designing.new(_place(slug))


@bp.post("/<slug>/designs/new")
@needs(Action.BRAND_EDIT)
def new_design_post(slug: str) -> Answer:
    """Look at the design, add or remove a box, or keep it."""
    return designing.send(_place(slug))


@bp.get("/<slug>/designs/<int:design_id>")
@needs(Action.BRAND_EDIT)
def change_design(slug: str, design_id: int) -> Answer:
    """The form of a design as it is."""
    return designing.change(_place(slug), design_id)


@bp.post("/<slug>/designs/<int:design_id>")
@needs(Action.BRAND_EDIT)
def change_design_post(slug: str, design_id: int) -> Answer:
    """Keep the changed design as a new edition."""
    return designing.send(_place(slug), design_id)


@bp.post("/<slug>/designs/<int:design_id>/retire")
@needs(Action.BRAND_EDIT)
def retire_design(slug: str, design_id: int) -> AnyResponse:
    """Offer a design no more."""
    return designing.retire(_place(slug), design_id)


@bp.get("/<slug>/designs/look.png")
@needs(Action.BATCH_READ)
def design_look(slug: str) -> Response:
    """A design in the address, as the printer's dots."""
    return designing.look(_place(slug))


@bp.post("/<slug>/picture")
@needs(Action.BRAND_EDIT)
def picture_post(slug: str) -> Answer:
    """Keep the picture that was sent for the brand's next labels."""
    actor = current_actor()
    sent = request.files.get("picture")
    try:
        if sent is None or not sent.filename:
            raise InvalidInput("design.picture-missing", "picture")
        with contextlib.closing(sent):
            data = sent.stream.read(MOST_BYTES + 1)
        with app_db().write() as session:
            design.save_picture(session, actor, brand_office.brand(session, actor, slug), data)
    except LabelError as error:
        return _list(slug, DesignRefusal(error, (), "picture"))
    except InvalidInput as error:
        return _list(slug, error)
    flash(_("品牌图片存好了，以后印的标签有地方就带上它。"), "teal")
    return redirect(url_for("brand_office.designs", slug=slug), 303)


@bp.post("/<slug>/picture/retire")
@needs(Action.BRAND_EDIT)
def retire_picture(slug: str) -> AnyResponse:
    """Print no picture on the next labels."""
    actor = current_actor()
    with app_db().write() as session:
        design.retire_picture(session, actor, brand_office.brand(session, actor, slug))
    flash(_("以后的标签不再印品牌图片。"), "teal")
    return redirect(url_for("brand_office.designs", slug=slug), 303)


@bp.get("/<slug>/picture-<any(colour, black):ink>.png")
@needs(Action.BATCH_READ)
def picture_file(slug: str, ink: str) -> Response:
    """The picture in use as it is, or as a label printer prints it."""
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        row = design.newest_picture(session, brand.id or 0)
    if row is None:
        raise NotFound("web.not-found")
    return Response(design.dotted(row) if ink == "black" else row.png, mimetype="image/png")

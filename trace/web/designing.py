"""What the brand office and the desk share about label designs (标签版式): the form, its drawings, its buttons."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.wrappers import Response as AnyResponse

from labels import blueprint, preview
from labels import design as designs
from labels.design import KINDS, MOST_BOXES, MOST_CHARACTERS, SEVERAL, Design
from labels.errors import LabelError
from labels.geometry import Stock
from labels.picture import Picture
from labels.run import RunSpec
from labels.text import FIELD_NAMES, LabelText
from trace.core.errors import Conflict, InvalidInput, NotFound, TraceError
from trace.services import design, design_samples, stock
from trace.services.design import DesignView
from trace.tables import Brand
from trace.web.auth import current_actor
from trace.web.context import app_db, app_settings
from trace.web.i18n import either
from trace.web.inputs.design import (
    SET,
    DesignRefusal,
    Row,
    new_row,
    read_boxes,
    read_design,
    rows_of,
    typed_rows,
)

Answer = tuple[str, int] | AnyResponse

_PIXELS_A_DOT = {203: 4, 300: 3, 600: 2}
_LONGEST_ADDRESS = 3_000  # characters of a packed design; servers refuse addresses of more than about 4,000
_MOST_DRAWN = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Whose designs these are, and where their pages stand; an organisation's own are of no brand.

    The endpoints of a place are called designs, new_design, change_design, retire_design and design_look.
    """

    blueprint: str
    find_brand: Callable[[Session], Brand | None]
    page: Callable[..., tuple[str, int]]
    slug: str | None = None

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of one of its pages."""
        if self.slug is not None:
            values["slug"] = self.slug
        return url_for(f"{self.blueprint}.{endpoint}", **values)


@dataclass(frozen=True, slots=True)
class _Sample:
    """What a design is drawn with: paper, the words to expect, the brand and its picture."""

    brand: Brand | None
    paper: Stock
    words: list[LabelText]
    picture: Picture | None

    def runs(self, made: Design | None) -> list[RunSpec]:
        pin = made is not None and made.box("pin") is not None
        return design_samples.specs(self.words, made, self.picture, app_settings().base_url, pin=pin)


def _sample(place: Place, stock_name: str) -> _Sample:
    actor = current_actor()
    with app_db().read() as session:
        brand = place.find_brand(session)
        paper = stock.find(session, int(actor.org_id), stock_name)
        words = design_samples.texts(session, actor, brand)
        return _Sample(brand, paper, words, design.picture_of(session, brand))


def _view(place: Place, design_id: int) -> DesignView:
    """The design that is to be changed; NotFound design.unknown for one of another brand."""
    with app_db().read() as session:
        brand = place.find_brand(session)
        found = design.get(session, current_actor(), design_id)
    if found.brand_id != (None if brand is None else brand.id):
        raise NotFound("design.unknown", "design")
    return found


def drawn(views: list[DesignView], place: Place) -> list[tuple[DesignView, Markup]]:
    """Designs with a small drawing of each; without one where its paper is gone or there are very many."""
    found = []
    for number, view in enumerate(views):
        try:
            sample = _sample(place, view.stock)
            [run] = sample.runs(view.design)[:1]
            found.append(
                (view, _drawing(preview.svg(run, None, sample.paper)) if number < _MOST_DRAWN else Markup())
            )
        except LabelError:
            found.append((view, Markup()))
    return found


def _drawing(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704  # of the label engine, which escapes the words in it


def new(place: Place) -> Answer:
    """The form of a new design, starting from the automatic arrangement; first of all, the choice of paper."""
    if not request.args.get("stock"):
        return _papers(place)
    try:
        sample = _sample(place, request.args["stock"])
        rows = _start(sample)
    except LabelError as error:
        return _papers(place, DesignRefusal(error, (), "stock"))
    return _form(place, sample, _("%(size)s 版式", size=_size(sample.paper)), rows)


def _papers(place: Place, error: TraceError | None = None) -> tuple[str, int]:
    with app_db().read() as session:
        papers = stock.available(session, int(current_actor().org_id))
        brand = place.find_brand(session)
    return place.page("papers", error, papers=papers, brand=brand, place=place)


def _start(sample: _Sample) -> list[Row]:
    """The automatic arrangement as rows."""
    return rows_of(design_samples.start(sample.words, sample.paper, sample.picture, app_settings().base_url))


def change(place: Place, design_id: int) -> Answer:
    """The form of a design as it is."""
    found = _view(place, design_id)
    return _form(place, _sample(place, found.stock), found.name, rows_of(found.design), found=found)


def send(place: Place, design_id: int | None = None) -> Answer:
    """Look at the design as typed, add or remove a box, start afresh, or keep it."""
    found = None if design_id is None else _view(place, design_id)
    sample = _sample(place, found.stock if found else request.form.get("stock", ""))
    name, rows = request.form.get("name", ""), typed_rows(request.form)
    act, _colon, of = request.form.get("do", "").partition(":")
    if act == "add" and request.form.get("add", "") in KINDS:
        rows = [*rows, new_row(request.form["add"], sample.paper)][:MOST_BOXES]
    elif act == "remove":
        rows = [row for number, row in enumerate(rows) if str(number) != of]
    elif act == "start":
        rows = _start(sample)
    elif act == "save":
        return _keep(place, sample, name, rows, found)
    return _form(place, sample, name, rows, found=found)


def _keep(place: Place, sample: _Sample, name: str, rows: list[Row], found: DesignView | None) -> Answer:
    try:
        made = read_design(rows, sample.paper)
        with app_db().write() as session:
            design.save(
                session,
                current_actor(),
                name=name,
                stock=sample.paper.name,
                made=made,
                base_url=app_settings().base_url,
                brand=place.find_brand(session),
                instead_of=None if found is None else found.id,
            )
    except LabelError as error:
        return _form(place, sample, name, rows, DesignRefusal(error, rows), found)
    except (InvalidInput, Conflict) as error:
        return _form(place, sample, name, rows, error, found)
    flash(_("版式“%(name)s”存好了，打印时就能选；已经印出的标签不变。", name=name.strip()), "teal")
    return redirect(place.url("designs"), 303)


def retire(place: Place, design_id: int) -> AnyResponse:
    """Offer a design no more; runs printed with it stay as they are."""
    found = _view(place, design_id)
    with app_db().write() as session:
        design.retire(session, current_actor(), design_id)
    flash(_("版式“%(name)s”不再列出来了。", name=found.name), "teal")
    return redirect(place.url("designs"), 303)


def _form(
    place: Place,
    sample: _Sample,
    name: str,
    rows: list[Row],
    error: TraceError | None = None,
    found: DesignView | None = None,
) -> tuple[str, int]:
    values: dict[str, Any] = {"plan": Markup(), "longest": Markup(), "dots": [], "dpis": (), "bare": Markup()}
    try:
        values |= _drawings(place, sample, read_design(rows, sample.paper))
    except LabelError as wrong:
        error = error or DesignRefusal(wrong, rows)
    except InvalidInput as wrong:
        error = error or wrong
    if isinstance(error, DesignRefusal):
        values["bare"] = _drawing(blueprint.bare(sample.paper, read_boxes(rows), error.row))
    there = {row["what"] for row in rows}
    return place.page(
        "design",
        error,
        place=place,
        brand=sample.brand,
        stock=sample.paper,
        found=found,
        called=name,
        rows=rows,
        titles=_titles(),
        set_in_type=SET,
        addable=[what for what in KINDS if what in SEVERAL or what not in there],
        **values,
    )


def _drawings(place: Place, sample: _Sample, made: Design) -> dict[str, Any]:
    """The design drawn with its boxes, with the longest words, and as dots; raises what the label engine refuses."""
    runs = sample.runs(made)
    for run in runs:
        run.layout(sample.paper, sample.paper.dpi)
    fitting = design_samples.resolutions(runs[0], sample.paper)
    packed = _packed(made)
    dots = [
        (
            dpi,
            place.url("design_look", stock=sample.paper.name, dpi=dpi, design=packed),
        )
        for dpi in fitting[:1]
        if len(packed) <= _LONGEST_ADDRESS
    ]
    longest = preview.svg(runs[-1], None, sample.paper) if len(runs) > 1 else ""
    return {
        "plan": _drawing(blueprint.svg(runs[0], sample.paper)),
        "longest": _drawing(longest),
        "dots": dots,
        "dpis": fitting,
    }


def look(place: Place) -> Response:
    """A design, packed into the address, as the printer's dots: a PNG."""
    sample = _sample(place, request.args.get("stock", ""))
    made = _unpacked(request.args.get("design", ""))
    dpi = request.args.get("dpi", sample.paper.dpi, type=int)
    dpi = dpi if dpi in _PIXELS_A_DOT else sample.paper.dpi
    [run] = sample.runs(made)[:1]
    png = preview.png(run, None, sample.paper, dpi, _PIXELS_A_DOT.get(dpi, 2))
    return Response(png, mimetype="image/png")


def _packed(made: Design) -> str:
    return base64.urlsafe_b64encode(zlib.compress(made.dump().encode("utf-8"), 9)).decode("ascii").rstrip("=")


def _unpacked(packed: str) -> Design:
    """The design in an address; BadDesign for anything else, however much it would unpack to."""
    try:
        data = base64.urlsafe_b64decode(packed[:_LONGEST_ADDRESS] + "=" * (-len(packed) % 4))
        text = zlib.decompressobj().decompress(data, 4 * MOST_CHARACTERS).decode("utf-8")
    except (binascii.Error, zlib.error, ValueError):
        text = ""
    return designs.load(text)


def _titles() -> dict[str, str]:
    """What each kind of box is called."""
    named = {what: either(*FIELD_NAMES[what]) for what in KINDS}
    return {what: name[0].upper() + name[1:] for what, name in named.items()}


def _size(paper: Stock) -> str:
    return f"{paper.label_width / 1000:g} × {paper.label_height / 1000:g} mm"

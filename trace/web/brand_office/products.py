"""Products (产品) of a brand: the list, a new one, and from when its codes are watched."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trace.core.errors import TraceError
from trace.core.policy import Action
from trace.core.product import CATEGORIES
from trace.services import brand_office, product
from trace.services.product import grades_of
from trace.web.auth import current_actor, needs
from trace.web.brand_office.frame import bp, page
from trace.web.context import app_db
from trace.web.i18n import lang
from trace.web.inputs.brand import read_product, read_watch
from trace.web.inputs.reading import Reading

Answer = tuple[str, int] | Response


@bp.get("/<slug>/products")
@needs(Action.BATCH_READ)
def products(slug: str) -> Answer:
    """The brand's products with what is fixed about each."""
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        rows = [(one, grades_of(one)) for one in brand_office.products(session, brand)]
    return page("products", brand=brand, rows=rows, categories=_categories())


def _categories() -> dict[str, str]:
    return {key: one.title(lang()) for key, one in CATEGORIES.items()}


def _form(slug: str, error: TraceError | None = None) -> tuple[str, int]:
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
    return page(
        "product",
        error,
        brand=brand,
        typed=request.form,
        grades=Reading(request.form).rows("grades", ("name", "criteria")),
        categories=_categories(),
    )


@bp.get("/<slug>/products/new")
@needs(Action.PRODUCT_EDIT)
def new_product(slug: str) -> Answer:
    """An empty form."""
    return _form(slug)


@bp.post("/<slug>/products/new")
@needs(Action.PRODUCT_EDIT)
def new_product_post(slug: str) -> Answer:
    """Add a product; its code is its own, so a form sent twice adds one."""
    actor = current_actor()
    try:
        given = read_product(request.form)
        with app_db().write() as session:
            made = product.create(session, actor, brand_office.brand(session, actor, slug), given)
    except TraceError as refusal:
        return _form(slug, refusal)
    flash(_("产品 %(name)s 已加入。", name=made.name), "teal")
    return redirect(url_for("brand_office.products", slug=slug), 303)


def _watch_form(slug: str, code: str, error: TraceError | None = None) -> tuple[str, int]:
    with app_db().read() as session:
        brand = brand_office.brand(session, current_actor(), slug)
        row = product.of_code(session, brand, code)
    return page("product_watch", error, brand=brand, p=row, typed=request.form)


@bp.get("/<slug>/products/<code>/watch")
@needs(Action.PRODUCT_EDIT)
def product_watch(slug: str, code: str) -> Answer:
    """From how many devices, or provinces, the codes of a product are watched."""
    return _watch_form(slug, code)


@bp.post("/<slug>/products/<code>/watch")
@needs(Action.PRODUCT_EDIT)
def product_watch_post(slug: str, code: str) -> Answer:
    """Set it; the pages of its labels follow at once."""
    actor = current_actor()
    try:
        devices, provinces = read_watch(request.form)
        with app_db().write() as session:
            brand = brand_office.brand(session, actor, slug)
            row = product.set_watch(session, actor, brand, code, devices, provinces)
    except TraceError as refusal:
        return _watch_form(slug, code, refusal)
    flash(_("“%(name)s”的提醒已改，扫码立刻照新的来。", name=row.name), "teal")
    return redirect(url_for("brand_office.products", slug=slug), 303)

"""Pages that search engines may find: the way in, each brand's own page, and what leads robots there."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from flask import Response, jsonify, make_response, render_template, url_for

from trace.services import brand_page
from trace.services.public_brand import BrandCard, BrandPage
from trace.web import chart
from trace.web.context import app_db, app_settings
from trace.web.errors import wants_json
from trace.web.i18n import LANGUAGES, html_lang
from trace.web.label_page import FRESH
from trace.web.verify import bp as bp
from trace.web.verify import plain

_FOUND = ("verify.home", "log.home")


def brand_answer(page: BrandPage) -> Response:
    """A brand's rules and users as a page or as JSON; fresh, because an authorisation can end today."""
    if wants_json():
        response = jsonify(plain(page))
    else:
        response = make_response(render_template("verify/brand.html", page=page, bars=chart.bars))
    response.headers["Cache-Control"] = FRESH
    return response


def home_answer(brands: Iterable[BrandCard]) -> Response:
    """What this is, a box for the digits under a code, and the brands."""
    response = make_response(render_template("verify/home.html", brands=list(brands)))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@bp.get("/")
def home() -> Response:
    """The way in."""
    with app_db().read() as session:
        return home_answer(brand_page.all_brands(session))


@bp.get("/b/<slug>")
def brand(slug: str) -> Response:
    """A brand: its rules, who may use it, what is known of it in figures."""
    with app_db().read() as session:
        page = brand_page.brand_page(session, slug)
    return brand_answer(page)


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """The pages worth finding (sitemaps.org), each with its languages; never a code or a batch."""
    with app_db().read() as session:
        slugs = brand_page.slugs(session)
    paths = [url_for(endpoint, lang=None) for endpoint in _FOUND]
    paths += [url_for("verify.brand", slug=slug, lang=None) for slug in slugs]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
        *(_entry(app_settings().base_url + path) for path in paths),
        "</urlset>",
    ]
    response = Response("\n".join(lines) + "\n", mimetype="application/xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _entry(address: str) -> str:
    others = [(html_lang(one), f"{address}?lang={one}") for one in LANGUAGES]
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href="{escape(there)}"/>'
        for tag, there in [*others, ("x-default", address)]
    )
    return f"<url><loc>{escape(address)}</loc>{links}</url>"

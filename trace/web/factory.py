"""Builds the application, one named step after another."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from trace import logs
from trace.cli.audit import audit
from trace.cli.batch import batch
from trace.cli.brand import brand
from trace.cli.carton import carton
from trace.cli.complaint import complaints
from trace.cli.db import db
from trace.cli.demo import demo
from trace.cli.event import event
from trace.cli.freeze import freeze
from trace.cli.jobs import jobs
from trace.cli.key import key
from trace.cli.labels import labels
from trace.cli.ledger_witness import ledger
from trace.cli.org import org
from trace.cli.paper import printer, stock
from trace.cli.recall import recall
from trace.cli.scan import scans
from trace.cli.user import user
from trace.config import ROOT, Settings
from trace.config import settings as process_settings
from trace.services import province
from trace.services.database import open_database
from trace.web import (
    account,
    admin_alarms,
    brand_office,
    brands,
    check,
    complain,
    csrf,
    desk,
    errors,
    files,
    filters,
    gov,
    headers,
    i18n,
    inline,
    keys,
    kiosk,
    limits,
    log,
    names,
    people,
    requests,
    verify,
    verify_pin,
    wellknown,
)
from trace.web.auth import visit
from trace.web.context import App
from trace.web.label_front import LabelFront

MEGABYTE = 1024 * 1024
FORM_MEMORY = 2 * MEGABYTE
FORM_PARTS = 2000


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application for these settings; by default those of the process."""
    app = Flask(
        "trace",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=None,
    )
    settings = settings or process_settings()
    logs.configure()
    _configure_flask(app, settings)
    _configure_database(app, settings)
    requests.init_app(app)
    limits.init_app(app)
    headers.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    _configure_pages(app, settings)
    _configure_blueprints(app)
    _configure_commands(app)
    _configure_front(app)
    _configure_proxies(app, settings)
    return app


def _configure_flask(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.flask_secret,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=min(FORM_MEMORY, settings.max_upload_mb * MEGABYTE),
        MAX_FORM_PARTS=FORM_PARTS,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]


def _configure_proxies(app: Flask, settings: Settings) -> None:
    if settings.proxies:
        count = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def _configure_front(app: Flask) -> None:
    # Behind the proxies' step, which comes after: it must see who really asks.
    app.wsgi_app = LabelFront(app.extensions["trace"], limits.of(app), app.wsgi_app)  # type: ignore[method-assign]


def _configure_database(app: Flask, settings: Settings) -> None:
    app.extensions["trace"] = App(db=open_database(settings), settings=settings)
    province.tell_at_start(settings.geoip_file)


def _configure_pages(app: Flask, settings: Settings) -> None:
    i18n.init_app(app)
    inline.init_app(app)
    filters.init_app(app)
    names.init_app(app)
    app.jinja_env.globals.update(site=settings, visit=visit)


def _configure_blueprints(app: Flask) -> None:
    public = (
        brands.bp,
        verify_pin.bp,
        files.bp,
        wellknown.bp,
        keys.bp,
        log.bp,
        complain.bp,
        check.bp,
        kiosk.bp,
    )
    signed_in = (account.bp, admin_alarms.bp, people.bp, desk.bp, gov.bp, brand_office.bp)
    for blueprint in (*public, *signed_in):
        app.register_blueprint(blueprint)
    # Public pages never touch a sign-in or its cookie, so their forms have nothing to protect.
    csrf.protect.exempt(verify.bp)
    csrf.protect.exempt(verify_pin.bp)
    csrf.protect.exempt(log.bp)
    csrf.protect.exempt(complain.bp)


def _configure_commands(app: Flask) -> None:
    for group in (
        audit,
        batch,
        brand,
        carton,
        complaints,
        db,
        demo,
        event,
        freeze,
        jobs,
        key,
        labels,
        ledger,
        org,
        printer,
        recall,
        scans,
        stock,
        user,
    ):
        app.cli.add_command(group)

"""Certificates (承诺达标合格证): issue one for a batch, look at it, print it."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from trace.core import certificate as wording
from trace.core.errors import Conflict, InvalidInput, TraceError
from trace.core.policy import Action
from trace.services import certificate, erasure_view, find, ledger
from trace.tables.base import key_of
from trace.web.auth import current_actor, needs
from trace.web.context import app_db
from trace.web.desk.frame import bp, page
from trace.web.i18n import either, lang
from trace.web.inputs.certificate import read_certificate
from trace.web.inputs.event import plain_kg
from trace.web.inputs.reading import Reading, today


def _show(number: str, error: TraceError | None = None) -> tuple[str, int]:
    actor = current_actor()
    with app_db().read() as session:
        proposal = certificate.propose(session, actor, number)
        row = find.batch(session, actor, number)
        product = find.product(session, row.product_id)
        earlier = certificate.of_batch(session, row)
    sent = request.form
    values = {
        "quantity": sent.get("quantity", plain_kg(proposal.quantity_g)),
        "quantity_unit": sent.get("quantity_unit", "kg"),
        "origin": sent.get("origin", proposal.origin),
        "promisor": sent.get("promisor", proposal.promisor),
        "contact": sent.get("contact", proposal.contact),
        "issued_on": sent.get("issued_on", today().isoformat()),
        "bases": sent.getlist("bases") if sent else list(proposal.bases),
        "newest": sent.get("newest", str(key_of(earlier[0])) if earlier else "0"),
    }
    template = wording.TEMPLATES[wording.CURRENT]
    return page(
        "certificates/form",
        error,
        batch=row,
        product=product,
        proposal=proposal,
        values=values,
        earlier=earlier,
        edition=template,
        bases=[(basis.value, either(zh, en)) for basis, zh, en in template.bases],
    )


@bp.get("/batches/<number>/certificate")
@needs(Action.CERTIFICATE_ISSUE)
def certify(number: str) -> tuple[str, int]:
    """The form, filled from what is on record."""
    return _show(number)


@bp.post("/batches/<number>/certificate")
@needs(Action.CERTIFICATE_ISSUE)
def certify_post(number: str) -> tuple[str, int] | Response:
    """Issue it; the same form sent twice issues one."""
    actor = current_actor()
    try:
        given = read_certificate(request.form)
        with app_db().write() as session:
            row = find.batch(session, actor, number, Action.CERTIFICATE_ISSUE)
            after = Reading(request.form).key("newest") or 0
            issued = certificate.issued_since(session, actor, row, given, after)
            if issued is None:
                issued = certificate.issue(session, actor, number, given)
    except (InvalidInput, Conflict) as error:
        return _show(number, error)
    flash(_("合格证 %(number)s 开好了。", number=issued.number), "teal")
    return redirect(url_for("desk.certificate_page", certificate_id=key_of(issued)), 303)


@bp.get("/certificates/<int:certificate_id>")
@needs(Action.BATCH_READ)
def certificate_page(certificate_id: int) -> tuple[str, int]:
    """The certificate as it is printed on A4 or A5."""
    with app_db().read() as session:
        row = find.certificate(session, current_actor(), certificate_id)
        found = find.batch_of(session, row.batch_id)
        newest = certificate.of_batch(session, found)[0]
        entry = ledger.entry_of(session, "certificate", certificate_id) or 0
        erasures = erasure_view.of_entries(session, [entry]).get(entry, ())
    content = certificate.content_of(row)
    return page(
        "certificates/paper",
        row=row,
        batch=found,
        erasures=erasures,
        replaced=key_of(newest) != certificate_id,
        edition=wording.TEMPLATES[content.template],
        lines=wording.lines(content, lang()),
        boxes=wording.boxes(content, lang()),
    )

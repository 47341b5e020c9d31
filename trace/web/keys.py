"""/.well-known/trace-keys.json: every public key that ever signed labels, so that anyone can check them."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, json, request
from sqlmodel import Session

from trace.ledger.envelope import instant
from trace.services import find, key
from trace.services.key import KnownKey
from trace.web.context import app_db

bp = Blueprint("keys", __name__)

MEDIA_TYPE = "application/jwk-set+json"
# A revocation must reach readers within minutes; a reader that asks again is told "not changed".
CACHE = "public, max-age=300, stale-if-error=86400"


def key_set(session: Session) -> dict[str, Any]:
    """The JWK set (RFC 7517): each key with whose it is, who holds its private part, and how it ended."""
    return {"keys": [_described(session, known) for known in key.all_known(session)]}


def _described(session: Session, known: KnownKey) -> dict[str, Any]:
    owner = find.organisation(session, known.organisation_id)
    ends = {line.status: line.effective_at for line in key.statuses(session, known.public.key_id)}
    # Revoked outranks retired: what was signed since then is not the owner's.
    status = next((word for word in ("revoked", "retired") if word in ends), "active")
    described: dict[str, Any] = known.public.jwk() | {
        "organisation": owner.name,
        "credit_code": owner.credit_code or "",
        "held_by": known.held_by,
        "status": status,
    }
    if status in ends:
        described["since"] = instant(ends[status])
    return described


@bp.get("/.well-known/trace-keys.json")
def published() -> Response:
    """The keys, to be kept for five minutes; readable from pages of other sites."""
    with app_db().read() as session:
        body = json.dumps(key_set(session), ensure_ascii=False)
    response = Response(body, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = CACHE
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32])
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response

"""The bundle of a batch (证据包), to take away and check without this service."""

from __future__ import annotations

import tempfile

from flask import Response, request, send_file

from trace.core.policy import Action
from trace.services import bundle
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, app_settings
from trace.web.gov.frame import bp


@bp.get("/batches/<number>/bundle.zip")
@needs(Action.BATCH_EXPORT)
def bundle_zip(number: str) -> Response:
    """The bundle; with `personal=1` what is about persons is inside. That it was taken is noted either way."""
    personal = request.args.get("personal") == "1"
    db, settings = app_db(), app_settings()
    bundle.permit(db, current_actor(), number, personal=personal)
    # On the disk of the attachments: a folder for scratch files may be too small, or lie in memory.
    file = tempfile.TemporaryFile(dir=settings.instance)  # noqa: SIM115  # closed with the response
    try:
        made = bundle.write(db, settings, number, file, personal=personal)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return send_file(
        file,
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{made.batch}-bundle.zip",
        max_age=0,
    )

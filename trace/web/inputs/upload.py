"""Photos and PDFs sent with a form: stored at once, so that a refused form does not ask for them again."""

from __future__ import annotations

from werkzeug.datastructures import FileStorage

from trace.config import Settings
from trace.core.errors import InvalidInput, TooLarge, TraceError
from trace.core.policy import Actor
from trace.db import Database
from trace.services import attachment
from trace.services.attachment import Checked
from trace.services.event import Attached

MOST = 12


def store_uploads(
    db: Database, settings: Settings, actor: Actor, files: list[FileStorage], errors: list[TraceError]
) -> list[Attached]:
    """Store the good files and return them; the refusals of the others go to `errors`."""
    checked: list[Checked] = []
    for file in [file for file in files if file.filename][:MOST]:
        try:
            checked.append(attachment.examine(settings, file.stream.read(), file.filename or ""))
        except (InvalidInput, TooLarge) as wrong:
            wrong.field = "files"
            errors.append(wrong)
    if not checked:
        return []
    with db.write() as session:
        stored = [attachment.store(session, actor, settings, one) for one in checked]
    return [Attached(one.id, one.title) for one in stored]

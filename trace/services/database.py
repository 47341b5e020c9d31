"""Open the database with the keys that its ledger is signed with, under the watch of its log."""

from __future__ import annotations

from trace.config import Settings
from trace.db import Database
from trace.services.keyring import Keyring
from trace.services.log import Log


def open_database(settings: Settings, url: str = "") -> Database:
    """The database of these settings, or the one at `url`; the master key is read when first needed."""
    keyring = Keyring(lambda: settings.master_key)
    db = Database(url or settings.url, keyring)
    db.watch = Log(db, keyring, settings.base_url, settings.checkpoints)
    return db

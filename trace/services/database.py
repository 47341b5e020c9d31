"""Open the database with the keys that its ledger is signed with."""

from __future__ import annotations

from trace.config import Settings
from trace.db import Database
from trace.services.keyring import Keyring


def open_database(settings: Settings) -> Database:
    """The database of these settings; the master key is read when first needed."""
    return Database(settings.url, Keyring(lambda: settings.master_key))

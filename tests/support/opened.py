"""The database as tests open it: its ledger signed with keys under the tests' own master key."""

from __future__ import annotations

from pathlib import Path

from tests.support.makers import BASE, MASTER
from trace.db import Database
from trace.services.keyring import Keyring
from trace.services.log import Log


def opened(url: str) -> Database:
    """The migrated database at `url`."""
    return Database(url, Keyring(MASTER))


def watched(url: str, folder: Path) -> Database:
    """The same under the watch of its log, whose last checkpoint lies in `folder`."""
    keyring = Keyring(MASTER)
    db = Database(url, keyring)
    db.watch = Log(db, keyring, BASE, folder)
    return db

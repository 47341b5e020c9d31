"""The database as tests open it: its ledger signed with keys under the tests' own master key."""

from __future__ import annotations

from tests.support.makers import MASTER
from trace.db import Database
from trace.services.keyring import Keyring


def opened(url: str) -> Database:
    """The migrated database at `url`."""
    return Database(url, Keyring(MASTER))

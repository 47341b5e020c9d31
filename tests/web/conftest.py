"""The application on a migrated database of the test's own, of each kind, with people in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.support.accounts import Browser, Village, browser, make_village
from tests.support.makers import MASTER
from trace.config import Settings
from trace.db import Database
from trace.web.factory import create_app


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application as it is served, on this test's own database."""
    instance = tmp_path / "instance"
    instance.mkdir()
    # The tests' own master key: what makers seal, the application can open.
    (instance / "master.key").write_bytes(MASTER)
    # Many tests ask more often than one network may; how floods are slowed is tested in test_limits and test_abuse.
    made = create_app(Settings(instance=instance, DATABASE_URL=database_url, limits="off"))
    yield made
    made.extensions["trace"].db.dispose()


@pytest.fixture
def db(app: Flask) -> Database:
    """The application's database."""
    found: Database = app.extensions["trace"].db
    return found


@pytest.fixture
def village(db: Database) -> Village:
    """People of several organisations, in that database."""
    return make_village(db)


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """A browser that nobody is signed in on."""
    return browser(app)

"""A world of organisations in a database of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.makers import World, make_world
from tests.support.opened import opened
from trace.db import Database


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A migrated database of this test's own."""
    database = opened(database_url)
    yield database
    database.dispose()


@pytest.fixture
def world(db: Database) -> World:
    """The world, in it."""
    return make_world(db)

"""Copies of a ledger of ten thousand entries, one for each test, on both kinds of database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import BOTH
from tests.support.databases import postgres_database, sqlite_url_of
from tests.support.opened import opened
from tests.support.postgres import PostgresServer
from tests.tamper import big as made
from tests.tamper.big import Big, State
from trace.db import Database

Copy = Callable[[State], Database]


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path, worker_id: str) -> Big:
    """Yesterday's and today's ledger."""
    base = tmp_path_factory.getbasetemp()
    return made.shared((base if worker_id == "master" else base.parent) / "big", _sqlite_template)


@pytest.fixture(scope="session")
def _templates() -> dict[Path, str]:
    return {}


@pytest.fixture(params=BOTH)
def copied(
    request: pytest.FixtureRequest, big: Big, tmp_path: Path, _templates: dict[Path, str]
) -> Iterator[Copy]:
    """Makes a copy of a state, with its folder of files, in a database of each kind."""
    with ExitStack() as stack:

        def copy(state: State) -> Database:
            shutil.copytree(state.folder / "files", tmp_path / "files", dirs_exist_ok=True)
            if request.param == "sqlite":
                path = tmp_path / "copy.db"
                shutil.copyfile(state.path, path)
                url = sqlite_url_of(path)
            else:
                server: PostgresServer = request.getfixturevalue("postgres_server")
                if state.path not in _templates:
                    empty = request.getfixturevalue("_postgres_template")
                    _templates[state.path] = made.to_postgres(server, state, empty)
                url = stack.enter_context(postgres_database(server, _templates[state.path]))
            db = opened(url)
            stack.callback(db.dispose)
            return db

        yield copy

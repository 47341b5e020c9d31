"""Commands as a terminal runs them, on a world in a database of each kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from tests.support.makers import MASTER, World, make_world
from trace.config import Settings
from trace.web.context import App
from trace.web.factory import create_app


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of each kind."""
    instance = tmp_path / "instance"
    instance.mkdir()
    # The tests' own master key: what makers seal, the application can open.
    (instance / "master.key").write_bytes(MASTER)
    made = create_app(Settings(instance=instance, DATABASE_URL=database_url))
    yield made
    made.extensions["trace"].db.dispose()


class Terminal:
    """Types commands, and sees that none ends in a trace."""

    def __init__(self, app: Flask) -> None:
        self._runner = app.test_cli_runner()

    def run(self, *words: str, code: int = 0) -> Result:
        """Run a command that leaves with `code`."""
        result = self._runner.invoke(args=list(words))
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result

    def data(self, *words: str, code: int = 0) -> Any:
        """What a command answers with --json."""
        return json.loads(self.run(*words, "--json", code=code).stdout)

    def refused(self, *words: str) -> str:
        """The code of a refusal, said with --json on standard error."""
        result = self.run(*words, "--json", code=1)
        assert result.stdout == ""
        return str(json.loads(result.stderr.splitlines()[-1])["errors"][0]["code"])


@pytest.fixture
def terminal(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A Chinese terminal."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    return Terminal(app)


@pytest.fixture
def world(app: Flask) -> World:
    """The world, in the application's database."""
    parts: App = app.extensions["trace"]
    return make_world(parts.db)

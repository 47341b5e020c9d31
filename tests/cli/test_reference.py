"""docs/cli.md says what the commands are."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from flask import Flask

from trace.cli.__main__ import PAGE, reference
from trace.cli.app import TraceGroup
from trace.config import Settings
from trace.web.factory import create_app


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(Settings(instance=tmp_path))


def ours(app: Flask) -> list[tuple[str, click.Command]]:
    return [
        (f"{name} {command.name}", command)
        for name, group in app.cli.commands.items()
        if isinstance(group, TraceGroup)
        for command in group.commands.values()
    ]


def test_the_page_is_that_of_these_commands(app: Flask) -> None:
    assert PAGE.read_text("utf-8") == reference(app), "run: python -m trace.cli"


def test_every_command_and_option_says_what_it_is_for(app: Flask) -> None:
    assert len(ours(app)) > 20
    for name, command in ours(app):
        assert command.help, name
        for parameter in command.params:
            assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None), (
                name,
                parameter.name,
            )


def test_every_command_has_json(app: Flask) -> None:
    for name, command in ours(app):
        assert "--json" in {word for parameter in command.params for word in parameter.opts}, name

"""The commands db, org and user: what they answer, what they refuse, and how they leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.support.accounts import browser
from trace.config import Settings
from trace.web.factory import create_app

GOOD = "塘边 种莲 三亩 good"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database of each kind."""
    made = create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=database_url))
    yield made
    made.extensions["trace"].db.dispose()


@pytest.fixture
def runner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> FlaskCliRunner:
    """Runs commands on a Chinese terminal."""
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    return app.test_cli_runner()


def run(runner: FlaskCliRunner, *arguments: str, exit_code: int = 0, **more: Any) -> Result:
    result = runner.invoke(args=list(arguments), **more)
    assert result.exit_code == exit_code, result.output
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def platform(runner: FlaskCliRunner) -> None:
    run(runner, "org", "create", "--kind", "operator", "--name", "示例平台")


CREATE = (
    "user",
    "create",
    "--username",
    "fang",
    "--name",
    "示例王芳",
    "--org",
    "示例平台",
    "--role",
    "manager",
)


def test_the_first_operator_signs_in_with_the_password_that_was_printed(
    app: Flask, runner: FlaskCliRunner, platform: None
) -> None:
    made = json.loads(run(runner, *CREATE, "--json").stdout)
    assert made["username"] == "fang"
    assert made["places"][0]["role"] == "manager"
    assert browser(app).sign_in("fang", made["password"]).location == "/admin"


def test_the_password_is_said_to_people_too(runner: FlaskCliRunner, platform: None) -> None:
    assert "密码（只显示这一次）" in run(runner, *CREATE).stdout


def test_a_password_comes_by_standard_input(app: Flask, runner: FlaskCliRunner, platform: None) -> None:
    result = run(runner, *CREATE, "--password-stdin", "--json", input=GOOD + "\n")
    assert "password" not in json.loads(result.stdout)
    assert browser(app).sign_in("fang", GOOD).location == "/admin"


def test_a_password_is_asked_for_twice(app: Flask, runner: FlaskCliRunner, platform: None) -> None:
    result = run(runner, *CREATE, "--ask", input=f"{GOOD}\n{GOOD}\n")
    assert GOOD not in result.output
    assert browser(app).sign_in("fang", GOOD).location == "/admin"


def test_a_new_password_replaces_the_old(app: Flask, runner: FlaskCliRunner, platform: None) -> None:
    run(runner, *CREATE)
    fresh = json.loads(run(runner, "user", "password", "FANG", "--json").stdout)["password"]
    assert browser(app).sign_in("fang", fresh).location == "/admin"


def test_disabling(app: Flask, runner: FlaskCliRunner, platform: None) -> None:
    made = json.loads(run(runner, *CREATE, "--json").stdout)
    result = run(runner, "user", "disable", "fang", exit_code=1)
    assert "account.last-operator" in result.stderr
    run(runner, "user", "create", "--username", "er", "--name", "示例二", "--org", "1", "--role", "manager")
    run(runner, "user", "disable", "fang")
    assert browser(app).sign_in("fang", made["password"]).status_code == 401
    listed = json.loads(run(runner, "user", "list", "--json").stdout)
    assert [(one["username"], one["active"]) for one in listed] == [("er", True), ("fang", False)]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("user", "password", "nobody"), "account.not-found"),
        (("user", "disable", "nobody"), "account.not-found"),
        (("user", "create", "--username", "a", "--name", "示例", "--org", "示例平台"), "account.username"),
        (("user", "create", "--username", "ab", "--name", "示例", "--org", "无"), "organisation.unknown"),
        (("org", "create", "--kind", "farm", "--name", "示例平台"), "organisation.name-taken"),
        (
            ("org", "create", "--kind", "farm", "--name", "示例", "--credit-code", "1"),
            "organisation.credit-code",
        ),
    ],
)
def test_a_refusal_is_a_diagnosis(
    runner: FlaskCliRunner, platform: None, arguments: tuple[str, ...], code: str
) -> None:
    result = run(runner, *arguments, exit_code=1)
    assert result.stdout == ""
    assert result.stderr.startswith(code)
    told = json.loads(run(runner, *arguments, "--json", exit_code=1).stderr)
    assert told["errors"][0]["code"] == code


def test_a_terminal_in_another_language_is_answered_in_english(
    runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert "There is no such user." in run(runner, "user", "disable", "nobody", exit_code=1).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "create"),
        ("user", "create", "--username", "ab", "--name", "示例", "--org", "1", "--role", "king"),
        ("user", "password", "fang", "--ask", "--password-stdin"),
        ("org", "create", "--kind", "king", "--name", "示例"),
        ("db", "downgrade", "base"),
        ("user", "nonsense"),
    ],
)
def test_a_wrong_call_says_how(runner: FlaskCliRunner, arguments: tuple[str, ...]) -> None:
    assert "Usage:" in run(runner, *arguments, exit_code=2).stderr


def test_organisations_are_listed(runner: FlaskCliRunner, platform: None) -> None:
    run(runner, *CREATE)
    assert "示例平台" in run(runner, "org", "list").stdout
    (listed,) = json.loads(run(runner, "org", "list", "--json").stdout)
    assert (listed["kind"], listed["people"]) == ("operator", 1)


def test_a_database_is_made_checked_and_taken_down(empty_database_url: str, tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path / "not" / "there", DATABASE_URL=empty_database_url)
    made = create_app(settings)
    runner = made.test_cli_runner()
    assert run(runner, "db", "check", exit_code=1).stdout.startswith("revision None")
    first = json.loads(run(runner, "db", "upgrade", "--json").stdout)
    assert json.loads(run(runner, "db", "upgrade", "--json").stdout) == first
    assert json.loads(run(runner, "db", "check", "--json").stdout) == {"ok": True, "differences": []}
    run(runner, "db", "downgrade", "base", "--yes")
    run(runner, "db", "check", exit_code=1)
    made.extensions["trace"].db.dispose()


def test_a_database_out_of_reach_is_a_diagnosis(tmp_path: Path) -> None:
    made = create_app(Settings(instance=tmp_path, DATABASE_URL="postgresql://nobody:x@127.0.0.1:9/none"))
    result = run(made.test_cli_runner(), "user", "list", exit_code=1)
    assert result.stderr.startswith("web.unavailable")
    assert "nobody:x" not in result.stderr
    made.extensions["trace"].db.dispose()


def test_every_command_has_help_and_json(app: Flask, runner: FlaskCliRunner) -> None:
    for name in ("db", "org", "user"):
        group: Any = app.cli.commands[name]
        assert group.help
        for command in group.commands.values():
            shown = run(runner, name, command.name, "--help").stdout
            assert "--json" in shown
            assert command.help

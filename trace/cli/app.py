"""What the command groups share: one way to answer, one way to refuse, `--json` everywhere."""

from __future__ import annotations

import json
import locale
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from labels.errors import LabelError
from trace.core.errors import InvalidInputs, TraceError

OK = 0
REFUSED = 1


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found or did: `text` for people, `data` for `--json`, `code` for the exit."""

    text: str
    data: Any
    code: int = OK


def language() -> str:
    """The language of this terminal, "zh" unless its locale says otherwise."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    if not named:
        named = locale.getlocale()[0] or ""
    return "zh" if not named or named.lower().startswith(("zh", "chinese")) else "en"


def diagnosis(error: Exception, lang: str) -> list[dict[str, str]]:
    """A refusal as {code, message, field?}, one for each thing that is wrong."""
    if isinstance(error, InvalidInputs):
        return [told for one in error.errors for told in diagnosis(one, lang)]
    if isinstance(error, TraceError):
        told = {"code": error.code, "message": error.message(lang)}
        return [told | {"field": error.field} if error.field else told]
    if isinstance(error, LabelError):
        return [{"code": error.code, "message": error.diagnosis("en" if lang == "en" else "zh")}]
    if isinstance(error, (OperationalError, ProgrammingError)):
        unavailable = TraceError("web.unavailable").message(lang)
        return [{"code": "web.unavailable", "message": f"{unavailable} ({error.orig})"}]
    raise error


def refuse(error: Exception, *, as_json: bool) -> None:
    """Print the diagnosis on standard error; anything but a refusal is raised again."""
    told = diagnosis(error, language())
    if as_json:
        click.echo(json.dumps({"errors": told}, ensure_ascii=False), err=True)
        return
    for one in told:
        field = f" --{one['field'].replace('_', '-')}" if "field" in one else ""
        click.echo(f"{one['code']}{field}: {one['message']}", err=True)


class TraceGroup(AppGroup):
    """A group whose commands return an `Answer`, take `--json`, and never show a trace for a refusal.

    Exit codes: 0 done, 1 refused, 2 called wrongly.
    """

    def command(self, *args: Any, **kwargs: Any) -> Callable[[Callable[..., Answer]], click.Command]:  # type: ignore[override]  # narrower on purpose: a command returns an Answer
        """As `AppGroup.command`, with the answer printed and refusals diagnosed."""
        register = super().command(*args, **kwargs)

        def decorator(function: Callable[..., Answer]) -> click.Command:
            @click.option("--json", "as_json", is_flag=True, help="以 JSON 输出 Print JSON.")
            @wraps(function)
            def told(*values: Any, as_json: bool, **named: Any) -> None:
                try:
                    answer = function(*values, **named)
                except (TraceError, LabelError, OperationalError, ProgrammingError) as error:
                    refuse(error, as_json=as_json)
                    raise click.exceptions.Exit(REFUSED) from None
                shown = json.dumps(answer.data, ensure_ascii=False, indent=2) if as_json else answer.text
                if shown:
                    click.echo(shown)
                if answer.code:
                    raise click.exceptions.Exit(answer.code)

            return register(told)

        return decorator


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Columns for a terminal; Chinese characters take two places."""
    lines = [heads, *rows]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)
        ).rstrip()
        for line in lines
    )


def _width(text: str) -> int:
    return sum(2 if ord(letter) >= 0x2E80 else 1 for letter in text)

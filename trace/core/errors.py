"""One family of refusals, each with a stable code that pages, API and CLI share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from trace.core import languages
from trace.core.messages import MESSAGES

Param = str | int


class TraceError(Exception):
    """A refusal with a stable `code`; `message(lang)` says it in plain words, `field` names the input it is about."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, field: str | None = None, **params: Param) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = params

    def message(self, lang: str = "zh") -> str:
        """Return the sentence for this code in a language, by its tag: "zh", "en", "zh-Hant"."""
        return languages.said(lang, *MESSAGES[self.code]).format_map(self.params)

    def __str__(self) -> str:
        return f"{self.code}: {self.message('en')}"


class InvalidInput(TraceError):
    """What was typed or sent breaks a rule; nothing was changed."""

    status = 422


class InvalidInputs(InvalidInput):
    """Several inputs are wrong at once; `errors` holds one refusal for each."""

    def __init__(self, errors: Iterable[TraceError]) -> None:
        self.errors = list(errors)
        first = self.errors[0]
        super().__init__(first.code, first.field, **first.params)


class SignedOut(TraceError):
    """No valid sign-in (未登录), or wrong name or password."""

    status = 401


class Forbidden(TraceError):
    """The actor's role or organisation may not do this."""

    status = 403


class NotFound(TraceError):
    """No such thing, or none that the actor may see."""

    status = 404


class Conflict(TraceError):
    """The state of the record forbids it: balance, dates, quota, an earlier decision."""

    status = 409


class TooLarge(TraceError):
    """An upload is larger than the service takes."""

    status = 413


class TooMany(TraceError):
    """Asked too often for now: HTTP 429."""

    status = 429


class Unavailable(TraceError):
    """A part the service needs does not answer; try again."""

    status = 503

"""Reading one form: weights, days, numbers, each refusal named after its input and kept until the end."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import date, datetime

from werkzeug.datastructures import MultiDict

from trace.core import clock, dates, quantity
from trace.core.errors import InvalidInput, InvalidInputs, TraceError

_REQUEST = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_UNIT_WORD = re.compile(r"[^0-9０-９.,．，\s-]")


def new_request_id() -> str:
    """A form's own number: sent twice, it counts once."""
    return secrets.token_urlsafe(16)


def local_now() -> str:
    """Now in China, as <input type="datetime-local"> wants it."""
    return f"{clock.now().astimezone(dates.SHANGHAI):%Y-%m-%dT%H:%M}"


def local_moment(moment: datetime) -> str:
    """A moment in China's time, as <input type="datetime-local"> wants it."""
    return f"{moment.astimezone(dates.SHANGHAI):%Y-%m-%dT%H:%M}"


def today() -> date:
    """The day it is in China."""
    return dates.local_day(clock.now())


class Reading:
    """A form being read: values come out, refusals gather in `errors`, `check()` raises them together."""

    def __init__(self, form: MultiDict[str, str]) -> None:
        self.form = form
        self.errors: list[TraceError] = []

    def text(self, name: str) -> str:
        """What stands there, for a service to clean."""
        return self.form.get(name, "")

    def request_id(self) -> str:
        """The form's number; a new one where it was lost or tampered with."""
        value = self.text("request_id")
        return value if _REQUEST.fullmatch(value) else new_request_id()

    def weight(self, name: str, unit: str = "", *, required: bool = True) -> int | None:
        """Grams, in the unit chosen beside it unless one is typed ("30 斤"); None if blank or wrong."""
        value = self.text(name).strip()
        if not value and not required:
            return None
        try:
            if _UNIT_WORD.search(value):
                return quantity.parse(value, name)
            return quantity.grams(value, unit or self.form.get(f"{name}_unit", "kg"), name)  # type: ignore[arg-type]  # `grams` refuses other units
        except InvalidInput as wrong:
            self.errors.append(wrong)
            return None

    def day(self, name: str) -> date | None:
        """A day; None if wrong."""
        try:
            return dates.parse_day(self.text(name), name)
        except InvalidInput as wrong:
            self.errors.append(wrong)
            return None

    def moment(self, name: str) -> datetime | None:
        """A moment, in China's time unless it says otherwise; None if wrong."""
        try:
            return dates.parse_moment(self.text(name), name)
        except InvalidInput as wrong:
            self.errors.append(wrong)
            return None

    def whole(self, name: str, *, required: bool = True) -> int | None:
        """A whole number from 0 on; None if blank or wrong."""
        value = self.text(name).translate(_WIDE).strip()
        if not value and not required:
            return None
        if not value.isascii() or not value.isdigit() or len(value) > 12:
            self.errors.append(InvalidInput("event.not-integer", name))
            return None
        return int(value)

    def key(self, name: str) -> int | None:
        """The id chosen in a list; None if nothing was."""
        value = self.text(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None

    def rows(self, name: str, columns: Iterable[str], most: int = 60) -> list[dict[str, str]]:
        """Rows sent as `name.0.column`, in order; blank ones stay, so that refusals name the right row."""
        pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,4}})\.", re.ASCII)
        numbers = sorted({int(found[1]) for key in self.form if (found := pattern.match(key))})[:most]
        wanted = tuple(columns)
        rows = [
            {column: self.form.get(f"{name}.{number}.{column}", "") for column in wanted}
            for number in numbers
        ]
        while rows and not any(cell.strip() for cell in rows[-1].values()):
            rows.pop()
        return rows

    def check(self) -> None:
        """Raise InvalidInputs if anything was wrong."""
        if self.errors:
            raise InvalidInputs(self.errors)

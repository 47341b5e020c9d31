"""A cooperative's desk to test: the world of `makers` behind the pages, browsers signed in, forms read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from flask import Flask
from sqlmodel import func, select
from werkzeug.test import TestResponse

from tests.support.accounts import Browser, signed_in_browser
from tests.support.makers import MASTER, World, make_world
from trace.core.policy import Actor
from trace.tables import LedgerHead
from trace.web.context import App


@dataclass
class Desk:
    """The application with its world."""

    app: Flask
    world: World
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def browser(self, name: str = "clerk") -> Browser:
        """A browser signed in as one of the world's people: coop, clerk, reader, rival, laboratory…"""
        if name not in self._browsers:
            actor: Actor = getattr(self.world, name)
            self._browsers[name] = signed_in_browser(self.app, int(actor.user_id))
        return self._browsers[name]

    def entries(self) -> int:
        """How long the ledger is."""
        with self.world.db.read() as session:
            return session.exec(select(LedgerHead.size)).one()

    def count(self, table: type) -> int:
        """How many rows a table has."""
        with self.world.db.read() as session:
            return session.exec(select(func.count()).select_from(table)).one()

    def page(self, path: str, name: str = "clerk") -> str:
        """The text of a page that must be there."""
        answer = self.browser(name).get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def form(self, path: str, name: str = "clerk") -> dict[str, str | list[str]]:
        """The form that the page at `path` sends to `path`, as it would be sent untouched."""
        return form_on(self.page(path, name), path.partition("?")[0])

    def send(self, path: str, name: str = "clerk", /, **changed: object) -> TestResponse:
        """Open the form at `path`, change inputs (`facts.lab` is written `facts__lab`), and send it."""
        data: dict[str, object] = dict(self.form(path, name))
        data.update({key.replace("__", "."): value for key, value in changed.items()})
        return self.browser(name).submit(path.partition("?")[0], data)


def make_desk(app: Flask, **given: object) -> Desk:
    """The world in the application's database."""
    parts: App = app.extensions["trace"]
    # The keys that the world's own runs are signed with are the application's.
    parts.settings.instance.mkdir(parents=True, exist_ok=True)
    (parts.settings.instance / "master.key").write_bytes(MASTER)
    return Desk(app, make_world(parts.db, **given))  # type: ignore[arg-type]


class _Forms(HTMLParser):
    """Reads forms as a browser without scripts does."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._select = ""
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        has = {key for key, _ in attrs}
        if tag == "form":
            self.forms.append((given.get("action", ""), []))
        elif tag == "input" and given.get("name") and given.get("type") not in ("file", "submit"):
            if given.get("type") not in ("radio", "checkbox") or "checked" in has:
                self._add(given["name"], given.get("value", ""))
        elif tag == "select":
            self._select, self._options = given.get("name", ""), []
        elif tag == "option" and self._select:
            self._options.append((given.get("value", ""), "selected" in has))
        elif tag == "textarea":
            self._area = given.get("name")
            self._add(given.get("name", ""), "")

    def handle_data(self, data: str) -> None:
        if self._area:
            name, value = self.forms[-1][1].pop()
            self._add(name, value + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            chosen = [value for value, selected in self._options if selected]
            first = [value for value, _ in self._options[:1]]
            self._add(self._select, (chosen or first or [""])[0])
            self._select = ""
        elif tag == "textarea":
            self._area = None

    def _add(self, name: str, value: str) -> None:
        if self.forms:
            self.forms[-1][1].append((name, value))


def form_on(html: str, action: str) -> dict[str, str | list[str]]:
    """The inputs of the form that goes to `action`; names that stand several times have a list."""
    reader = _Forms()
    reader.feed(html)
    found = [pairs for where, pairs in reader.forms if where.partition("?")[0] == action]
    assert found, f"no form goes to {action}: {[where for where, _ in reader.forms]}"
    values: dict[str, str | list[str]] = {}
    for name, value in found[0]:
        if name == "csrf_token":
            continue
        before = values.get(name)
        if before is None:
            values[name] = value
        else:
            values[name] = [*([before] if isinstance(before, str) else before), value]
    return values

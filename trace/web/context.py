"""What a running application holds, for views and commands to reach."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from flask import current_app

from trace.config import Settings
from trace.db import Database
from trace.services.label_book import LabelBook
from trace.services.void_list import VoidLists
from trace.services.witness import Summary
from trace.web.kept_pages import KeptPages


@dataclass(frozen=True)
class App:
    """The application's own parts, kept in `app.extensions["trace"]`."""

    db: Database
    settings: Settings
    labels: LabelBook = field(default_factory=LabelBook)
    kept: KeptPages = field(default_factory=KeptPages)
    witnesses: Summary = field(default_factory=Summary)
    void_lists: VoidLists = field(default_factory=VoidLists)

    @cached_property
    def readers_secret(self) -> bytes:
        """As the settings have it, read once."""
        return self.settings.readers_secret


def this_app() -> App:
    """The parts of the application that is answering."""
    found: App = current_app.extensions["trace"]
    return found


def app_db() -> Database:
    """The database of the application that is answering."""
    return this_app().db


def app_settings() -> Settings:
    """The settings of the application that is answering."""
    return this_app().settings

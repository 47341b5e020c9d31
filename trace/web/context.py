"""What a running application holds, for views and commands to reach."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from functools import cached_property

from flask import current_app

from trace.config import Settings
from trace.db import Database
from trace.services.label_book import LabelBook
from trace.services.void_list import VoidLists
from trace.services.witness import Summary


@dataclass(frozen=True)
class App:
    """The application's own parts, kept in `app.extensions["trace"]`."""

    db: Database
    settings: Settings
    labels: LabelBook = field(default_factory=LabelBook)
    witnesses: Summary = field(default_factory=Summary)
    void_lists: VoidLists = field(default_factory=VoidLists)

    @cached_property
    def readers_secret(self) -> bytes:
        """Keys the hashes that tell one reader of a label from another; made from the master key, read once."""
        return hmac.digest(self.settings.master_key, b"trace readers of labels v1", "sha256")


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

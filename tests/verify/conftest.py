"""One family with everything in it, told once, and its bundles: no test changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import databases
from tests.support.bundles import Scene, make_scene, open_scene


@dataclass(frozen=True)
class Good:
    """A bundle that is as it should be, and the log's key."""

    scene: Scene
    data: bytes
    personal: bytes
    vkey: str


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Iterator[Good]:
    """The scene's bundle, without and with personal data."""
    folder = tmp_path_factory.mktemp("bundle")
    db, settings = open_scene(folder, databases.sqlite_database(folder, _sqlite_template))
    scene = make_scene(db, settings)
    data, vkey = scene.bundle()
    personal, _ = scene.bundle(personal=True)
    yield Good(scene, data, personal, vkey)
    db.dispose()

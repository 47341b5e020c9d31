"""`flask scans`: prune, geoip."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal
from tests.support.makers import MASTER, World
from tests.support.scanning import ask, clusters, geoip_file, seen
from trace.config import Settings
from trace.core import clock, dates
from trace.services.scan_prune import limit_of
from trace.web.factory import create_app


def terminal_with(tmp_path: Path, file: Path | None) -> Iterator[Terminal]:
    instance = tmp_path / "instance"
    instance.mkdir(exist_ok=True)
    (instance / "master.key").write_bytes(MASTER)
    app = create_app(Settings(instance=instance, geoip_file=file))
    yield Terminal(app)
    app.extensions["trace"].db.dispose()


@pytest.fixture
def located(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    yield from terminal_with(tmp_path, geoip_file(tmp_path / "places.mmdb"))


@pytest.fixture
def missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    yield from terminal_with(tmp_path, tmp_path / "gone.mmdb")


def test_devices_of_long_ago_are_forgotten(terminal: Terminal, world: World) -> None:
    run_id = world.printed(world.ready(), 1)
    before = limit_of(dates.local_day(clock.now()), 18)
    # A label of that time, as far as the books tell.
    with world.db.engine.begin() as link:
        link.exec_driver_sql("UPDATE run SET created_at = '2020-01-01T00:00:00.000000Z'")
    ask(world.db, run_id, net=1, day=before - timedelta(days=1))
    ask(world.db, run_id, net=2, day=before)
    assert terminal.data("scans", "prune") == {"removed": 1, "before": before.isoformat(), "months": 18}
    assert "0" in terminal.run("scans", "prune").output
    with world.db.read() as session:
        assert [row.first_day for row in clusters(session, run_id)] == [before]
        assert seen(session, run_id) == (2, 0)


def test_the_file_of_provinces_is_checked(located: Terminal) -> None:
    told = located.data("scans", "geoip", "10.0.1.7")
    assert (told["kind"], told["address"], told["province"]) == ("GeoLite2-City", "10.0.1.7", "36")
    assert "江西省 36" in located.run("scans", "geoip", "10.0.1.7").output
    assert located.data("scans", "geoip", "10.9.9.9")["province"] == ""
    assert "GeoLite2-City" in located.run("scans", "geoip").output
    assert located.refused("scans", "geoip", "here") == "scan.address"


def test_a_file_that_is_not_there_is_said_plainly(missing: Terminal) -> None:
    assert missing.refused("scans", "geoip") == "scan.geoip"
    assert "gone.mmdb" in missing.run("scans", "geoip", code=1).output


def test_without_a_file_nothing_is_claimed(terminal: Terminal) -> None:
    assert terminal.data("scans", "geoip", "10.0.1.7") is None
    assert "不记省份" in terminal.run("scans", "geoip").output

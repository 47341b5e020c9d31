"""Scans counted before they were counted by day: what was known stays known."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text
from sqlmodel import select

from tests.support.makers import World
from trace import migrate
from trace.services.scan_count import asked
from trace.tables import ScanMonth


def test_a_moment_becomes_its_day_in_china_and_months_add_up(world: World) -> None:
    run_id = world.printed(world.ready(), 2)
    world.db.dispose()
    migrate.downgrade(world.db.url, "0005")
    with world.db.engine.connect() as link:
        stamp = {"run": run_id, "at": "2026-08-12T17:00:00.000000Z"}
        link.execute(
            text("INSERT INTO item_seen (run_id, item, first_at, clusters) VALUES (:run, 1, :at, 3)"), stamp
        )
        for cluster, day in (("a", "2026-08-13"), ("b", "2026-08-14"), ("c", "2026-09-01")):
            link.execute(
                text(
                    "INSERT INTO item_cluster (run_id, item, cluster, first_day, province)"
                    " VALUES (:run, 1, :cluster, :day, '')"
                ),
                {"run": run_id, "cluster": cluster, "day": day},
            )
        link.commit()
    world.db.dispose()
    migrate.upgrade(world.db.url)
    assert migrate.check(world.db.url) == []
    with world.db.read() as session:
        found = asked(session, run_id, 1, "a")
        months = session.exec(select(ScanMonth.month, ScanMonth.devices).order_by(ScanMonth.month)).all()
    assert (found.view.devices, found.view.first_day, found.others) == (3, date(2026, 8, 13), 2)
    assert [tuple(one) for one in months] == [("2026-08", 2), ("2026-09", 1)]

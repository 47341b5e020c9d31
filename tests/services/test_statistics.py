"""A brand in figures: what is added up, for whom, and how long it is remembered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.support.makers import World, new_event
from trace.core import clock
from trace.services import event, ranges, recall, statistics
from trace.services.public_brand import BrandStatistics
from trace.tables import Product, ScanMonth


def brand_of(world: World) -> int:
    with world.db.read() as session:
        return session.get_one(Product, world.product_id).brand_id


def figures(world: World) -> BrandStatistics:
    with world.db.read() as session:
        return statistics.of_brand(session, brand_of(world))


def test_a_brand_without_records_has_empty_figures(world: World) -> None:
    found = figures(world)
    assert (found.batches, found.labels, found.passed, found.recalls_open) == (0, 0, 0, 0)
    assert (found.years, found.provinces) == ((), ())
    assert [month.labels for month in found.months] == [0] * 12


def test_weights_labels_tests_and_recalls_are_added_up(world: World) -> None:
    number = world.ready(grams=100_000)
    world.ready(grams=50_000, number="SECOND-1")
    first, second = world.printed(number, 100), world.printed("SECOND-1", 10)
    with world.db.write() as session:
        ranges.void(session, world.coop, first, 1, 4, "示例：受潮")
        opened = recall.open_recall(session, world.regulator, "SECOND-1", "示例：超标", "示例：退货")
    found = figures(world)
    assert (found.batches, found.labels, found.activated, found.voided) == (2, 110, 110, 4)
    assert (found.passed, found.failed) == (2, 0)
    assert (found.recalls_open, found.recalls_closed) == (1, 0)
    assert sum(year.harvested_g for year in found.years) == 150_000
    assert sum(year.labelled_g for year in found.years) == (100 - 4 + 10) * 500
    assert sum(month.labels for month in found.months) == 110
    assert found.months[-1].labels == 110
    with world.db.write() as session:
        recall.close_recall(session, world.regulator, opened.id or 0, "示例：查明")
    assert (figures(world).recalls_open, figures(world).recalls_closed) == (0, 1)
    assert second > first


def test_what_was_corrected_or_withdrawn_does_not_count(world: World) -> None:
    number = world.batch()
    done = world.record(number, "harvest", date(2026, 8, 12), quantity_g=90_000)
    right = new_event("harvest", date(2026, 8, 12), quantity_g=80_000)
    with world.db.write() as session:
        event.correct(session, world.coop, done.event_id, right, "示例：称错了")
    assert sum(year.harvested_g for year in figures(world).years) == 80_000


def test_new_year_begins_in_china(world: World) -> None:
    number = world.ready()
    with clock.at(datetime(2026, 12, 31, 17, tzinfo=UTC)):
        world.printed(number, 3)
        found = figures(world)
    assert (found.months[-1].month, found.months[-1].labels) == ("2027-01", 3)


def test_few_devices_of_a_province_are_not_told(world: World) -> None:
    run_id = world.printed(world.ready(), 5)
    with world.db.write(ledger=False) as session:
        for month, province, devices in (
            ("2026-10", "44", 3),
            ("2026-11", "44", 2),
            ("2026-11", "36", 4),
            ("2026-11", "", 9),
        ):
            session.add(ScanMonth(run_id=run_id, month=month, province=province, devices=devices))
    found = figures(world)
    assert found.devices == 18
    assert [(one.province, one.name, one.devices) for one in found.provinces] == [
        ("44", "广东省", 5),
        ("36", "江西省", None),
        ("", "", 9),
    ]


def test_figures_are_kept_for_ten_minutes(world: World) -> None:
    brand_id = brand_of(world)
    began = clock.now()
    with world.db.read() as session:
        assert statistics.kept(session, brand_id).batches == 0
    world.batch()
    for minutes, batches in ((9, 0), (11, 1)):
        with clock.at(began + timedelta(minutes=minutes)), world.db.read() as session:
            assert statistics.kept(session, brand_id).batches == batches

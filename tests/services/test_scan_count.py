"""Counting: devices, not hits; a household once in two days; no numbers that a script can push up from one place."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from labels.code import sign
from tests.support.makers import MASTER, World
from tests.support.scanning import SECRET, ask, clusters, months, network, reviews, seen
from trace.services import ranges, run, scan, scan_count, scan_prune
from trace.services.scan_count import Reader
from trace.tables import Product, Run

DAY = date(2026, 11, 2)


@pytest.fixture
def run_id(world: World) -> int:
    return world.printed(world.ready(), 3)


def verdict_of(world: World, run_id: int, item: int = 1) -> str:
    """What a stranger's phone is told."""
    with world.db.read() as session:
        code = sign(run.signer(session, session.get_one(Run, run_id), MASTER), run_id, item)
        return scan.look(session, code).verdict


def watch(world: World, devices: int, provinces: int) -> None:
    with world.write() as session:
        row = session.get_one(Product, world.product_id)
        row.watch_devices, row.watch_provinces = devices, provinces
        session.add(row)


def test_the_hashes_of_a_reader_are_short_keyed_and_of_one_item() -> None:
    one, other = Reader(network(1), "a"), Reader(network(1), "b")
    for name in ("cluster", "household"):
        hashes = [
            getattr(one, name)(SECRET, 1, 1),
            getattr(one, name)(SECRET, 1, 2),
            getattr(one, name)(SECRET, 2, 1),
            getattr(one, name)(b"another key", 1, 1),
            getattr(Reader(network(2), "a"), name)(SECRET, 1, 1),
        ]
        assert len(set(hashes)) == len(hashes)
        assert all(len(value) == 16 and int(value, 16) >= 0 for value in hashes)
    assert one.cluster(SECRET, 1, 1) != other.cluster(SECRET, 1, 1)
    assert one.household(SECRET, 1, 1) == other.household(SECRET, 1, 1)
    assert one.cluster(SECRET, 1, 1) != one.household(SECRET, 1, 1)


def test_a_device_counts_once_for_an_item(world: World, run_id: int) -> None:
    assert ask(world.db, run_id, 1).devices == 1
    for later in range(5):
        assert ask(world.db, run_id, 1, day=DAY + timedelta(days=30 * later)).devices == 1
    assert ask(world.db, run_id, 2).devices == 1


def test_a_household_counts_once_in_two_days(world: World, run_id: int) -> None:
    assert ask(world.db, run_id, browser="hers", day=DAY).devices == 1
    for days, browser, counted in (
        (0, "his", 1),
        (1, "his", 1),
        (2, "his", 2),
        (3, "child", 2),
        (4, "child", 3),
    ):
        view = ask(world.db, run_id, browser=browser, day=DAY + timedelta(days=days))
        assert view.devices == counted, (days, browser)
    with world.db.read() as session:
        kept = clusters(session, run_id)
    assert [row.first_day for row in kept] == [DAY, DAY + timedelta(days=2), DAY + timedelta(days=4)]
    assert len({row.household for row in kept}) == 1


def test_days_provinces_and_months_add_up(world: World, run_id: int) -> None:
    for net, province, day in (
        (1, "36", DAY),
        (2, "36", DAY + timedelta(days=1)),
        (3, "44", DAY + timedelta(days=40)),
        (4, "", DAY + timedelta(days=41)),
        (3, "11", DAY + timedelta(days=50)),
    ):
        view = ask(world.db, run_id, net=net, province=province, day=day)
    assert (view.devices, view.provinces, view.first_day) == (4, 2, DAY)
    ask(world.db, run_id, 2, net=9, province="36", day=DAY)
    with world.db.read() as session:
        assert months(session, run_id) == {
            ("2026-11", "36"): 3,
            ("2026-12", "44"): 1,
            ("2026-12", ""): 1,
        }
        row = session.get_one(scan_count.ItemSeen, (run_id, 1))
        assert (row.first_day, row.last_day) == (DAY, DAY + timedelta(days=41))


def test_a_clock_that_was_set_back_turns_no_day_around(world: World, run_id: int) -> None:
    ask(world.db, run_id, net=1, day=DAY)
    ask(world.db, run_id, net=2, day=DAY - timedelta(days=9))
    with world.db.read() as session:
        row = session.get_one(scan_count.ItemSeen, (run_id, 1))
        assert (row.first_day, row.last_day, row.devices) == (DAY - timedelta(days=9), DAY, 2)


def test_provinces_that_age_has_taken_are_not_counted_again_and_none_is_lost(
    world: World, run_id: int
) -> None:
    for net, province in ((1, "36"), (2, "44"), (3, "11")):
        ask(world.db, run_id, net=net, province=province, day=date(2027, 1, 5))
    assert scan_prune.prune(world.db, date(2028, 7, 1)) == 3
    assert ask(world.db, run_id, net=1, province="36", day=date(2028, 7, 2)).provinces == 3
    view = ask(world.db, run_id, net=9, province="50", day=date(2028, 7, 2))
    assert (view.devices, view.provinces, view.first_day) == (5, 3, date(2027, 1, 5))


def test_an_item_keeps_a_thousand_devices_and_then_stands_still(
    world: World, run_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scan_count.MOST == 1_000
    monkeypatch.setattr(scan_count, "MOST", 5)
    views = [ask(world.db, run_id, net=net, province="36") for net in range(9)]
    assert [view.devices for view in views] == [1, 2, 3, 4, 5, 5, 5, 5, 5]
    with world.db.read() as session:
        assert len(clusters(session, run_id)) == 5
        assert sum(months(session, run_id).values()) == 5


def test_a_thousand_browsers_of_one_network_count_once_and_turn_nothing_amber(
    world: World, run_id: int
) -> None:
    with world.db.write(ledger=False) as session:
        for number in range(1_000):
            reader = Reader(network(7), f"Mozilla/5.0 (示例 {number})")
            view = scan_count.count(session, run_id, 1, reader, SECRET, f"{11 + number % 5}")
    assert (view.devices, view.provinces) == (1, 1)
    assert verdict_of(world, run_id) == "repeat"
    with world.db.read() as session:
        assert reviews(session, run_id) == []


def test_from_nine_networks_they_turn_it_amber_never_red(world: World, run_id: int) -> None:
    with world.db.write(ledger=False) as session:
        for number in range(1_000):
            scan_count.count(session, run_id, 1, Reader(network(number % 9), f"{number}"), SECRET)
    assert verdict_of(world, run_id) == "watch"
    # Day after day the same: amber it stays, and one person's look is asked for.
    for day in range(2, 40, 2):
        ask(world.db, run_id, net=day % 9, browser=f"again {day}", day=DAY + timedelta(days=day))
    assert verdict_of(world, run_id) == "watch"
    with world.db.read() as session:
        [review] = reviews(session, run_id)
        assert (review.devices, review.reasons, review.decision) == (8, '["devices"]', "")


def test_a_product_says_from_when_its_codes_are_watched(world: World, run_id: int) -> None:
    watch(world, 3, 2)
    ask(world.db, run_id, net=1, province="36")
    assert verdict_of(world, run_id) == "repeat"
    ask(world.db, run_id, net=2, province="44")
    assert verdict_of(world, run_id) == "watch"
    with world.db.read() as session:
        [review] = reviews(session, run_id)
        assert (review.reasons, review.provinces) == ('["provinces"]', 2)
    ask(world.db, run_id, net=3, province="44")
    with world.db.read() as session:
        [review] = reviews(session, run_id)
        assert (review.reasons, review.devices) == ('["devices", "provinces"]', 2)


@pytest.mark.parametrize(("days", "late"), [(365, False), (366, True)])
def test_first_asked_after_the_shelf_life_from_packing_on(
    world: World, run_id: int, days: int, late: bool
) -> None:
    packed = date(2026, 8, 20)
    ask(world.db, run_id, day=packed + timedelta(days=days))
    with world.db.read() as session:
        assert [row.reasons for row in reviews(session, run_id)] == (['["late"]'] if late else [])
    assert verdict_of(world, run_id) == ("watch" if late else "repeat")


def test_a_void_label_needs_nobody_s_look(world: World, run_id: int) -> None:
    with world.write() as session:
        ranges.void(session, world.coop, run_id, 1, 1, "示例：印歪")
    for net in range(12):
        ask(world.db, run_id, net=net)
    with world.db.read() as session:
        assert reviews(session, run_id) == []
        assert seen(session, run_id) == (12, 0)

"""The main job through the services: records, certificate, run, codes, scan; on both databases."""

from __future__ import annotations

import pytest

from tests.support.makers import MASTER, World
from trace.services import ledger_audit, run, scan
from trace.services.scan_count import Reader
from trace.tables import Run


def _digits(world: World, run_id: int) -> list[str]:
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        return [url.rpartition("/c/")[2] for url in run.urls(session, row, MASTER)]


def test_a_recorded_batch_gives_labels_whose_scan_tells_its_chain(world: World) -> None:
    number = world.ready()
    digits = _digits(world, world.printed(number, 3))
    assert len(set(digits)) == 3
    with world.db.read() as session:
        view = scan.look(session, digits[0])
    assert view.verdict == "first"
    assert view.product is not None and view.product.name == "通芯白莲"
    assert view.packer is not None and view.packer.phone == "138****0000"
    assert [step.stage for step in view.chain] == ["planting", "harvest", "packaging", "inspection"]
    assert view.certificate is not None and view.certificate.quantity_g == 100_000
    assert view.reports[0].tests[0].standard == "GB 2762-2022"
    assert view.authorisation is not None and view.authorisation.live


def test_the_same_run_always_gives_the_same_codes(world: World) -> None:
    run_id = world.printed(world.ready(), 5)
    assert _digits(world, run_id) == _digits(world, run_id)


def test_the_ledger_of_the_main_job_stands(world: World) -> None:
    world.printed(world.ready(), 3)
    with world.db.read() as session:
        report = ledger_audit.verify(session)
    assert report.fault is None
    assert report.entries > 20


def test_a_second_device_finds_the_code_seen_before_and_the_first_does_not(world: World) -> None:
    [digits] = _digits(world, world.printed(world.ready(), 1))
    mine, theirs = Reader("10.1.2.0", "WeChat"), Reader("10.9.9.0", "Alipay")
    for _ in range(3):
        with world.db.write(ledger=False) as session:
            asked = scan.seen(session, digits, mine, b"secret")
    assert asked.devices == 1
    with world.db.read() as session:
        assert scan.look(session, digits, reader=mine, secret=b"secret").verdict == "first"
        assert scan.look(session, digits, reader=theirs, secret=b"secret").verdict == "repeat"


@pytest.mark.parametrize("place", [0, 5, 19, 100, 174])
def test_one_changed_digit_is_never_a_valid_code(world: World, place: int) -> None:
    [digits] = _digits(world, world.printed(world.ready(), 1))
    other = str((int(digits[place]) + 1) % 10)
    with world.db.read() as session:
        view = scan.look(session, digits[:place] + other + digits[place + 1 :])
    assert view.verdict in ("forged", "malformed")
    assert view.product is None

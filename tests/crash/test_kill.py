"""The printing command is killed a hundred times at random points and asked again: each label comes to be once."""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from pathlib import Path

import pytest

from tests.crash.installation import Installation

COUNT = 30  # labels of one request: two pages

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def chance() -> random.Random:
    """Chance that can be repeated: TRACE_CRASH_SEED sets it, a failure shows it."""
    seed = os.environ.get("TRACE_CRASH_SEED") or secrets.token_hex(4)
    print(f"TRACE_CRASH_SEED={seed}")
    return random.Random(seed)


def kill_and_repeat(
    installed: Installation, requests: int, kills: int
) -> tuple[dict[str, int], Counter[str]]:
    """Ask for each of some runs, killed `kills` times, then left alone; count by how far it had come."""
    luck = chance()
    # How long the command takes undisturbed.
    first = installed.print_labels("request-0", COUNT)
    assert first["code"] == 0, first
    deaths: Counter[str] = Counter()
    for number in range(1, requests):
        name, dead = f"request-{number}", 0
        while dead < kills:
            # The first part of the time goes into starting up.
            fate = first["seconds"] * (0.15 + 0.75 * luck.random())
            answer = installed.print_labels(name, COUNT, kill_after=fate)
            assert answer["code"] in (0, -9), answer
            if answer["code"] == -9:
                dead += 1
                deaths[installed.stage(name)] += 1
        answer = installed.print_labels(name, COUNT)
        assert answer["code"] == 0, answer
    print(deaths)
    return {f"request-{number}": COUNT for number in range(requests)}, deaths


def nothing_is_left(installed: Installation) -> None:
    """The batch's weight is used up to the last label: whatever died took none of it."""
    answer = installed.print_labels("one-too-many", 1)
    assert answer["code"] == 1
    assert "run.too-many" in answer["err"]


def test_a_hundred_deaths_cost_no_label_and_make_none(sqlite_url: str, tmp_path: Path) -> None:
    installed, undisturbed = Installation.twice(sqlite_url, tmp_path, labels=11 * COUNT)
    try:
        requests, deaths = kill_and_repeat(installed, 11, 10)
        # A hundred of them, and at every stage of the work.
        assert deaths.total() == 100
        assert min(deaths[stage] for stage in ("nothing", "decided", "drawn")) >= 1
        installed.check(requests)
        nothing_is_left(installed)
        for request, count in requests.items():
            assert undisturbed.print_labels(request, count)["code"] == 0
            assert installed.out(request).read_bytes() == undisturbed.out(request).read_bytes()
    finally:
        installed.close()
        undisturbed.close()


@pytest.mark.postgres
def test_deaths_on_postgresql_cost_no_label_and_make_none(postgres_url: str, tmp_path: Path) -> None:
    installed = Installation.new(postgres_url, tmp_path, labels=4 * COUNT)
    try:
        requests, deaths = kill_and_repeat(installed, 4, 6)
        assert deaths.total() == 18
        installed.check(requests)
        nothing_is_left(installed)
    finally:
        installed.close()

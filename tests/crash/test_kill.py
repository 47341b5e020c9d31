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
_LABELS = 1_800  # that the batch's weight allows
_MOST_OF_ONE = 8  # deaths of one request

pytestmark = [pytest.mark.crash, pytest.mark.slow]


def chance() -> random.Random:
    """Chance that can be repeated: TRACE_CRASH_SEED sets it, a failure shows it."""
    seed = os.environ.get("TRACE_CRASH_SEED") or secrets.token_hex(4)
    print(f"TRACE_CRASH_SEED={seed}")
    return random.Random(seed)


def kill_and_repeat(installed: Installation, kills: int) -> tuple[dict[str, int], Counter[str]]:
    """Ask for runs and kill the command until their labels are taken, then ask again undisturbed.

    Goes on until it has killed `kills` times, and prints what is left of the batch in one last run. The answer
    is what was asked for, and the deaths by how far the work had come.
    """
    luck = chance()
    # How long the command takes undisturbed.
    first = installed.print_labels("request-0", COUNT)
    assert first["code"] == 0, first
    whole: float = first["seconds"]
    asked, deaths = {"request-0": COUNT}, Counter[str]()
    while deaths.total() < kills:
        name = f"request-{len(asked)}"
        for attempt in range(_MOST_OF_ONE):
            # The first part of the time goes into starting up.
            fate = whole * (0.15 + 0.85 * luck.random())
            answer = installed.print_labels(name, COUNT, kill_after=fate)
            assert answer["code"] in (0, -9), answer
            if answer["code"] == 0:
                if attempt == 0:
                    # The machine was busier before: what comes later than this kills nothing.
                    whole = min(whole, answer["seconds"])
                break
            deaths[installed.stage(name)] += 1
        answer = installed.print_labels(name, COUNT)
        assert answer["code"] == 0, answer
        asked[name] = COUNT
    rest = _LABELS - sum(asked.values())
    asked["the-rest"] = rest
    assert installed.print_labels("the-rest", rest)["code"] == 0
    # The weight is used up to the last label: whatever died took none of it.
    answer = installed.print_labels("one-too-many", 1)
    assert answer["code"] == 1
    assert "run.too-many" in answer["err"]
    print(deaths)
    return asked, deaths


def test_a_hundred_deaths_cost_no_label_and_make_none(sqlite_url: str, tmp_path: Path) -> None:
    installed, undisturbed = Installation.twice(sqlite_url, tmp_path, labels=_LABELS)
    try:
        asked, deaths = kill_and_repeat(installed, 100)
        # At every stage of the work.
        assert min(deaths[stage] for stage in ("nothing", "decided", "drawn")) >= 1
        installed.check(asked)
        for request, count in asked.items():
            assert undisturbed.print_labels(request, count)["code"] == 0
            assert installed.out(request).read_bytes() == undisturbed.out(request).read_bytes()
    finally:
        installed.close()
        undisturbed.close()


@pytest.mark.postgres
def test_deaths_on_postgresql_cost_no_label_and_make_none(postgres_url: str, tmp_path: Path) -> None:
    installed = Installation.new(postgres_url, tmp_path, labels=_LABELS)
    try:
        asked, _ = kill_and_repeat(installed, 20)
        installed.check(asked)
    finally:
        installed.close()

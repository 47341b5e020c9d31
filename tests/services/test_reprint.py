"""A reprint is one act: the spoilt labels become void and the new run is made, or neither happens."""

from __future__ import annotations

import subprocess
import sys

import pytest

from labels import code
from tests.support.makers import BASE, MASTER, World, new_run, the_batch
from tests.support.tree import ROOT
from trace.core.errors import TraceError
from trace.services import find, ledger, ledger_audit, ranges, run, scan
from trace.services.run import Replaced
from trace.tables import Run

# Decides a reprint down to the last row, and dies before the commit.
_KILLED = """
import os, sys
sys.path.insert(0, {root!r})
from tests.support.makers import BASE, MASTER, new_run
from tests.support.opened import opened
from trace.core.policy import Actor, OrganisationKind, Role
from trace.services import run
from trace.services.run import Replaced
actor = Actor({user}, {org}, OrganisationKind.COOPERATIVE, Role.MANAGER, "示例")
with opened({url!r}).write() as session:
    given = new_run(3, request_id="killed", replaces=Replaced({old}, 2, 4, "示例：卡纸"))
    made = run.create(session, actor, {number!r}, given, base_url=BASE, master=MASTER)
    session.flush()
    assert made.run_id != {old}
    os._exit(9)
"""


def state(world: World, number: str, old: int) -> tuple[dict[str, int], int, int, int]:
    """What a half-done reprint would change: the old labels, the runs, the weight, the ledger's length."""
    with world.db.read() as session:
        batch = the_batch(session, number)
        return (
            ranges.counts(session, session.get_one(Run, old)),
            len(run.of_batch(session, batch)),
            find.state(session, batch).labelled_g,
            ledger.size(session),
        )


def test_a_process_killed_before_the_commit_leaves_neither_half(world: World) -> None:
    number = world.ready()
    old = world.printed(number, 10)
    before = state(world, number, old)
    script = _KILLED.format(
        root=str(ROOT),
        url=world.db.url,
        user=world.coop.user_id,
        org=world.coop.org_id,
        old=old,
        number=number,
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode == 9, ended.stderr
    assert state(world, number, old) == before
    # The next one is as if nothing had been.
    new = world.printed(number, 3, replaces=Replaced(old, 2, 4, "示例：卡纸"))
    after = state(world, number, old)
    assert (after[0]["void"], after[1]) == (3, 2)
    with world.db.read() as session:
        assert session.get_one(Run, new).replaces_id == old
        assert ledger_audit.verify(session).fault is None


@pytest.mark.parametrize(
    ("given", "master", "refusal"),
    [
        ({}, bytes(32), "key.sealed"),
        ({"stock": "roll-40x30", "dpi": 160}, MASTER, "label.stock-too-small"),
        ({"count": 201}, MASTER, "run.too-many"),
    ],
)
def test_a_refusal_leaves_neither_half(
    world: World, given: dict[str, object], master: bytes, refusal: str
) -> None:
    number = world.ready()
    old = world.printed(number, 10)
    before = state(world, number, old)
    asked = {"count": 3, "replaces": Replaced(old, 2, 4, "示例：卡纸")} | given
    with pytest.raises(Exception, match=refusal.replace(".", r"\.")) as refused, world.write() as session:
        run.create(session, world.coop, number, new_run(**asked), base_url=BASE, master=master)  # type: ignore[arg-type]  # fields of NewRun
    assert isinstance(refused.value, TraceError) or refusal.startswith("label.")
    assert state(world, number, old) == before


def test_whoever_scans_a_replaced_label_reads_why_it_is_void(world: World) -> None:
    number = world.ready()
    old = world.printed(number, 10)
    new = world.printed(number, 2, replaces=Replaced(old, 3, 4, "示例：打印机卡纸"))
    with world.db.read() as session:
        spoilt = list(run.urls(session, session.get_one(Run, old), MASTER))[2]
        fresh = next(run.urls(session, session.get_one(Run, new), MASTER))
        seen = scan.look(session, code.split_url(spoilt))
        assert seen.verdict == "void"
        assert seen.notice is not None
        assert seen.notice.reason == "示例：打印机卡纸"
        assert scan.look(session, code.split_url(fresh)).verdict == "first"

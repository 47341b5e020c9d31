"""Signing keys: sealed under the master key, used for an organisation's runs, retired or revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from tests.support.makers import BASE, MASTER, World, new_run
from trace.core import clock
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from trace.services import key, ledger_audit, run, scan
from trace.tables import Run, SigningKeySecret
from trace.tables import SigningKey as KeyRow

OTHER_MASTER = bytes(reversed(MASTER))
NOW = datetime(2026, 10, 1, 4, tzinfo=UTC)


def made(world: World) -> int:
    """A new key of the cooperative."""
    with world.write() as session:
        return key.create(session, world.operator, int(world.coop.org_id), MASTER).id or 0


def end(world: World, key_id: int, status: str, since: datetime | None = None) -> None:
    with world.write() as session:
        key.end(session, world.operator, key_id, status, "示例：更换", since)


def key_of_run(world: World, run_id: int) -> int:
    with world.db.read() as session:
        return session.get_one(Run, run_id).key_id


def verdict_of_first_label(world: World, run_id: int) -> str:
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        url = next(iter(run.urls(session, row, MASTER)))
        return scan.look(session, url.rpartition("/c/")[2]).verdict


def test_a_key_opens_under_the_master_key_it_was_sealed_with(world: World) -> None:
    key_id = made(world)
    with world.db.read() as session:
        opened = key.open_key(session, key_id, MASTER)
        known = key.known(session, key_id)
        stored = session.get_one(SigningKeySecret, key_id).sealed
    assert known is not None
    assert known.public.verify(opened.sign(b"x"), b"x")
    assert opened.seed not in stored
    assert (known.held_by, known.retired, known.revoked_from) == ("service", False, None)


def test_another_master_key_does_not_open_it(world: World) -> None:
    key_id = made(world)
    with world.db.read() as session, pytest.raises(Unavailable) as refusal:
        key.open_key(session, key_id, OTHER_MASTER)
    assert refusal.value.code == "key.sealed"


def test_under_another_master_key_no_run_is_entered(world: World) -> None:
    """Labels that nobody can sign must not use up the batch's weight."""
    number = world.ready()
    world.printed(number)
    with pytest.raises(Unavailable), world.write() as session:
        run.create(session, world.coop, number, new_run(5), base_url=BASE, master=OTHER_MASTER)
    with world.db.read() as session:
        assert len(session.exec(select(Run)).all()) == 1


def test_a_sealed_key_cannot_be_put_in_the_place_of_another(world: World) -> None:
    mine, theirs = made(world), made(world)
    with world.write() as session:
        session.get_one(SigningKeySecret, mine).sealed = session.get_one(SigningKeySecret, theirs).sealed
    with world.db.read() as session, pytest.raises(Unavailable):
        key.open_key(session, mine, MASTER)


def test_the_same_key_is_never_sealed_into_the_same_bytes(world: World) -> None:
    made(world)
    made(world)
    with world.db.read() as session:
        first, second = session.exec(select(SigningKeySecret)).all()
    assert first.sealed[:12] != second.sealed[:12]


def test_a_first_run_makes_a_key_and_later_runs_use_it(world: World) -> None:
    number = world.ready()
    first = key_of_run(world, world.printed(number))
    assert key_of_run(world, world.printed(number)) == first
    with world.db.read() as session:
        assert len(session.exec(select(KeyRow)).all()) == 1


def test_a_retired_key_signs_no_new_run_and_its_labels_stay_good(world: World) -> None:
    number = world.ready()
    old_run = world.printed(number)
    old = key_of_run(world, old_run)
    end(world, old, "retired")
    new_run = world.printed(number)
    assert key_of_run(world, new_run) != old
    assert verdict_of_first_label(world, old_run) == "first"
    assert verdict_of_first_label(world, new_run) == "first"
    with world.db.read() as session:
        assert [(one.public.key_id, one.retired) for one in key.all_known(session)] == [
            (old, True),
            (old + 1, False),
        ]


def test_labels_of_runs_since_a_revocation_are_forged_and_earlier_ones_are_not(world: World) -> None:
    with clock.at(NOW):
        number = world.ready()
        early = world.printed(number)
    with clock.at(NOW + timedelta(days=5)):
        late = world.printed(number)
    key_id = key_of_run(world, early)
    assert key_of_run(world, late) == key_id
    with clock.at(NOW + timedelta(days=9)):
        end(world, key_id, "revoked", NOW + timedelta(days=3))
        after = world.printed(number)
        assert verdict_of_first_label(world, early) == "first"
        assert verdict_of_first_label(world, late) == "forged"
        assert verdict_of_first_label(world, after) == "first"
    assert key_of_run(world, after) != key_id


def test_a_run_made_in_the_moment_of_the_revocation_is_forged(world: World) -> None:
    with clock.at(NOW):
        run_id = world.printed(world.ready())
        end(world, key_of_run(world, run_id), "revoked", NOW)
        assert verdict_of_first_label(world, run_id) == "forged"


def test_a_retired_key_can_still_be_revoked_but_nothing_twice(world: World) -> None:
    key_id = made(world)
    end(world, key_id, "retired")
    end(world, key_id, "revoked", NOW)
    for status in ("retired", "revoked"):
        with pytest.raises(Conflict) as refusal:
            end(world, key_id, status)
        assert refusal.value.code == "key.ended-already"
    with world.db.read() as session:
        known = key.known(session, key_id)
    assert known is not None
    assert known.revoked_from == NOW


def test_a_key_ends_in_a_known_way_and_for_a_reason(world: World) -> None:
    key_id = made(world)
    with pytest.raises(InvalidInput) as refusal:
        end(world, key_id, "lost")
    assert refusal.value.code == "key.status"
    with world.write() as session, pytest.raises(InvalidInput):
        key.end(session, world.operator, key_id, "retired", "  ")
    with pytest.raises(NotFound):
        end(world, 54_321, "retired")


def test_only_the_platform_makes_and_ends_keys(world: World) -> None:
    key_id = made(world)
    for actor in (world.coop, world.rival, world.regulator, world.office):
        with world.db.write() as session, pytest.raises(Forbidden):
            key.create(session, actor, int(world.coop.org_id), MASTER)
        with world.db.write() as session, pytest.raises(Forbidden):
            key.end(session, actor, key_id, "revoked", "示例")


def test_keys_are_under_the_ledger_and_their_secrets_are_not(world: World) -> None:
    end(world, made(world), "retired")
    with world.db.read() as session:
        assert ledger_audit.verify(session).fault is None
    with world.write() as session:
        for stored in session.exec(select(SigningKeySecret)).all():
            session.delete(stored)
    with world.db.read() as session:
        assert ledger_audit.verify(session).fault is None

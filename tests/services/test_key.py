"""Signing keys: sealed under the master key, used for an organisation's runs, retired or revoked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from tests.support.makers import BASE, MASTER, World, new_run
from tests.support.tampering import behind
from trace.core import clock
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound, Unavailable
from trace.core.policy import Actor
from trace.ledger.envelope import Envelope
from trace.services import key, ledger_audit, run, scan
from trace.services.ledger import ENTRY
from trace.tables import Run, SigningKeySecret
from trace.tables import SigningKey as KeyRow

OTHER_MASTER = bytes(reversed(MASTER))
KEYS = KeyRow.__table__  # type: ignore[attr-defined]
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


def first_label(world: World, run_id: int) -> str:
    """The digits of a run's first label."""
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        return next(iter(run.urls(session, row, MASTER))).rpartition("/c/")[2]


def verdict(world: World, digits: str) -> str:
    with world.db.read() as session:
        return scan.look(session, digits).verdict


def verdict_of_first_label(world: World, run_id: int) -> str:
    return verdict(world, first_label(world, run_id))


def keys_of(session: Session, actor: Actor) -> list[tuple[int, bool]]:
    """An organisation's keys, and whether each has ended."""
    return [
        (one.public.key_id, one.retired)
        for one in key.all_known(session)
        if one.organisation_id == actor.org_id
    ]


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
        nonces = [stored.sealed[:12] for stored in session.exec(select(SigningKeySecret)).all()]
    assert len(set(nonces)) == len(nonces) >= 2


def test_an_organisations_first_entry_makes_its_key_and_its_runs_use_it(world: World) -> None:
    number = world.ready()
    first = key_of_run(world, world.printed(number))
    assert key_of_run(world, world.printed(number)) == first
    with world.db.read() as session:
        assert keys_of(session, world.coop) == [(first, False)]
        signers = {
            Envelope.parse(text).organisation: Envelope.parse(text).key
            for text in session.execute(select(ENTRY.c.envelope)).scalars()
        }
    # One key for each organisation that has entered anything, and no other signs for it.
    assert signers[int(world.coop.org_id)] == f"{first:05d}"
    assert len(set(signers.values())) == len(signers)


def test_an_organisations_first_key_signs_its_own_entry_before_anything_else(world: World) -> None:
    with world.db.read() as session:
        seen: set[int] = set()
        for text in session.execute(select(ENTRY.c.envelope).order_by(ENTRY.c.seq)).scalars():
            envelope = Envelope.parse(text)
            if envelope.organisation not in seen:
                assert (envelope.kind, envelope.key) == ("key.created", f"{envelope.subject_id:05d}")
            seen.add(envelope.organisation)


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
        assert keys_of(session, world.coop) == [(old, True), (key_of_run(world, new_run), False)]


def test_labels_of_runs_since_a_revocation_are_forged_and_earlier_ones_are_not(world: World) -> None:
    with clock.at(NOW):
        number = world.ready()
        early = world.printed(number)
    with clock.at(NOW + timedelta(days=5)):
        late = world.printed(number)
    key_id = key_of_run(world, early)
    assert key_of_run(world, late) == key_id
    before, stolen = first_label(world, early), first_label(world, late)
    with clock.at(NOW + timedelta(days=9)):
        end(world, key_id, "revoked", NOW + timedelta(days=3))
        after = world.printed(number)
        assert verdict(world, before) == "first"
        assert first_label(world, early) == before
        assert verdict(world, stolen) == "forged"
        assert verdict_of_first_label(world, after) == "first"
    assert key_of_run(world, after) != key_id


def test_a_run_made_in_the_moment_of_the_revocation_is_forged(world: World) -> None:
    with clock.at(NOW):
        run_id = world.printed(world.ready())
        stolen = first_label(world, run_id)
        end(world, key_of_run(world, run_id), "revoked", NOW)
        assert verdict(world, stolen) == "forged"


def test_a_revoked_key_signs_no_more_labels_of_the_runs_it_was_revoked_for(world: World) -> None:
    with clock.at(NOW):
        run_id = world.printed(world.ready())
        end(world, key_of_run(world, run_id), "revoked", NOW)
    with pytest.raises(Conflict) as refusal:
        first_label(world, run_id)
    assert refusal.value.code == "run.key-revoked"


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


def test_after_a_revocation_a_key_cannot_be_retired_nor_revoked_again(world: World) -> None:
    key_id = made(world)
    end(world, key_id, "revoked")
    for status in ("retired", "revoked"):
        with pytest.raises(Conflict):
            end(world, key_id, status)


def test_a_key_is_not_revoked_from_a_moment_to_come(world: World) -> None:
    """Until then a thief's labels would count."""
    key_id = made(world)
    with pytest.raises(InvalidInput) as refusal:
        end(world, key_id, "revoked", clock.now() + timedelta(hours=1))
    assert refusal.value.code == "key.since-future"


def test_rotating_makes_a_key_and_retires_all_older_ones_at_once(world: World) -> None:
    number = world.ready()
    old_run = world.printed(number)
    spare = made(world)
    with world.write() as session:
        done = key.rotate(session, world.operator, int(world.coop.org_id), MASTER, "示例：换人")
    assert done.retired == (key_of_run(world, old_run), spare)
    assert key_of_run(world, world.printed(number)) == done.key_id
    assert verdict_of_first_label(world, old_run) == "first"
    with world.db.read() as session:
        assert ledger_audit.verify(session).fault is None
        kinds = [
            Envelope.parse(text).kind
            for text in session.execute(select(ENTRY.c.envelope).order_by(ENTRY.c.seq)).scalars()
        ]
    assert kinds.count("key.retired") == 2


def test_a_rotation_that_fails_changes_no_key(world: World) -> None:
    with world.db.read() as session:
        before = keys_of(session, world.coop)
    with pytest.raises(InvalidInput), world.write() as session:
        key.rotate(session, world.operator, int(world.coop.org_id), MASTER, " ")
    with pytest.raises(RuntimeError), world.write() as session:
        key.rotate(session, world.operator, int(world.coop.org_id), MASTER, "示例")
        raise RuntimeError
    with world.db.read() as session:
        assert keys_of(session, world.coop) == before


def test_a_revoked_key_signs_no_entry_not_even_of_its_own_end(world: World) -> None:
    number = world.ready()
    with world.db.read() as session:
        [(leaked, _)] = keys_of(session, world.coop)
    end(world, leaked, "revoked")
    world.record(number, "storage", date(2026, 8, 26))
    with world.db.read() as session:
        last = session.execute(select(ENTRY.c.seq).where(ENTRY.c.kind == "key.revoked")).scalar_one()
        after = [
            Envelope.parse(text)
            for text in session.execute(select(ENTRY.c.envelope).where(ENTRY.c.seq >= last)).scalars()
        ]
        assert ledger_audit.verify(session).fault is None
    assert {one.kind for one in after} == {"key.revoked", "event.recorded"}
    assert f"{leaked:05d}" not in {one.key for one in after}


def test_what_a_leaked_key_signed_since_is_flagged_and_no_fault(world: World) -> None:
    number = world.ready()
    since = clock.now() + timedelta(days=5)
    with clock.at(since):
        late = world.record(number, "storage", date(2026, 8, 26))
        with world.db.read() as session:
            assert key.leaked_since(session) == []
            [(leaked, _)] = keys_of(session, world.coop)
        end(world, leaked, "revoked", since)
        new = world.record(number, "storage", date(2026, 8, 27))
    with world.db.read() as session:
        assert key.leaked_since(session) == [key.LeakedUse(late.entry, "event.recorded", leaked, since)]
        assert ledger_audit.verify(session).fault is None
    assert new.entry > late.entry


SMALL_ORDER_OR_NOT_CANONICAL = (
    bytes(32),
    (1).to_bytes(32, "little"),
    (2**255 - 20).to_bytes(32, "little"),
    (2**255 - 19).to_bytes(32, "little"),  # 0, written another way
    (2**255 - 18).to_bytes(32, "little"),  # 1, written another way
    (2**255 - 2).to_bytes(32, "little"),  # a y above the prime
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
    (2).to_bytes(32, "little"),  # no point of the curve
)


@pytest.mark.parametrize("raw", SMALL_ORDER_OR_NOT_CANONICAL, ids=bytes.hex)
def test_a_key_under_which_anyone_could_sign_counts_for_nothing(world: World, raw: bytes) -> None:
    """Put into the table behind the service's back: scans, key list and audit all refuse it."""
    run_id = world.printed(world.ready())
    key_id, digits = key_of_run(world, run_id), first_label(world, run_id)
    with behind(world.db) as link:
        link.execute(KEYS.update().where(KEYS.c.id == key_id).values(public_key=raw.hex()))
    with world.db.read() as session:
        assert key.known(session, key_id) is None
        assert key_id not in [one.public.key_id for one in key.all_known(session)]
        fault = ledger_audit.verify(session).fault
    assert verdict(world, digits) == "forged"
    assert fault is not None
    assert fault.code in ("ledger.key-not-in-force", "ledger.record-changed")


def test_ids_end_where_labels_have_no_more_digits(world: World) -> None:
    with world.write() as session:
        session.add(
            KeyRow(
                id=99_999,
                organisation_id=int(world.rival.org_id),
                public_key="00" * 32,
                created_at=clock.now(),
            )
        )
    with pytest.raises(Conflict) as refusal:
        made(world)
    assert refusal.value.code == "key.ids-used-up"
    assert "99999" in refusal.value.message("zh")


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

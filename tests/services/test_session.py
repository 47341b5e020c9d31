"""Signing in and out: tokens, locks, expiry, organisations."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from tests.support.accounts import PASSWORD, Village, make_user, make_village
from trace.core import account as rules
from trace.core import clock
from trace.core.errors import Forbidden, InvalidInput, NotFound, SignedOut, TraceError
from trace.db import Database
from trace.services import account, session
from trace.tables import Audit, LoginSession, User

NOW = datetime(2026, 10, 1, 4, 0, tzinfo=UTC)
NEXT = "新塘 新莲 新密码 三亩"


@pytest.fixture
def village(db: Database) -> Village:
    return make_village(db)


def refused(db: Database, username: str, password: str) -> TraceError:
    with pytest.raises(SignedOut) as refusal:
        session.sign_in(db, username, password)
    return refusal.value


def test_the_token_is_the_persons_and_only_its_hash_is_kept(db: Database, village: Village) -> None:
    entered = session.sign_in(db, "clerk", PASSWORD, device="示例手机")
    with db.read() as unit:
        assert session.actor_of(unit, entered.token) == entered.actor
        row = unit.exec(select(LoginSession)).one()
        assert entered.token not in str(row.model_dump())
        assert row.token_hash == session.token_hash(entered.token)
        assert unit.exec(select(Audit.user_id).where(Audit.action == "user:session:create")).all() == [
            village.clerk
        ]


@pytest.mark.parametrize("token", ["", "x", "\ud800", "0" * 64])
def test_other_tokens_are_nobodys(db: Database, village: Village, token: str) -> None:
    session.sign_in(db, "clerk", PASSWORD)
    with db.read() as unit:
        assert session.actor_of(unit, token) is None


def test_wrong_names_and_wrong_passwords_are_refused_alike(db: Database, village: Village) -> None:
    for name, password in (("clerk", "wrong"), ("nobody", PASSWORD), ("", ""), ("clerk", "x" * 10_000)):
        assert refused(db, name, password).code == "account.wrong"
    with db.read() as unit:
        subjects = unit.exec(select(Audit.subject).where(Audit.action == "user:session:refuse")).all()
        # What was typed as a name may be somebody's password: it is not written down.
        assert subjects == [f"user:{village.clerk}"] * 2


def test_guessing_is_made_to_wait_ever_longer(db: Database, village: Village) -> None:
    moment = NOW
    waits = []
    for _ in range(rules.FREE_FAILURES - 1):
        with clock.at(moment):
            assert refused(db, "clerk", "wrong").code == "account.wrong"
    for _ in range(4):
        with clock.at(moment):
            assert refused(db, "clerk", "wrong").code == "account.wrong"
            refusal = refused(db, "clerk", PASSWORD)
            assert refusal.code == "account.locked"
            waits.append(int(refusal.params["minutes"]))
        moment += timedelta(minutes=waits[-1])
    assert waits == [1, 2, 4, 8]
    with clock.at(moment):
        assert session.sign_in(db, "clerk", PASSWORD)
        # A right password wipes the slate.
        assert refused(db, "clerk", "wrong").code == "account.wrong"
        assert session.sign_in(db, "clerk", PASSWORD)


def test_guesses_side_by_side_are_counted_too(db: Database, village: Village) -> None:
    codes: list[str] = []

    def guess() -> None:
        codes.append(refused(db, "clerk", "wrong").code)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes.count("account.wrong") == rules.FREE_FAILURES
    assert codes.count("account.locked") == 12 - rules.FREE_FAILURES


def test_a_disabled_person_is_told_so_only_with_the_right_password(db: Database, village: Village) -> None:
    with db.write(ledger=False) as unit:
        account.disable(unit, None, village.clerk)
    assert refused(db, "clerk", "wrong").code == "account.wrong"
    assert refused(db, "clerk", PASSWORD).code == "account.disabled"


def test_without_an_organisation_there_is_nothing_to_do(db: Database, village: Village) -> None:
    make_user(db, "lonely")
    with pytest.raises(Forbidden, match=r"account.no-organisation"):
        session.sign_in(db, "lonely", PASSWORD)


def test_an_old_hash_is_made_anew(db: Database, village: Village) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with db.write(ledger=False) as unit:
        unit.get_one(User, village.clerk).password_hash = weak
    session.sign_in(db, "clerk", PASSWORD)
    with db.read() as unit:
        assert "m=19456" in unit.get_one(User, village.clerk).password_hash
    assert session.sign_in(db, "clerk", PASSWORD)


def test_a_sign_in_runs_out(db: Database, village: Village) -> None:
    with clock.at(NOW):
        entered = session.sign_in(db, "clerk", PASSWORD, hours=2)
    with db.read() as unit:
        with clock.at(NOW + timedelta(minutes=119)):
            assert session.actor_of(unit, entered.token)
        with clock.at(NOW + timedelta(minutes=120)):
            assert session.actor_of(unit, entered.token) is None
            assert session.owner_of(unit, entered.token) == village.clerk


def test_old_sign_ins_are_swept_away(db: Database, village: Village) -> None:
    with clock.at(NOW):
        session.sign_in(db, "clerk", PASSWORD)
    with clock.at(NOW + timedelta(days=60)):
        session.sign_in(db, "clerk", PASSWORD)
    with db.read() as unit:
        assert len(unit.exec(select(LoginSession)).all()) == 1


def test_signing_out_ends_this_one_alone(db: Database, village: Village) -> None:
    first, second = (session.sign_in(db, "clerk", PASSWORD) for _ in range(2))
    with db.write(ledger=False) as unit:
        session.sign_out(unit, first.token)
        session.sign_out(unit, first.token)
        assert session.actor_of(unit, first.token) is None
        assert session.actor_of(unit, second.token)


def test_one_ends_ones_own_sign_ins_only(db: Database, village: Village) -> None:
    mine, theirs = session.sign_in(db, "clerk", PASSWORD), session.sign_in(db, "outsider", PASSWORD)
    with db.write(ledger=False) as unit:
        listed = session.sign_ins(unit, mine.actor)
        assert [one.id for one in listed] == [session.token_hash(mine.token)]
        with pytest.raises(NotFound, match=r"account.no-sign-in"):
            session.revoke(unit, mine.actor, session.token_hash(theirs.token))
        session.revoke(unit, mine.actor, listed[0].id)
        assert session.sign_ins(unit, mine.actor) == []
        assert session.actor_of(unit, theirs.token)


def test_switching_organisation(db: Database, village: Village) -> None:
    entered = session.sign_in(db, "both", PASSWORD)
    target = village.other_coop if entered.actor.org_id == village.coop else village.coop
    with db.write(ledger=False) as unit:
        assert session.switch(unit, entered.token, target).org_id == target
        with pytest.raises(Forbidden, match=r"account.not-member"):
            session.switch(unit, entered.token, village.platform)
        with pytest.raises(SignedOut):
            session.switch(unit, "nobody's", target)
    with db.read() as unit:
        found = session.actor_of(unit, entered.token)
        assert found is not None
        assert found.org_id == target
    # The next sign-in goes on where this one was.
    assert session.sign_in(db, "both", PASSWORD).actor.org_id == target


def test_changing_the_password_ends_the_other_sign_ins(db: Database, village: Village) -> None:
    here, elsewhere = (session.sign_in(db, "clerk", PASSWORD) for _ in range(2))
    with db.read() as unit:
        visit = session.visit_of(unit, here.token)
    assert visit is not None
    for old, new, code in (
        ("wrong", NEXT, "account.password-wrong"),
        (PASSWORD, "short", "account.password-short"),
        (PASSWORD, PASSWORD, "account.password-same"),
    ):
        with pytest.raises(InvalidInput, match=code):
            session.change_password(db, visit, old=old, new=new)
    session.change_password(db, visit, old=PASSWORD, new=NEXT)
    with db.read() as unit:
        assert session.actor_of(unit, here.token)
        assert session.actor_of(unit, elsewhere.token) is None
    assert refused(db, "clerk", PASSWORD).code == "account.wrong"
    assert session.sign_in(db, "clerk", NEXT)


def test_guessing_the_old_password_locks_as_signing_in_does(db: Database, village: Village) -> None:
    entered = session.sign_in(db, "clerk", PASSWORD)
    with db.read() as unit:
        visit = session.visit_of(unit, entered.token)
    assert visit is not None
    for _ in range(rules.FREE_FAILURES):
        with pytest.raises(InvalidInput, match=r"account.password-wrong"):
            session.change_password(db, visit, old="wrong", new=NEXT)
    with pytest.raises(SignedOut, match=r"account.locked"):
        session.change_password(db, visit, old=PASSWORD, new=NEXT)

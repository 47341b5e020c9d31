"""Scratch-layer PINs (涂层验证码): a run's secret, sealed; and the tries at an item's PIN, counted exactly."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from labels.pin import SECRET_BYTES, pins
from trace.core import clock, dates
from trace.core import pin as rules
from trace.core.errors import NotFound, Unavailable
from trace.core.pin import MOST_WRONG, Result
from trace.services.keyring import seal, unseal
from trace.services.public_view import PinView
from trace.tables import PinState, PinTry, Run, RunPin
from trace.tables.base import key_of

# Tries that are each on record; a machine that goes on asking fills no table.
MOST_LOGGED = 100


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """What a try came to, and how the PIN stands with this try counted."""

    result: Result
    pin: PinView


def new_secret(session: Session, row: Run, master: bytes) -> bytes:
    """Make the secret of a run (flushed, not yet in the ledger), seal it, and set the run's commitment to it."""
    made = secrets.token_bytes(SECRET_BYTES)
    row.pin_hash = hashlib.sha256(made).hexdigest()
    session.add(row)
    session.add(RunPin(run_id=key_of(row), sealed=seal(made, master, _bound(key_of(row)))))
    session.flush()
    return made


def _bound(run_id: int) -> bytes:
    """What ties a sealed secret to its run, so that two runs' secrets cannot be swapped."""
    return f"trace-pin-secret-v1:{run_id:08d}".encode("ascii")


def secret(session: Session, row: Run, master: bytes) -> bytes:
    """The secret that a run's PINs come from.

    NotFound pin.none for a run without PINs; Unavailable pin.sealed if the master key is not the one it was
    sealed under, or the secret is not the one that the ledger's entry of the run commits to.
    """
    stored = session.get(RunPin, key_of(row))
    if stored is None or row.pin_hash is None:
        raise NotFound("pin.none")
    try:
        found = unseal(stored.sealed, master, _bound(key_of(row)))
    except ValueError as error:
        raise Unavailable("pin.sealed", run=key_of(row)) from error
    if hashlib.sha256(found).hexdigest() != row.pin_hash:
        raise Unavailable("pin.sealed", run=key_of(row))
    return found


def view(session: Session, row: Run, item: int) -> PinView | None:
    """How an item's PIN stands, for its page; None for a run without PINs."""
    return None if row.pin_hash is None else standing(session, key_of(row), item)


def standing(session: Session, run_id: int, item: int) -> PinView:
    """The same, of a run that is known to have PINs."""
    state = session.get(PinState, (run_id, item))
    return PinView(MOST_WRONG, None, 0, False) if state is None else _view(state)


def _view(state: PinState) -> PinView:
    first = dates.local_day(state.first_correct_at) if state.first_correct_at else None
    return PinView(MOST_WRONG - state.wrong, first, state.correct, state.locked_at is not None)


def ask(
    session: Session, run_id: int, item: int, typed: object, *, master: bytes, when: datetime | None = None
) -> PinAnswer:
    """Try a PIN: right for the first time or again, wrong (the fifth locks it for good), or locked.

    Needs a write unit. Raises InvalidInput pin.malformed (counts as no try), NotFound pin.none, and what
    `secret` raises.
    """
    given = rules.read(typed)
    row = session.get(Run, run_id)
    if row is None or not 1 <= item <= row.count:
        raise NotFound("pin.none")
    [right] = pins(secret(session, row, master), run_id, range(item, item + 1))
    moment = when or clock.now()
    state = _own(session, run_id, item)
    if state.locked_at is not None:
        result, logged = Result.LOCKED, "locked"
    elif hmac.compare_digest(given.encode("ascii"), right.encode("ascii")):
        result, logged = Result.AGAIN if state.correct else Result.FIRST, "right"
        state.correct += 1
        state.first_correct_at = state.first_correct_at or moment
    else:
        result, logged = Result.WRONG, "wrong"
        state.wrong += 1
        if state.wrong == MOST_WRONG:
            result, state.locked_at = Result.LOCKED, moment
    session.add(state)
    _log(session, state, logged, moment)
    return PinAnswer(result, _view(state))


def _own(session: Session, run_id: int, item: int) -> PinState:
    """The item's row, locked until the unit ends, so that tries at once are counted one after another."""
    identity = (run_id, item)
    state = session.get(PinState, identity, with_for_update=True)
    if state is not None:
        return state
    try:
        with session.begin_nested():
            session.execute(insert(PinState).values(run_id=run_id, item=item, wrong=0, correct=0))
    except IntegrityError:
        # Another first try came between: its row is ours too.
        pass
    return session.get_one(PinState, identity, with_for_update=True)


def _log(session: Session, state: PinState, result: str, moment: datetime) -> None:
    query = select(func.max(PinTry.number)).where(
        col(PinTry.run_id) == state.run_id, col(PinTry.item) == state.item
    )
    number = (session.exec(query).one() or 0) + 1
    if number <= MOST_LOGGED:
        session.add(PinTry(run_id=state.run_id, item=state.item, number=number, result=result, at=moment))
    session.flush()


def tries(session: Session, run_id: int, item: int) -> list[PinTry]:
    """The tries on record, oldest first: when, and what they came to."""
    query = select(PinTry).where(col(PinTry.run_id) == run_id, col(PinTry.item) == item)
    return list(session.exec(query.order_by(col(PinTry.number))).all())


def counts(session: Session, row: Run) -> tuple[int, int]:
    """How many of a run's items have had their PIN verified, and how many are locked."""
    query = select(func.count(col(PinState.first_correct_at)), func.count(col(PinState.locked_at))).where(
        col(PinState.run_id) == key_of(row)
    )
    used, locked = session.exec(query).one()
    return int(used), int(locked)

"""Cartons for tests of services: printed, packed, opened; and whether all records are sound afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from labels.text import LabelText
from tests.support.makers import BASE, MASTER, World
from trace.core.carton import Packing
from trace.core.errors import TraceError
from trace.core.policy import Actor
from trace.services import (
    carton,
    ledger_audit,
    projection_audit,
    run,
)
from trace.services.carton import Content, NewCartons, PrintedCartons
from trace.tables import LedgerEntry, Run


def cartons(world: World, number: str, content: Content | None, **given: object) -> PrintedCartons:
    cartons.counter += 1  # type: ignore[attr-defined]
    words: dict[str, object] = {
        "stock": "a4-24",
        "request_id": f"cartons-{cartons.counter}",  # type: ignore[attr-defined]
        "per_carton": 24,
        "content": content,
    }
    wanted = NewCartons(**{**words, **given})  # type: ignore[arg-type]
    with world.write() as session:
        return carton.print_cartons(session, world.coop, number, wanted, base_url=BASE, master=MASTER)


cartons.counter = 0  # type: ignore[attr-defined]


def pack(world: World, row: Packing, actor: Actor | None = None) -> None:
    with world.write() as session:
        carton.pack(session, actor or world.coop, row)


def split(world: World, run_id: int, item: int, reason: str = "零售拆箱") -> None:
    with world.write() as session:
        carton.split(session, world.coop, run_id, item, reason)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(TraceError) as caught:
        act()
    return caught.value.code


def sound(world: World) -> None:
    """The ledger vouches for every record, and every projection follows from them."""
    with world.db.read() as session:
        assert ledger_audit.verify(session).fault is None
        assert projection_audit.check(session) == []


def texts(world: World, run_id: int) -> LabelText:
    with world.db.read() as session:
        return run.words(session.get_one(Run, run_id))


def kinds(session: Session) -> list[str]:
    return list(session.exec(select(LedgerEntry.kind).order_by(LedgerEntry.seq)).all())  # type: ignore[arg-type]

"""Nothing hides behind an erasure: exactly what is declared may be missing, and only what may go can be declared."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import select as select_model

from tests.support.erasing import (
    DAY,
    EVENT,
    NAME,
    NOW,
    asked,
    erased,
    facts_of,
    sound,
    worked,
)
from tests.support.forging import unsign_all
from tests.support.makers import World
from tests.support.tampering import behind
from trace.core import clock
from trace.services import (
    ledger,
    ledger_audit,
)
from trace.services.ledger import BATCH, ENTRY
from trace.services.ledger_record import ERASURE, OPENING
from trace.tables import Erasure


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(NOW):
        yield


class TestNothingHidesBehindAnErasure:
    """Exactly what is declared may be missing, and only what may go can be declared."""

    def faulty(self, world: World) -> str:
        with world.db.read() as session:
            fault = ledger_audit.verify(session).fault
        return "" if fault is None else f"{fault.code} {fault.seq}"

    def test_a_field_removed_without_an_entry(self, world: World) -> None:
        made = worked(world, world.batch())
        erased(world, asked("", (made.entry, "facts.worker")))
        with behind(world.db) as link:
            gone = (OPENING.c.seq == made.entry) & (OPENING.c.field == "place")
            link.execute(update(OPENING).where(gone).values(salt=None))
            link.execute(update(EVENT).where(EVENT.c.id == made.event_id).values(place=""))
        assert self.faulty(world) == f"ledger.record-changed {made.entry}"

    @pytest.mark.parametrize("value", ["示例某人", " ", "（已依法删除）"])
    def test_something_written_where_a_field_was_erased(self, world: World, value: str) -> None:
        made = worked(world, world.batch())
        erased(world, asked("", (made.entry, "place")))
        with behind(world.db) as link:
            link.execute(update(EVENT).where(EVENT.c.id == made.event_id).values(place=value))
        assert self.faulty(world) == f"ledger.record-changed {made.entry}"

    def test_a_fact_put_back_where_one_was_erased(self, world: World) -> None:
        made = worked(world, world.batch())
        erased(world, asked("", (made.entry, "facts.worker")))
        with world.db.read() as session:
            facts = facts_of(session, made.event_id).replace("}", ',"worker":"示例某人"}')
        with behind(world.db) as link:
            link.execute(update(EVENT).where(EVENT.c.id == made.event_id).values(facts=facts))
        assert self.faulty(world) == f"ledger.record-changed {made.entry}"

    def test_a_fact_added_beside_one_that_was_erased(self, world: World) -> None:
        made = worked(world, world.batch())
        erased(world, asked("", (made.entry, "facts.worker")))
        with world.db.read() as session:
            facts = facts_of(session, made.event_id).replace("{", '{"a":"",')
        with behind(world.db) as link:
            link.execute(update(EVENT).where(EVENT.c.id == made.event_id).values(facts=facts))
        assert self.faulty(world) == f"ledger.record-changed {made.entry}"

    def test_a_pesticide_declared_as_erased_by_who_holds_the_keys(self, world: World) -> None:
        """The entry is well signed, the salts are right: still a record that the law wants cannot vanish."""
        inputs = [{"kind": "other", "name": "示例禁用药", "dose": "1 g", "first_day": "2026-04-01"}]
        made = worked(world, world.batch(), inputs=inputs)
        erased(world, asked("", (made.entry, "facts.worker")))
        name = "facts.inputs.0.name"
        with world.write() as session:
            first = session.exec(select_model(Erasure)).one()
            words = {key: getattr(first, key) for key in ("organisation_id", "recorded_at", "recorded_by")}
            row = Erasure(seq=made.entry, fields=f'["{name}"]', reason="x", requested_on=DAY, **words)
            session.add(row)
            session.flush()
            ledger.append(session, "record.erased", row, organisation=row.organisation_id)
            gone = (OPENING.c.seq == made.entry) & (OPENING.c.field == name)
            session.execute(update(OPENING).where(gone).values(salt=None))
            facts = facts_of(session, made.event_id).replace('"name":"示例禁用药"', "").replace(",,", ",")
            session.execute(
                update(EVENT).where(EVENT.c.id == made.event_id).values(facts=facts.replace(",}", "}"))
            )
        assert self.faulty(world) == f"ledger.record-changed {made.entry}"

    def test_a_row_brought_back_from_a_backup(self, world: World) -> None:
        made = worked(world, world.batch())
        with world.db.read() as session:
            salt = session.execute(select(ENTRY.c.salt).where(ENTRY.c.seq == made.entry)).scalar_one()
            before = session.execute(select(EVENT).where(EVENT.c.id == made.event_id)).mappings().one()
        erased(world, asked())
        with behind(world.db) as link:
            link.execute(update(EVENT).where(EVENT.c.id == made.event_id).values(**before))
            link.execute(update(ENTRY).where(ENTRY.c.seq == made.entry).values(salt=salt))
        assert self.faulty(world) == f"ledger.record-changed {made.entry}"

    def test_a_weight_changed_beside_an_erased_field(self, world: World) -> None:
        made = world.record(
            world.batch(),
            "harvest",
            date(2026, 8, 12),
            quantity_g=9_000,
            facts={"method": "hand", "worker": NAME},
        )
        erased(world, asked())
        assert sound(world)
        with behind(world.db) as link:
            link.execute(update(EVENT).where(EVENT.c.id == made.event_id).values(quantity_g=9_001))
        assert self.faulty(world) == f"ledger.record-changed {made.entry}"

    def test_an_erasure_that_was_deleted_or_rewritten(self, world: World) -> None:
        made = worked(world, world.batch())
        erased(world, asked("", (made.entry, "facts.worker")))
        with behind(world.db) as link:
            link.execute(update(ERASURE).values(reason="示例另一个原因"))
        assert self.faulty(world).startswith("ledger.record-changed")
        with behind(world.db) as link:
            link.execute(ERASURE.delete())
        assert self.faulty(world) == f"ledger.record-changed {made.entry}"


def test_of_an_unsigned_entry_the_rest_is_committed_to_anew(world: World) -> None:
    """Entries of before the tree hashed a record whole: with a field gone, only the erasure's entry vouches."""
    made = worked(world, world.batch())
    with world.write() as session:
        unsign_all(session)
        assert session.execute(select(BATCH)).first() is not None
    assert sound(world)
    erased(world, asked("", (made.entry, "facts.worker")))
    assert sound(world)
    erased(world, asked("", (made.entry, "place")))
    assert sound(world)
    with behind(world.db) as link:
        link.execute(update(EVENT).where(EVENT.c.id == made.event_id).values(stage="harvest"))
    assert not sound(world)

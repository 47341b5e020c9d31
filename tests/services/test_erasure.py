"""Erasing what is about a person: the words are gone, every proof holds, and everybody sees that something went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col
from sqlmodel import select as select_model

from tests.support.erasing import (
    DAY,
    EVENT,
    NAME,
    NOW,
    PHONE,
    WHY,
    asked,
    erased,
    facts_of,
    places,
    sound,
    worked,
)
from tests.support.makers import LEAST, World, make_world, new_event
from tests.support.opened import opened
from tests.support.tampering import behind
from trace.config import Settings
from trace.core import clock
from trace.core.errors import Conflict, Forbidden, InvalidInput
from trace.core.organisation import Role
from trace.ledger.commitment import digest, field_salt
from trace.ledger.envelope import Envelope
from trace.services import (
    attachment,
    erasure,
    erasure_find,
    erasure_view,
    event,
    find,
    ledger,
    operation,
    pages,
)
from trace.services.attachment import Checked
from trace.services.erasure import Done, Request
from trace.services.ledger import ENTRY
from trace.services.ledger_record import OPENING
from trace.tables import Audit, Erasure, Event, Organisation, User


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(NOW):
        yield


def test_a_name_is_found_wherever_it_stands(world: World) -> None:
    number = world.batch()
    made = worked(world, number)
    with world.write() as session:
        session.get_one(Organisation, int(world.coop.org_id)).phone = "13900001234"
    assert set(places(world, NAME)) == {
        (made.entry, "event", "facts.worker"),
        (made.entry, "event", "facts.note"),
        (made.entry, "event", "place"),
    }
    # However it was typed: blanks, hyphens, full-width digits.
    assert set(places(world, "139-0000-１２３４")) == {
        (made.entry, "event", "facts.note"),
        (None, "organisation", "phone"),
    }
    with world.db.read() as session, pytest.raises(InvalidInput) as refusal:
        erasure_find.find(session, " 王 ")
    assert refusal.value.code == "erasure.text"


def test_what_is_erased_is_gone_and_every_proof_holds(world: World) -> None:
    number = world.batch()
    made = worked(world, number, area="3.5")
    other = worked(world, number, worker="示例另一人", note="")
    done = erased(world, asked())
    assert [(one.seq, one.fields) for one in done.entries] == [
        (made.entry, ("facts.note", "facts.worker", "place")),
        (other.entry, ("place",)),
    ]
    assert places(world, NAME) == []
    assert sound(world)
    with world.db.read() as session:
        assert facts_of(session, made.event_id) == '{"activity":"weeding","area":"3.5"}'
        [entry] = session.execute(select(ENTRY).where(ENTRY.c.seq == made.entry)).mappings()
        openings = {
            line.field: line for line in session.execute(select(OPENING).where(OPENING.c.seq == made.entry))
        }
    assert entry["salt"] == ""
    # A guess at the name cannot be tried: its salt is nowhere. The other fields can still be shown one by one.
    assert openings["facts.worker"].salt is None
    kept = openings["facts.area"]
    assert digest(bytes.fromhex(kept.salt), "facts.area", "3.5") == kept.digest


def test_an_erasure_is_an_entry_of_its_own_that_says_which_fields_and_not_what(world: World) -> None:
    number = world.batch()
    made = worked(world, number)
    [one, *_] = erased(world, asked()).entries
    with world.db.read() as session:
        row = session.exec(select_model(Erasure).where(Erasure.seq == made.entry)).one()
        text = session.execute(select(ENTRY.c.envelope).where(ENTRY.c.seq == one.entry)).scalar_one()
        notes = session.exec(select_model(Audit.subject).where(col(Audit.action).contains("erase"))).all()
    envelope = Envelope.parse(text)
    assert (envelope.kind, envelope.corrects) == ("record.erased", made.entry)
    assert [name for name, _ in envelope.batches] == [number]
    assert envelope.organisation == world.operator.org_id
    assert row.fields == '["facts.note","facts.worker","place"]'
    assert (row.reason, row.requested_on) == (WHY, DAY)
    assert list(notes) == [f"{made.entry}:facts.note,facts.worker,place"]
    assert NAME not in text + row.fields + row.reason


def test_erasing_twice_changes_nothing_more(world: World) -> None:
    made = worked(world, world.batch())
    erased(world, asked())
    assert erased(world, asked()) == Done((), (), ())
    assert erased(world, asked("", (made.entry, "facts.worker"))) == Done((), (), ())
    assert sound(world)


def test_more_of_the_same_record_can_go_later(world: World) -> None:
    made = worked(world, world.batch())
    erased(world, asked("", (made.entry, "facts.worker")))
    assert sound(world)
    erased(world, asked("", (made.entry, "place"), (made.entry, "facts.note")))
    assert sound(world)
    assert places(world, NAME) == []
    with world.db.read() as session:
        views = erasure_view.of_entries(session, [made.entry])[made.entry]
        assert erasure.count(session) == 3
    assert [view.names for view in views] == [
        (("操作人", "Done by"),),
        (("备注", "Remarks"), ("地点", "Place")),
    ]
    assert {(view.erased_on, view.reason) for view in views} == {(date(2026, 10, 5), WHY)}


def test_parts_and_rows_of_tables_go_one_by_one(world: World, tmp_path: Path) -> None:
    number = world.batch()
    steps = [{"step": "drying", "detail": "示例"}, {"step": "shelling", "detail": f"{NAME}剥"}]
    with world.write() as session:
        photo = Checked(b"not really a photo", "image/jpeg", 4, 3, NAME)
        stored = attachment.store(session, world.coop, Settings(instance=tmp_path), photo)
    files = (event.Attached(stored.id, f"{NAME}在晒莲子"),)
    made = world.record(number, "processing", date(2026, 8, 13), facts={"steps": steps}, attachments=files)
    found = places(world, NAME)
    assert (made.entry, "event", "facts.steps.1.detail") in found
    assert (made.entry, "event", "event_attachment.0.title") in found
    erased(world, asked())
    assert sound(world)
    with world.db.read() as session:
        assert facts_of(session, made.event_id).count("step") == 3
        assert attachment.of_event(session, made.event_id)[0][1] == ""


def test_a_reason_is_replaced_by_words_that_say_so(world: World) -> None:
    """Tables refuse a correction without a reason."""
    number = world.batch()
    wrong = worked(world, number, worker="示例另一人", note="")
    with world.write() as session:
        right = new_event("planting", date(2026, 4, 1))
        put = event.correct(session, world.coop, wrong.event_id, right, f"{NAME}记错了")
    erased(world, asked("", (put.entry, "reason")))
    assert sound(world)
    with world.db.read() as session:
        assert session.get_one(Event, put.event_id).reason == "（已依法删除）"


KEPT = (
    ("planting", "facts.inputs.0.name"),
    ("planting", "facts.inputs.0.first_day"),
    ("planting", "facts.activity"),
    ("planting", "quantity_g"),
    ("planting", "occurred_at"),
    ("planting", "stage"),
    ("inspection", "facts.items.0.value"),
    ("inspection", "facts.result"),
)


@pytest.mark.parametrize(("stage", "field"), KEPT)
def test_what_the_law_wants_recorded_stays(world: World, stage: str, field: str) -> None:
    number = world.batch()
    inputs = [{"kind": "fertiliser", "name": "示例有机肥", "dose": "10 kg", "first_day": "2026-04-01"}]
    facts = {"activity": "fertilising", "inputs": inputs} if stage == "planting" else LEAST[stage]
    made = world.record(number, stage, date(2026, 4, 1), facts=facts)
    with pytest.raises(Conflict) as refusal:
        erased(world, asked("", (made.entry, field)))
    assert refusal.value.code == "erasure.kept"


def test_by_text_what_must_stay_is_listed_and_the_rest_goes(world: World) -> None:
    number = world.batch()
    inputs = [{"kind": "other", "name": f"{NAME}自制肥", "dose": "10 kg", "first_day": "2026-04-01"}]
    made = worked(world, number, inputs=inputs)
    with world.db.read() as session:
        plan = erasure.plan(session, asked())
    assert [place.field for place in plan.stays] == ["facts.inputs.0.name"]
    erased(world, asked())
    assert places(world, NAME) == [(made.entry, "event", "facts.inputs.0.name")]
    assert sound(world)


def test_partners_in_trade_stay_until_their_record_need_not_be_kept(world: World) -> None:
    number = world.batch()
    bought = {"seller": NAME, "seller_phone": "13900001234"}
    made = world.record(number, "purchase", date(2026, 9, 1), facts=bought, quantity_g=1000, source="示例村")
    wanted = asked("", (made.entry, "facts.seller"))
    with pytest.raises(Conflict) as refusal:
        erased(world, wanted)
    assert refusal.value.code == "erasure.kept"
    with world.db.read() as session:
        [place] = [one for one in erasure_find.find(session, NAME) if one.field == "facts.seller"]
    assert place.from_day == date(2028, 10, 5)
    with clock.at(NOW + timedelta(days=732)):
        erased(world, wanted)
        assert sound(world)


def test_only_a_supervisor_or_the_operator_erases(world: World) -> None:
    worked(world, world.batch())
    clerk = replace(world.operator, role=Role.CLERK)
    for actor in (world.coop, world.office, world.laboratory, clerk):
        with world.db.write() as session, pytest.raises(Forbidden):
            erasure.erase(session, actor, asked())
    with world.write() as session:
        assert erasure.erase(session, world.regulator, asked()).entries
    assert sound(world)


def test_a_request_has_a_reason_a_day_and_something_to_erase(world: World) -> None:
    worked(world, world.batch())
    refusals = {
        "text.required": Request(" ", DAY, NAME),
        "erasure.named-in-reason": Request(f"{NAME}要求", DAY, NAME),
        "erasure.requested-later": Request(WHY, date(2026, 10, 6), NAME),
        "erasure.nothing": Request(WHY, DAY),
        "erasure.no-such-field": Request(WHY, DAY, chosen=((99_999, "place"),)),
    }
    for code, wanted in refusals.items():
        with world.db.read() as session, pytest.raises(InvalidInput) as refusal:
            erasure.plan(session, wanted)
        assert refusal.value.code == code


def test_an_empty_field_is_nothing_to_erase(world: World) -> None:
    made = world.record(world.batch(), "planting", date(2026, 4, 1))
    for field in ("place", "facts.worker", "facts.nonsense", "nonsense"):
        with world.db.read() as session, pytest.raises((InvalidInput, Conflict)):
            erasure.plan(session, asked("", (made.entry, field)))


def test_a_record_that_was_changed_is_not_erased_over(world: World) -> None:
    made = worked(world, world.batch())
    with behind(world.db) as link:
        link.execute(update(EVENT).where(EVENT.c.id == made.event_id).values(place="示例别处"))
    with pytest.raises(Conflict) as refusal:
        erased(world, asked("", (made.entry, "facts.worker")))
    assert refusal.value.code == "erasure.record-changed"


def test_what_is_kept_beside_the_ledger_goes_too(world: World) -> None:
    with world.write() as session:
        session.get_one(Organisation, int(world.coop.org_id)).phone = "13900001234"
        user = session.get_one(User, int(world.reader.user_id))
        user.display_name = NAME
    with world.db.read() as session:
        [stays] = erasure.plan(session, asked()).stays
    assert (stays.table, stays.field) == ("app_user", "display_name")
    with world.write() as session:
        session.get_one(User, int(world.reader.user_id)).active = False
    done = erased(world, asked())
    assert [(place.table, place.field) for place in done.beside] == [("app_user", "display_name")]
    erased(world, asked(PHONE))
    with world.db.read() as session:
        assert session.get_one(User, int(world.reader.user_id)).display_name == "已删除"
        assert session.get_one(Organisation, int(world.coop.org_id)).phone == ""
    assert sound(world)


def test_only_what_was_shown_before_goes(world: World) -> None:
    number = world.batch()
    first = worked(world, number)
    with world.db.read() as session:
        shown = erasure.plan(session, asked()).goes
    second = worked(world, number)
    with world.write() as session:
        done = erasure.erase(session, world.operator, asked(), shown)
    assert [one.seq for one in done.entries] == [first.entry]
    assert {seq for seq, _, _ in places(world, NAME)} == {second.entry}


def test_an_erasure_that_fails_half_way_leaves_all_as_it_was(world: World) -> None:
    made = worked(world, world.batch())
    with pytest.raises(RuntimeError), world.db.write() as session:
        erasure.erase(session, world.operator, asked())
        raise RuntimeError
    assert len(places(world, NAME)) == 3
    assert sound(world)
    with world.db.read() as session:
        assert erasure_view.of_entries(session, [made.entry]) == {}


def test_salts_of_other_fields_say_nothing_about_the_erased_one(world: World) -> None:
    made = worked(world, world.batch())
    with world.db.read() as session:
        salt = session.execute(select(ENTRY.c.salt).where(ENTRY.c.seq == made.entry)).scalar_one()
    gone = field_salt(bytes.fromhex(salt), "facts.worker").hex()
    erased(world, asked())
    with world.db.read() as session:
        for table in (ENTRY, OPENING):
            for line in session.execute(select(table)):
                assert gone not in map(str, line)
                assert salt not in map(str, line)


def test_the_words_are_not_left_in_the_file(sqlite_url: str, tmp_path: Path) -> None:

    world = make_world(opened(sqlite_url))
    worked(world, world.batch(), note=f"{NAME}" * 100)
    path = Path(str(world.db.engine.url.database))
    log = path.with_name(path.name + "-wal")
    assert NAME.encode() in path.read_bytes() + log.read_bytes()
    done = erased(world, asked())
    assert erasure.finish(world.db, Settings(instance=tmp_path), done)
    assert NAME.encode() not in path.read_bytes() + log.read_bytes()


def test_operations_and_certificates_lose_remarks_and_contact_only(world: World) -> None:
    number = world.ready()
    with world.write() as session:
        outputs = (operation.Output(world.product_id, 30_000), operation.Output(world.product_id, 10_000))
        given = operation.NewOperation(
            "split", ((number, 40_000),), outputs, date(2026, 8, 24), note=f"{NAME}分的"
        )
        made = operation.operate(session, world.coop, given)
    with world.db.read() as session:
        certificate = ledger.entry_of(session, "certificate", 1)
    assert certificate is not None
    erased(world, asked("", (made.entry, "note"), (certificate, "contact")))
    assert sound(world)
    for entry, field in ((made.entry, "loss_g"), (certificate, "promisor"), (certificate, "quantity_g")):
        with pytest.raises(Conflict):
            erased(world, asked("", (entry, field)))
    with world.db.read() as session:
        page = pages.page_of(session, find.public_batch(session, number))
    assert page.certificate is not None
    assert page.certificate.erasures[0].names == (("联系方式", "Contact"),)

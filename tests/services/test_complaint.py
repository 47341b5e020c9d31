"""Complaints: who sees which, how they end, and what goes of them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from PIL import Image
from sqlmodel import col, select

from tests.support.at_once import at_once, made, refused
from tests.support.makers import World
from trace.config import Settings
from trace.core import clock
from trace.core.erasure import MARK
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.core.organisation import Role
from trace.core.policy import Actor
from trace.jobs.handlers import COMPLAINT_EXPIRE, DAILY, HANDLERS
from trace.services import complaint, complaint_erase, complaint_photo, complaint_view, erasure, erasure_find
from trace.services.complaint import Typed
from trace.services.erasure import Request
from trace.tables import Audit, CodeAlarm, Complaint, ComplaintAnswer, ItemReview

NAME = "示例欧阳小明"
PHONE = "13900001234"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path / "instance")


@pytest.fixture
def drawn(settings: Settings) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (40, 120, 60)).save(out, "JPEG")
    return complaint_photo.examine(settings, out.getvalue())


def lodged(world: World, settings: Settings, drawn: bytes | None = None, **given: str) -> int:
    typed = {"kind": "copied", "text": f"{NAME}卖给我的，怀疑是假货", "phone": PHONE, **given}
    ready = replace(complaint.check(Typed(**typed)), photo=drawn)
    with world.db.write(ledger=False) as session:
        receipt = complaint.lodge(session, settings, ready)
        return int(session.exec(select(Complaint.id).where(Complaint.receipt == receipt)).one() or 0)


def close(world: World, identity: int, who: Actor | None = None) -> None:
    with world.db.write(ledger=False) as session:
        complaint.answer(session, who or world.regulator, identity, "已查明，标签是真的。", closes=True)


def row_of(world: World, identity: int) -> Complaint:
    with world.db.read() as session:
        return session.get_one(Complaint, identity)


def files(settings: Settings) -> list[str]:
    folder = complaint_photo.folder(settings)
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_the_office_sees_those_of_its_brand_and_regulators_all(world: World, settings: Settings) -> None:
    about = lodged(world, settings, batch=world.ready())
    nowhere = lodged(world, settings)
    with world.db.read() as session:
        assert complaint_view.case(session, world.office, about).phone == "139****1234"
        assert complaint_view.case(session, world.regulator, nowhere).label.batch_no == ""
        for actor, identity in (
            (world.office, nowhere),
            *((actor, about) for actor in (world.coop, world.rival, world.laboratory, world.operator)),
        ):
            with pytest.raises(NotFound, match=r"complaint\.unknown"):
                complaint_view.case(session, actor, identity)
        brand = row_of(world, about).brand_id
        assert [line.id for line in complaint_view.listing(session, brand)] == [about]
        assert [line.id for line in complaint_view.listing(session)] == [about, nowhere]
        assert (complaint_view.open_count(session, brand), complaint_view.open_count(session)) == (1, 2)


def test_readers_read_and_answer_nothing(world: World, settings: Settings) -> None:
    identity = lodged(world, settings, batch=world.ready())
    for actor in (world.office, world.regulator):
        reader = replace(actor, role=Role.READER)
        with world.db.write(ledger=False) as session:
            assert complaint_view.case(session, reader, identity).id == identity
            with pytest.raises(Forbidden):
                complaint.phone(session, reader, identity)
            with pytest.raises(Forbidden):
                complaint.answer(session, reader, identity, "知道了", closes=True)
    assert row_of(world, identity).closed_at is None


def test_looking_at_a_phone_is_put_down(world: World, settings: Settings) -> None:
    identity = lodged(world, settings, batch=world.ready())
    with world.db.write(ledger=False) as session:
        assert complaint.phone(session, world.office, identity) == PHONE
    with world.db.read() as session:
        [line] = session.exec(select(Audit).where(col(Audit.action) == "authority:complaint:phone")).all()
    assert (line.user_id, line.subject) == (world.office.user_id, row_of(world, identity).receipt)


def test_answers_reach_the_receipt_and_the_end_is_the_end(world: World, settings: Settings) -> None:
    identity = lodged(world, settings, batch=world.ready())
    with world.db.write(ledger=False) as session:
        complaint.answer(session, world.office, identity, "我们正在查。", closes=False)
    close(world, identity)
    with world.db.read() as session:
        view = complaint_view.by_receipt(session, row_of(world, identity).receipt)
        assert [(one.text, one.by, one.closes, one.person) for one in view.answers] == [
            ("我们正在查。", "示例石城白莲品牌办", False, ""),
            ("已查明，标签是真的。", "示例石城县农业农村局", True, ""),
        ]
        assert view.closed_at is not None
        assert complaint_view.listing(session) == []
        assert [line.id for line in complaint_view.listing(session, closed=True)] == [identity]
    with pytest.raises(Conflict, match=r"complaint\.closed"):
        close(world, identity)


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001, "看不见\u202e"])
def test_an_answer_has_words(world: World, settings: Settings, text: str) -> None:
    identity = lodged(world, settings)
    with pytest.raises(InvalidInput), world.db.write(ledger=False) as session:
        complaint.answer(session, world.regulator, identity, text, closes=True)
    assert row_of(world, identity).closed_at is None


def test_two_who_close_at_once_do_it_once(world: World, settings: Settings) -> None:
    identity = lodged(world, settings)

    def work(number: int) -> int:
        close(world, identity)
        return number

    answers = at_once(work, 8)
    assert len(made(answers)) == 1
    assert refused(answers) == {"complaint.closed"}
    with world.db.read() as session:
        assert len(session.exec(select(ComplaintAnswer)).all()) == 1


def test_many_lodged_at_once_have_receipts_of_their_own(world: World, settings: Settings) -> None:
    ids = at_once(lambda _number: lodged(world, settings), 8)
    with world.db.read() as session:
        receipts = session.exec(select(Complaint.receipt)).all()
    assert len(set(receipts)) == len(made(ids)) == 8


def expired(world: World, settings: Settings, days: int) -> None:
    """What the daily job does after so many days."""
    with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
        handler = HANDLERS[COMPLAINT_EXPIRE]
        handler.work(world.db, settings, 0, lambda _done: None)
        assert handler.is_done(world.db, settings, 0)


def test_phone_and_photo_go_some_time_after_closing(world: World, settings: Settings, drawn: bytes) -> None:
    assert COMPLAINT_EXPIRE in DAILY
    over, still = lodged(world, settings, drawn), lodged(world, settings, drawn)
    close(world, over)
    expired(world, settings, 179)
    assert row_of(world, over).phone == PHONE
    expired(world, settings, 181)
    assert (row_of(world, over).phone, row_of(world, over).photo) == ("", "")
    assert NAME in row_of(world, over).text
    # An open case keeps what is needed to look into it, and its photo, though it is the same.
    assert row_of(world, still).phone == PHONE
    assert files(settings) == [row_of(world, still).photo]
    close(world, still)
    expired(world, settings, 400)
    assert files(settings) == []


def test_a_photo_without_a_complaint_is_swept_away(world: World, settings: Settings, drawn: bytes) -> None:
    complaint_photo.keep(settings, drawn)
    with world.db.read() as session:
        assert complaint_erase.sweep(session, settings) == 0
    expired(world, settings, 1)
    assert files(settings) == []


def test_a_photo_is_for_those_who_see_the_case(world: World, settings: Settings, drawn: bytes) -> None:
    identity = lodged(world, settings, drawn, batch=world.ready())
    with world.db.read() as session:
        for actor in (world.office, world.regulator):
            assert complaint_view.photo(session, settings, actor, identity).read_bytes() == drawn
        with pytest.raises(NotFound):
            complaint_view.photo(session, settings, world.coop, identity)


def test_erased_on_request_the_case_stays(world: World, settings: Settings, drawn: bytes) -> None:
    identity = lodged(world, settings, drawn)
    receipt = row_of(world, identity).receipt
    with world.db.write(ledger=False) as session:
        with pytest.raises(Forbidden):
            complaint_erase.erase(session, world.office, receipt)
        assert complaint_erase.erase(session, world.operator, receipt, ["phone"]).fields == ("phone",)
        gone = complaint_erase.erase(session, world.operator, receipt)
        assert (gone.fields, gone.photo) == (("text", "photo"), complaint_photo.sha256_of(drawn))
        assert complaint_erase.erase(session, world.operator, receipt).fields == ()
    with world.db.read() as session:
        assert complaint_erase.sweep(session, settings, gone.photo) == 1
        assert complaint_view.by_receipt(session, receipt).receipt == receipt
    row = row_of(world, identity)
    assert (row.text, row.phone, row.photo) == (MARK, "", "")
    assert files(settings) == []


@pytest.fixture
def named(world: World, settings: Settings) -> World:
    """A person named in every free text that is about scans and complaints."""
    identity = lodged(world, settings)
    close(world, identity)
    run_id = world.printed(world.ready(), 3)
    with world.db.write(ledger=False) as session:
        row = session.exec(select(ComplaintAnswer)).one()
        row.text = f"问过{NAME}了"
        today = clock.now().date()
        review = ItemReview(
            run_id=run_id,
            item=1,
            opened_on=today,
            devices=9,
            provinces=1,
            decision="cleared",
            reason=f"{NAME}说是展会",
            decided_at=clock.now(),
        )
        session.add(review)
        now = clock.now()
        session.add(CodeAlarm(key_id=1, run=7, item=3, first_at=now, last_at=now, note=f"{NAME}打来电话"))
    return world


def test_a_name_is_found_in_all_of_them_and_erased(named: World) -> None:
    with named.db.read() as session:
        found = erasure_find.find(session, NAME)
    assert {(place.table, place.field, place.may_go) for place in found} == {
        ("complaint", "text", True),
        ("complaint_answer", "text", True),
        ("item_review", "reason", True),
        ("code_alarm", "note", True),
    }
    with named.db.read() as session:
        assert [place.field for place in erasure_find.find(session, "139-0000-1234")] == ["phone"]
    wanted = Request("示例：当事人申请", clock.now().date() - timedelta(days=1), NAME)
    with named.write() as session:
        done = erasure.erase(session, named.operator, wanted)
    assert len(done.beside) == 4
    with named.db.read() as session:
        assert erasure_find.find(session, NAME) == []
        assert session.exec(select(CodeAlarm.note)).one() == ""
        assert session.exec(select(ItemReview.reason)).one() == MARK

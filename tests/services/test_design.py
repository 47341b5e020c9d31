"""Label designs and brand pictures: kept, offered to whom, changed without changing what was printed."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image
from sqlmodel import Session, select

from labels.design import Box, Design
from labels.errors import BadDesign, BadPicture, TextTooLong, UnknownStock
from labels.stock import STOCKS
from tests.support.makers import BASE, World
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from trace.core.organisation import Role
from trace.services import design, design_samples, run, run_plan
from trace.tables import Audit, Brand, LabelDesign, Run

PAPER = "roll-60x40"


def the_brand(session: Session) -> Brand:
    return session.exec(select(Brand)).one()


def start(world: World, *, brand: bool = True, stock: str = PAPER) -> Design:
    with world.db.read() as session:
        owner = the_brand(session) if brand else None
        words = design_samples.texts(session, world.office if brand else world.coop, owner)
        return design_samples.start(words, STOCKS[stock], None, BASE)


def save(world: World, made: Design, name: str = "示例版式", *, brand: bool = True, **given: object) -> int:
    with world.write() as session:
        owner = the_brand(session) if brand else None
        actor = given.pop("actor", world.office if brand else world.clerk)
        words = {"name": name, "stock": PAPER, "made": made, "base_url": BASE, "brand": owner, **given}
        return design.save(session, actor, **words)  # type: ignore[arg-type]


def png(colour: str = "#2c6a4a", size: tuple[int, int] = (200, 120)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def offered(world: World, organisation_id: int, stock: str = PAPER) -> list[str]:
    with world.db.read() as session:
        brand_id = the_brand(session).id or 0
        return [one.name for one in design.choices(session, organisation_id, brand_id, stock)]


def test_a_brands_design_is_offered_to_all_and_an_own_one_to_its_owner(world: World) -> None:
    save(world, start(world), "示例品牌的")
    save(world, start(world, brand=False), "示例自己的", brand=False)
    assert offered(world, int(world.coop.org_id)) == ["示例品牌的", "示例自己的"]
    assert offered(world, int(world.rival.org_id)) == ["示例品牌的"]
    assert offered(world, int(world.coop.org_id), "a4-21") == []


def test_a_change_is_a_new_edition_and_old_runs_stay_as_they_are(world: World) -> None:
    made = start(world)
    first = save(world, made)
    number = world.ready()
    printed = world.printed(number, 2, stock=PAPER, dpi=203, design=first)
    moved = replace(
        made, boxes=tuple(replace(box, size=2_000) if box.what == "grade" else box for box in made.boxes)
    )
    second = save(world, moved, instead_of=first)
    assert second != first
    with world.db.read() as session:
        brand = the_brand(session)
        assert [one.id for one in design.of_brand(session, brand.id or 0)] == [second]
        assert design.get(session, world.office, first).retired_at is not None
        row = session.get_one(Run, printed)
        assert run_plan.of(row).design == made.dump()
        assert run.spec(session, row, bytes(32)).design == made
    with world.write() as session, pytest.raises(NotFound) as caught:
        design.for_run(session, int(world.coop.org_id), brand.id or 0, STOCKS[PAPER], first)
    assert caught.value.code == "design.unknown"


def test_keeping_the_same_again_changes_nothing(world: World) -> None:
    made = start(world)
    first = save(world, made)
    assert save(world, made) == first
    assert save(world, made, instead_of=first) == first
    with world.db.read() as session:
        assert len(session.exec(select(LabelDesign)).all()) == 1
        assert len(session.exec(select(Audit).where(Audit.action == "organisation:design:save")).all()) == 1


def test_a_name_is_taken_once_on_a_stock(world: World) -> None:
    made = start(world)
    save(world, made)
    other = replace(made, boxes=tuple(box for box in made.boxes if box.what != "grade"))
    with pytest.raises(Conflict) as caught:
        save(world, other)
    assert caught.value.code == "design.exists"
    with pytest.raises(InvalidInput):
        save(world, other, "")
    assert save(world, start(world, stock="a4-21"), stock="a4-21")


def test_who_may(world: World) -> None:
    made = start(world)
    for actor in (world.coop, world.regulator, replace(world.office, role=Role.CLERK)):
        with pytest.raises(Forbidden):
            save(world, made, actor=actor)
    with pytest.raises(Forbidden):
        save(world, made, brand=False, actor=world.reader)
    kept = save(world, made)
    with world.db.read() as session:
        for actor in (world.coop, world.rival):
            with pytest.raises(NotFound):
                design.get(session, actor, kept)
    own = save(world, made, brand=False)
    with world.write() as session, pytest.raises(NotFound):
        design.retire(session, world.rival, own)


def test_a_design_is_tried_with_the_names_it_will_carry(world: World) -> None:
    made = start(world)
    narrow = replace(
        made,
        boxes=tuple(
            replace(box, width=3_000, height=1_700, size=1_600) if box.what == "product" else box
            for box in made.boxes
        ),
    )
    with pytest.raises(TextTooLong) as caught:
        save(world, narrow)
    assert caught.value.context["field"] == "product"
    without = replace(made, boxes=tuple(box for box in made.boxes if box.what != "certificate"))
    with pytest.raises(BadDesign):
        save(world, without)
    with pytest.raises(BadDesign) as refused:
        save(world, made, stock="a4-21")
    assert refused.value.code == "label.design-stock"
    with pytest.raises(UnknownStock):
        save(world, made, stock="a4-25")


def test_a_retired_design_is_offered_no_more(world: World) -> None:
    kept = save(world, start(world))
    for _ in range(2):
        with world.write() as session:
            design.retire(session, world.office, kept)
    assert offered(world, int(world.coop.org_id)) == []
    with world.db.read() as session:
        retired = session.exec(select(Audit).where(Audit.action == "organisation:design:retire")).all()
    assert len(retired) == 1


def test_the_picture_is_re_encoded_and_named_by_runs(world: World) -> None:
    with world.write() as session:
        first = design.save_picture(session, world.office, the_brand(session), png()).sha256
        assert design.save_picture(session, world.office, the_brand(session), png()).sha256 == first
    printed = world.printed(world.ready(), 2, stock=PAPER, dpi=203)
    with world.write() as session:
        second = design.save_picture(session, world.office, the_brand(session), png("#a5282c")).sha256
    assert second != first
    with world.db.read() as session:
        row = session.get_one(Run, printed)
        assert run_plan.of(row).picture == first
        found = run.spec(session, row, bytes(32)).picture
        assert found is not None
        assert found.rgb[:3] == bytes.fromhex("2c6a4a")
        newest = design.newest_picture(session, the_brand(session).id or 0)
        assert newest is not None
        assert newest.sha256 == second
        assert Image.open(io.BytesIO(design.dotted(newest))).size[0] == 4 * 79


def test_no_picture_any_more(world: World) -> None:
    with world.write() as session:
        design.save_picture(session, world.office, the_brand(session), png())
    with world.write() as session:
        design.retire_picture(session, world.office, the_brand(session))
    with world.db.read() as session:
        brand_id = the_brand(session).id or 0
        assert design.newest_picture(session, brand_id) is None
        assert (
            design.for_run(session, int(world.coop.org_id), brand_id, STOCKS[PAPER], None) == design.Chosen()
        )


def test_a_bad_picture_leaves_the_one_before(world: World) -> None:
    with world.write() as session:
        kept = design.save_picture(session, world.office, the_brand(session), png()).sha256
    with pytest.raises(BadPicture), world.write() as session:
        design.save_picture(session, world.office, the_brand(session), b"no picture")
    with pytest.raises(Forbidden), world.write() as session:
        design.save_picture(session, world.coop, the_brand(session), png())
    with world.db.read() as session:
        row = design.newest_picture(session, the_brand(session).id or 0)
        assert row is not None
        assert row.sha256 == kept


def test_every_stock_has_a_design_to_start_from(world: World) -> None:
    with world.db.read() as session:
        words = design_samples.texts(session, world.office, the_brand(session))
    for paper in STOCKS.values():
        made = design_samples.start(words, paper, None, BASE)
        [first] = design_samples.specs(words[:1], made, None, BASE)
        assert paper.dpi in design_samples.resolutions(first, paper)
        assert made.box("qr") is not None


def test_an_own_stock_of_another_size_is_not_offered_the_design(world: World) -> None:
    made = start(world)
    other = Design(made.label_width - 1_000, made.label_height, tuple(_moved(box) for box in made.boxes))
    with world.write() as session:
        session.add(
            LabelDesign(
                organisation_id=int(world.office.org_id),
                brand_id=the_brand(session).id,
                stock=PAPER,
                name="示例旧版式",
                spec=other.dump(),
                created_at=the_brand(session).created_at,
                created_by=int(world.office.user_id),
            )
        )
    assert offered(world, int(world.coop.org_id)) == []


def _moved(box: Box) -> Box:
    return (
        replace(box, x=max(0, box.x - 1_000)) if box.what in ("qr", "number") else replace(box, width=2_000)
    )

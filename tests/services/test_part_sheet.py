"""Sheet memory: no cell twice, nothing lost, the same request the same paper."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from labels.sheet import WHOLE, Paper
from labels.stock import STOCKS
from tests.support.makers import World
from trace.core.errors import Conflict, Forbidden, InvalidInput, NotFound, TraceError
from trace.services import part_sheet, ranges, run, run_plan
from trace.services.part_sheet import Part, Taken
from trace.tables import Download, PartSheet, Run, SheetCell
from trace.tables.base import key_of

A24 = STOCKS["a4-24"]


@pytest.fixture
def base(world: World) -> int:
    """A run of one full sheet, which leaves nothing."""
    return world.printed(world.ready(number="LOTUS-1"), 24)


def new_run(session: Session, base: int, count: int) -> Run:
    """Another run of the same batch, flushed as `run.create` does it."""
    old = session.get_one(Run, base)
    values = {name: getattr(old, name) for name in Run.model_fields if name not in ("id", "plan")}
    row = Run(**values | {"count": count, "request_id": f"again-{count}"})
    session.add(row)
    session.flush()
    return row


def print_on(world: World, base: int, count: int, *choice: Part) -> tuple[int, Taken, int | None]:
    """A run's number, its paper, and the sheet it leaves."""
    with world.write() as session:
        row = new_run(session, base, count)
        taken = part_sheet.take(session, world.clerk, row, A24, choice)
        left = part_sheet.remember(session, world.clerk, row, A24, taken)
        return key_of(row), taken, left


def free(world: World, sheet_id: int) -> tuple[int, ...]:
    with world.db.read() as session:
        return part_sheet.view(session, world.clerk, sheet_id).free


def refused(world: World, base: int, count: int, *choice: Part) -> TraceError:
    with world.db.read() as session:
        before = [(one.id, one.free) for one in part_sheet.open_sheets(session, int(world.coop.org_id))]
    with pytest.raises(TraceError) as error:
        print_on(world, base, count, *choice)
    with world.db.read() as session:
        after = [(one.id, one.free) for one in part_sheet.open_sheets(session, int(world.coop.org_id))]
    assert after == before
    return error.value


def test_a_run_leaves_its_last_sheet_to_the_next_and_a_full_one_leaves_none(world: World, base: int) -> None:
    run_id, taken, left = print_on(world, base, 30)
    assert (taken.paper, taken.sheets) == (WHOLE, ())
    assert left is not None
    assert free(world, left) == tuple(range(7, 25))
    with world.db.read() as session:
        assert part_sheet.view(session, world.clerk, left).runs == [run_id]
    assert print_on(world, base, 48)[2] is None


def test_part_used_sheets_are_fed_first_one_after_another(world: World, base: int) -> None:
    first, second = (print_on(world, base, count)[2] for count in (20, 22))
    assert first is not None
    assert second is not None
    choice = (Part(first, (21, 22, 23, 24)), Part(second, (24,)))
    _, taken, left = print_on(world, base, 10, *choice)
    assert (taken.paper.parts, taken.sheets) == (((21, 22, 23, 24), (24,)), (first, second))
    assert left not in (None, first, second)
    assert free(world, first) == ()
    assert free(world, second) == (23,)
    assert left is not None
    assert free(world, left) == tuple(range(6, 25))
    with world.db.read() as session:
        assert part_sheet.view(session, world.clerk, first).closed_reason == part_sheet.FULL
        waiting = part_sheet.open_sheets(session, int(world.coop.org_id), "a4-24")
        assert [one.id for one in waiting] == [second, left]


def test_a_sheet_that_holds_more_than_the_run_needs_keeps_the_rest(world: World, base: int) -> None:
    sheet = print_on(world, base, 20)[2]
    assert sheet is not None
    _, taken, left = print_on(world, base, 2, Part(sheet, (21, 22, 23, 24)), Part(None, (5, 6)))
    assert left == sheet
    assert taken.sheets == (sheet,)
    assert free(world, sheet) == (23, 24)


def test_an_unknown_sheet_used_by_hand_is_on_record_from_then_on(world: World, base: int) -> None:
    _, taken, left = print_on(world, base, 4, *part_sheet.starting(A24, 6))
    assert taken.paper == Paper.starting(A24, 6)
    assert taken.sheets == (left,)
    assert left is not None
    assert free(world, left) == tuple(range(10, 25))
    with world.db.read() as session:
        assert part_sheet.view(session, world.clerk, left).used[5] is None


def test_cells_another_run_took_meanwhile_are_named(world: World, base: int) -> None:
    sheet = print_on(world, base, 20)[2]
    print_on(world, base, 1, Part(sheet, (22,)))
    error = refused(world, base, 3, Part(sheet, (21, 22, 23)))
    assert (error.code, error.params["cells"]) == ("sheet.cells-taken", "22")
    print_on(world, base, 3, Part(sheet, (21, 23, 24)))
    assert refused(world, base, 1, Part(sheet, (24,))).code == "sheet.cells-taken"


def test_the_database_itself_refuses_a_cell_twice(world: World, base: int) -> None:
    run_id, _, sheet = print_on(world, base, 20)
    with pytest.raises(IntegrityError), world.write() as session:
        session.add(SheetCell(sheet_id=sheet, cell=3, run_id=run_id))


def test_lost_or_spoilt_sheets_are_offered_no_more(world: World, base: int) -> None:
    sheet = print_on(world, base, 20)[2]
    assert sheet is not None
    for reason in ("丢了", "又丢了"):
        with world.write() as session:
            part_sheet.close(session, world.clerk, sheet, reason)
    with world.db.read() as session:
        assert part_sheet.open_sheets(session, int(world.coop.org_id)) == []
        assert part_sheet.view(session, world.clerk, sheet).closed_reason == "丢了"
    assert refused(world, base, 1, Part(sheet, (24,))).code == "sheet.closed"
    with pytest.raises(Conflict), world.write() as session:
        part_sheet.spoil(session, world.clerk, sheet, [24])


def test_crossed_out_cells_are_used_and_the_last_one_closes_the_sheet(world: World, base: int) -> None:
    sheet = print_on(world, base, 20)[2]
    assert sheet is not None
    for _ in range(2):
        with world.write() as session:
            part_sheet.spoil(session, world.clerk, sheet, [21, 22])
    assert free(world, sheet) == (23, 24)
    assert refused(world, base, 1, Part(sheet, (22,))).code == "sheet.cells-taken"
    for cells, code in (([20], "sheet.cells-taken"), ([25], "sheet.cells"), ([], "sheet.cells")):
        with pytest.raises(TraceError) as error, world.write() as session:
            part_sheet.spoil(session, world.clerk, sheet, cells)
        assert error.value.code == code
    with world.write() as session:
        part_sheet.spoil(session, world.clerk, sheet, [23, 24])
    with world.db.read() as session:
        assert part_sheet.view(session, world.clerk, sheet).closed_at is not None


@pytest.mark.parametrize("cells", [(), (0,), (25,), (3, 2), (2, 2)])
def test_cells_that_cannot_be(world: World, base: int, cells: tuple[int, ...]) -> None:
    assert refused(world, base, 1, Part(None, cells)).code == "sheet.cells"


def test_a_sheet_twice_another_stock_or_a_roll(world: World, base: int) -> None:
    sheet = print_on(world, base, 20)[2]
    assert refused(world, base, 2, Part(sheet, (23,)), Part(sheet, (24,))).code == "sheet.twice"
    for stock, code in (("a4-21", "sheet.other-stock"), ("roll-60x40", "sheet.roll")):
        with pytest.raises((Conflict, InvalidInput)) as error, world.write() as session:
            row = new_run(session, base, 1)
            part_sheet.take(session, world.clerk, row, STOCKS[stock], (Part(sheet, (21,)),))
        assert error.value.code == code


def test_nobody_else_sees_or_changes_a_sheet(world: World, base: int) -> None:
    sheet = print_on(world, base, 20)[2]
    assert sheet is not None
    with pytest.raises(NotFound), world.db.read() as session:
        part_sheet.view(session, world.rival, sheet)
    with pytest.raises(NotFound), world.write() as session:
        part_sheet.close(session, world.rival, sheet, "丢了")
    with pytest.raises(Forbidden), world.write() as session:
        part_sheet.close(session, world.reader, sheet, "丢了")


def void_all(world: World, run_id: int) -> bool:
    with world.write() as session:
        row = session.get_one(Run, run_id)
        ranges.enter(session, world.coop, row, (1, row.count), "void", "示例")
        return part_sheet.release(session, row)


def test_a_run_void_before_anybody_took_its_file_gives_its_cells_back(world: World, base: int) -> None:
    sheet = print_on(world, base, 20)[2]
    assert sheet is not None
    run_id, _, new = print_on(world, base, 6, Part(sheet, (21, 22, 23, 24)))
    assert void_all(world, run_id)
    assert free(world, sheet) == (21, 22, 23, 24)
    with world.db.read() as session:
        waiting = part_sheet.open_sheets(session, int(world.coop.org_id))
        assert [one.id for one in waiting] == [sheet]
        assert session.get_one(PartSheet, new).closed_reason == part_sheet.NOT_PRINTED


def test_labels_that_may_be_on_paper_keep_their_cells(world: World, base: int) -> None:
    run_id, _, sheet = print_on(world, base, 20)
    with world.write() as session:
        moment = datetime(2026, 11, 1, tzinfo=UTC)
        session.add(
            Download(run_id=run_id, sha256="0" * 64, recorded_at=moment, recorded_by=world.clerk.user_id)
        )
    assert not void_all(world, run_id)
    assert sheet is not None
    assert free(world, sheet) == (21, 22, 23, 24)
    other, _, left = print_on(world, base, 5)
    with world.write() as session:
        row = session.get_one(Run, other)
        ranges.enter(session, world.coop, row, (1, 4), "void", "示例")
        assert not part_sheet.release(session, row)
    assert left is not None
    assert len(free(world, left)) == 19


def test_the_same_choice_has_the_same_key_and_another_has_another() -> None:
    choice = (Part(13, (5, 6)), Part(None, (2,)))
    assert part_sheet.choice_key(choice) == part_sheet.choice_key(list(choice))
    others = [(), choice[:1], choice[::-1], (Part(13, (5,)), choice[1]), (Part(14, (5, 6)), choice[1])]
    assert len({part_sheet.choice_key(one) for one in [choice, *others]}) == 6


def notes(world: World, run_id: int) -> dict[int, str]:
    with world.db.read() as session:
        row = session.get_one(Run, run_id)
        return run_plan.of(row).notes(row.count)


def test_a_sheet_gets_its_number_in_the_margin_once(world: World) -> None:
    number = world.ready(number="LOTUS-1")
    assert notes(world, world.printed(number, 30)) == {1: "余格纸 1"}
    again = world.printed(number, 40, sheets=(Part(1, (7, 8)), Part(None, (24,))))
    assert notes(world, again) == {1: "余格纸 2", 3: "余格纸 3"}
    assert notes(world, world.printed(number, 1, sheets=(Part(3, (14,)),))) == {}
    assert notes(world, world.printed(number, 24)) == {}


def test_a_void_run_whose_cells_others_have_by_now_is_never_handed_out(world: World) -> None:
    run_id = world.printed(world.ready(number="LOTUS-1"), 20)
    with world.write() as session:
        ranges.void(session, world.coop, run_id, 1, 20, "示例：打错了")
    with world.db.read() as session:
        assert part_sheet.view(session, world.clerk, 1).closed_reason == part_sheet.NOT_PRINTED
        with pytest.raises(Conflict) as refused:
            run.may_hand_out(session, session.get_one(Run, run_id))
    assert refused.value.code == "run.all-void"

"""The ledger's root on paper: of just before the run or certificate was entered, and checkable by whoever holds it."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from labels.pdf import render
from tests.support.makers import MASTER, World
from trace.core import printed_root
from trace.ledger.merkle import root_of
from trace.services import ledger, ledger_audit, run, run_plan, sheet
from trace.services.ledger import ENTRY
from trace.services.ledger_audit import Known
from trace.tables import Certificate, Run


@pytest.fixture
def printed(world: World) -> int:
    return world.printed(world.ready(), 3, stock="a4-21")


def text_of(path: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
    ).stdout


def test_a_run_keeps_the_root_of_just_before_it(world: World, printed: int) -> None:
    with world.db.read() as session:
        row = session.get_one(Run, printed)
        leaves = [
            bytes.fromhex(one)
            for one in session.execute(select(ENTRY.c.leaf_hash).order_by(ENTRY.c.seq)).scalars()
        ]
        assert row.ledger_size == ledger.entry_of(session, "run", printed)
        assert row.ledger_root == root_of(leaves[: row.ledger_size]).hex()
        assert (
            ledger_audit.verify(session, Known(row.ledger_size or 0, (row.ledger_root or "")[:16])).fault
            is None
        )


def test_a_certificate_keeps_the_root_of_just_before_it(world: World, printed: int) -> None:
    with world.db.read() as session:
        row = session.get_one(Certificate, 1)
        leaves = [
            bytes.fromhex(one)
            for one in session.execute(select(ENTRY.c.leaf_hash).order_by(ENTRY.c.seq)).scalars()
        ]
        assert row.ledger_size == ledger.entry_of(session, "certificate", 1)
        assert row.ledger_root == root_of(leaves[: row.ledger_size or 0]).hex()


def test_the_sheets_margin_says_it(world: World, printed: int, tmp_path: Path) -> None:
    with world.db.read() as session:
        row = session.get_one(Run, printed)
        said = printed_root.shown(row.ledger_size, row.ledger_root)
        path = sheet.draw(session, row, tmp_path, MASTER)
        drawn = text_of(path)
    assert said in drawn
    assert f"印制批 {printed} · 单品 1–3 · {said}" in drawn


def test_a_run_from_before_roots_were_printed_keeps_its_bytes(
    world: World, printed: int, tmp_path: Path
) -> None:
    with world.db.read() as session:
        row = session.get_one(Run, printed)
        row.ledger_size = row.ledger_root = None
        path = sheet.draw(session, row, tmp_path, MASTER)
        plan, out = run_plan.of(row), io.BytesIO()
        render(
            out,
            run=run.spec(session, row, MASTER),
            signer=run.signer(session, row, MASTER),
            stock=plan.stock,
            paper=plan.paper,
            adjust=plan.adjust,
            dpi=row.dpi,
            notes=plan.notes(row.count),
        )
    assert path.read_bytes() == out.getvalue()
    assert "账本" not in text_of(path)


@pytest.mark.parametrize("stock", ["a4-24", "a4-65", "roll-60x40"])
def test_where_the_margin_has_no_room_the_sheet_is_drawn_all_the_same(
    world: World, stock: str, tmp_path: Path
) -> None:
    run_id = world.printed(world.ready(), 3, stock=stock)
    with world.db.read() as session:
        path = sheet.draw(session, session.get_one(Run, run_id), tmp_path, MASTER)
    assert path.stat().st_size > 0

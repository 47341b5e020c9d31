"""Reads without a session: one row, what it says, read only, and a connection that comes back when it has gone."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from trace.glances import Cell, Glances


@pytest.fixture
def glances(database_url: str) -> Iterator[Glances]:
    made = Glances(database_url)
    yield made
    made.close()


def said(row: tuple[Cell, ...] | None) -> list[str | None]:
    assert row is not None
    return [None if cell is None else str(cell) for cell in row]


def test_a_row_says_the_same_on_both_databases(glances: Glances) -> None:
    for words, number in (("石城白莲 '", 1), ("", 2**31 - 2), ("a\nb", 0)):
        row = glances.row("SELECT CAST(%s AS TEXT), CAST(%s AS INTEGER) + 1, NULL", (words, number))
        assert said(row) == [words, str(number + 1), None]


def test_no_row_is_none(glances: Glances) -> None:
    assert glances.row("SELECT size FROM ledger_head WHERE id = %s", (7,)) is None
    assert said(glances.row("SELECT size FROM ledger_head WHERE id = %s", (1,))) == ["0"]


def test_days_are_told_as_iso_8601(glances: Glances, database_url: str) -> None:
    literal = "'2026-11-02'" if database_url.startswith("sqlite") else "DATE '2026-11-02'"
    assert said(glances.row(f"SELECT {literal}", ())) == ["2026-11-02"]


def test_nothing_is_written(glances: Glances) -> None:
    with pytest.raises(OperationalError):
        glances.row("UPDATE ledger_head SET size = 5 WHERE id = %s", (1,))
    assert said(glances.row("SELECT size FROM ledger_head WHERE id = %s", (1,))) == ["0"]


def test_trouble_hides_what_was_asked_for(glances: Glances) -> None:
    with pytest.raises(OperationalError) as caught:
        glances.row("SELECT nothing FROM nowhere WHERE a = %s", ("示例手机 192.0.2.7",))
    assert "192.0.2.7" not in str(caught.value)


def test_each_thread_reads_by_itself(glances: Glances) -> None:
    def read(number: int) -> str | None:
        return said(glances.row("SELECT CAST(%s AS INTEGER)", (number,)))[0]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read, range(400))) == [str(number) for number in range(400)]


def test_a_connection_that_was_ended_is_replaced(postgres_url: str) -> None:
    glances = Glances(postgres_url)
    statement = "SELECT pg_backend_pid()"
    [before] = said(glances.row(statement, ()))
    other = create_engine(postgres_url)
    with other.begin() as link:
        link.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": int(before or 0)})
    other.dispose()
    [after] = said(glances.row(statement, ()))
    assert after != before
    glances.close()


def test_after_closing_a_new_one_is_opened(glances: Glances) -> None:
    statement = "SELECT size FROM ledger_head WHERE id = %s"
    assert glances.row(statement, (1,)) is not None
    glances.close()
    assert glances.row(statement, (1,)) is not None

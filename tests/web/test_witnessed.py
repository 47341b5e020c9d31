"""Public pages and the regulator's desk say how many outside witnesses hold a batch's records, and up to where."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.support.accounts import Browser, signed_in_browser
from tests.support.makers import World, make_world
from tests.support.small_log import private_key
from trace.core import clock
from trace.db import Database
from trace.ledger.cosignature import cosign, witness_key
from trace.ledger.note import Note
from trace.services import witness

COUNTY, PRESS = ("county.example/w", 2), ("press.example/w", 3)


@pytest.fixture
def world(db: Database) -> World:
    return make_world(db)


def cosigned_by(db: Database, stranger: Browser, *who: tuple[str, int]) -> None:
    """Witnesses put their names to the newest checkpoint; registered first if need be."""
    for name, number in who:
        with db.read() as session:
            known = [row.name for row in witness.in_force(session)]
        if name not in known:
            with db.write() as session:
                witness.add(session, witness_key(name, private_key(number)).text(), "示例县农业农村局")
    for name, number in who:
        note = Note.parse(stranger.get("/log/checkpoint").data)
        line = cosign(note.text, name, private_key(number), int(clock.now().timestamp()))
        sent = note.adding([line]).encode().encode()
        assert stranger.post("/log/cosign", data=sent).status_code == 200


def test_a_batch_says_who_holds_its_records(db: Database, world: World, stranger: Browser) -> None:
    number = world.batch()
    page, english = f"/batch/{number}?lang=zh", f"/batch/{number}?lang=en"

    def told() -> dict[str, object]:
        answer = stranger.get(f"/batch/{number}", headers={"Accept": "application/json"}).json
        assert answer is not None
        found: dict[str, object] = answer["witnessed"]
        return found

    assert "目前还没有第三方另存一份" in stranger.get(page).text
    assert (told()["witnesses"], told()["size"]) == (0, 0)
    cosigned_by(db, stranger, COUNTY)
    # The ledger has not grown since the page was made and kept: the page says it all the same.
    assert "有 1 家第三方见证" in stranger.get(page).text
    assert "1 outside witness holds this batch" in stranger.get(english).text
    cosigned_by(db, stranger, COUNTY, PRESS)
    assert "有 2 家第三方见证" in stranger.get(page).text
    assert told()["witnesses"] == 2
    size = told()["size"]
    # Another batch's record leaves this one's covered; its own newest does not.
    world.batch()
    assert (told()["witnesses"], told()["newest"]) == (2, 0)
    done = world.record(number, "planting", date(2026, 3, 28))
    assert "最新的记录还没有第三方见证" in stranger.get(page).text
    assert f"the ledger's first {size} entries are witnessed" in stranger.get(english).text
    assert told()["witnesses"] == 0
    assert told()["entry"] == done.entry
    cosigned_by(db, stranger, PRESS)
    assert told()["witnesses"] == 1


def test_the_regulator_sees_how_far_the_ledger_is_witnessed(
    app: Flask, db: Database, world: World, stranger: Browser
) -> None:
    number = world.batch()
    regulator = signed_in_browser(app, int(world.regulator.user_id))
    assert "目前还没有第三方见证" in regulator.get("/gov").text
    cosigned_by(db, stranger, COUNTY)
    assert "有 1 家第三方见证了最新的检查点" in regulator.get("/gov").text
    assert "有 1 家第三方见证" in regulator.get(f"/gov/batches/{number}").text
    world.batch()
    assert "最新的检查点还没有第三方见证" in regulator.get("/gov").text
    assert "有 1 家第三方见证" in regulator.get(f"/gov/batches/{number}").text

"""`flask complaints`: list, erase, expire."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from PIL import Image
from sqlmodel import select

from tests.cli.conftest import Terminal
from tests.support.makers import World
from trace.core import clock
from trace.services import complaint, complaint_photo
from trace.services.complaint import Typed
from trace.tables import Complaint
from trace.web.context import App

NAME = "示例司马小红"


@pytest.fixture
def receipt(app: Flask, world: World) -> str:
    """Of a complaint with words, phone and photo."""
    parts: App = app.extensions["trace"]
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (40, 120, 60)).save(out, "JPEG")
    ready = complaint.check(Typed("quality", f"{NAME}卖的，发霉了", "13900001234"))
    ready = replace(ready, photo=complaint_photo.examine(parts.settings, out.getvalue()))
    with world.db.write(ledger=False) as session:
        return complaint.lodge(session, parts.settings, ready)


def row(world: World) -> Complaint:
    with world.db.read() as session:
        return session.exec(select(Complaint)).one()


def photos(app: Flask) -> int:
    return len(list(complaint_photo.folder(app.extensions["trace"].settings).iterdir()))


def test_the_list_says_nothing_of_what_was_written(terminal: Terminal, receipt: str) -> None:
    [one] = terminal.data("complaints", "list")
    assert (one["receipt"], one["kind"], one["closed"], one["answers"]) == (receipt, "quality", None, 0)
    assert NAME not in str(one)
    assert "质量问题" in terminal.run("complaints", "list").stdout
    assert terminal.data("complaints", "list", "--closed") == []


def test_on_request_words_phone_and_photo_go(
    app: Flask, terminal: Terminal, world: World, receipt: str
) -> None:
    some = terminal.data("complaints", "erase", receipt, "--field", "phone", "--as", "operator", "--yes")
    assert some["erased"] == ["phone"]
    assert (NAME in row(world).text, photos(app)) == (True, 1)
    done = terminal.data("complaints", "erase", receipt, "--as", "operator", "--yes")
    assert done["erased"] == ["text", "photo"]
    assert photos(app) == 0
    assert terminal.data("audit", "find", NAME) == []
    again = terminal.data("complaints", "erase", receipt, "--as", "operator", "--yes")
    assert again["erased"] == []


def test_only_those_who_may_erase_do(terminal: Terminal, world: World, receipt: str) -> None:
    words = ("complaints", "erase", receipt, "--yes", "--as")
    assert terminal.refused(*words, "office") == "organisation.may-not"
    assert NAME in row(world).text
    wrong = receipt[:-1] + str((int(receipt[-1]) + 1) % 10)
    assert terminal.refused("complaints", "erase", wrong, "--as", "operator") == "complaint.receipt"


def test_nothing_goes_without_a_yes(app: Flask, world: World, receipt: str) -> None:
    words = ["complaints", "erase", receipt, "--as", "operator"]
    assert app.test_cli_runner().invoke(args=words, input="n\n").exit_code == 1
    assert NAME in row(world).text


def test_phones_and_photos_of_long_ago_are_removed(
    app: Flask, terminal: Terminal, world: World, receipt: str
) -> None:
    with world.db.write(ledger=False) as session:
        complaint.answer(session, world.regulator, 1, "已处理。", closes=True)
    assert terminal.data("complaints", "expire") == {"complaints": 0, "photos": 0}
    with time_machine.travel(clock.now() + timedelta(days=181), tick=True):
        assert terminal.data("complaints", "expire") == {"complaints": 1, "photos": 1}
    assert (row(world).phone, photos(app)) == ("", 0)

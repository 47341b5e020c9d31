"""Label designs in the brand office and at the desk: forms that work without scripts and lose nothing."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from PIL import Image
from sqlmodel import select
from werkzeug.test import TestResponse

from tests.support.accounts import Browser, signed_in_browser
from tests.support.desk import Desk, form_on, make_desk
from trace.core.organisation import Role
from trace.services import design
from trace.tables import Brand, LabelDesign, LabelPicture, Membership

OFFICE = "/brand-office/shicheng-bailian"
DESIGNS = f"{OFFICE}/designs"
NEW = f"{DESIGNS}/new"
OWN = "/desk/designs"
PAPER = "roll-60x40"
Form = dict[str, str | list[str]]


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


@pytest.fixture
def office(desk: Desk) -> Browser:
    return desk.browser("office")


def text_of(client: Browser, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def start(client: Browser, where: str = NEW, stock: str = PAPER) -> Form:
    """The untouched form of a new design."""
    return form_on(text_of(client, f"{where}?stock={stock}"), where)


def row(form: Form, what: str) -> str:
    """The prefix of the inputs of the first box that shows this."""
    return next(
        name.removesuffix("what") for name, value in form.items() if name.endswith(".what") and value == what
    )


def send(client: Browser, form: Form, do: str, where: str = NEW, **changed: str) -> TestResponse:
    return client.submit(where, {**form, "do": do, **changed})


def png(size: tuple[int, int] = (120, 120)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#2c6a4a").save(out, "PNG")
    return out.getvalue()


def upload(client: Browser, data: bytes, name: str = "logo.png") -> TestResponse:
    form = form_on(text_of(client, DESIGNS), f"{OFFICE}/picture")
    return client.submit(f"{OFFICE}/picture", {**form, "picture": (io.BytesIO(data), name)})


def test_a_design_starts_from_the_automatic_arrangement_and_is_kept(desk: Desk, office: Browser) -> None:
    assert "roll-60x40" in text_of(office, NEW)
    form = start(office)
    assert form[row(form, "product") + "x"] == "1.5"
    assert all(
        re.fullmatch(r"\d+(\.\d)?", str(value)) for name, value in form.items() if name.endswith((".x", ".y"))
    )
    answer = send(office, form, "save", name="示例版式")
    assert answer.status_code == 303
    page = text_of(office, DESIGNS)
    assert "示例版式" in page
    assert "<svg" in page
    with desk.world.db.read() as session:
        [kept] = session.exec(select(LabelDesign)).all()
        assert kept.stock == PAPER
        assert kept.brand_id == session.exec(select(Brand)).one().id
    again = form_on(text_of(office, f"{DESIGNS}/{kept.id}"), f"{DESIGNS}/{kept.id}")
    assert {name: value for name, value in again.items() if name.startswith("boxes.")} == {
        name: value for name, value in form.items() if name.startswith("boxes.")
    }


def test_looking_draws_boxes_words_and_dots(office: Browser) -> None:
    form = start(office)
    html = send(office, form, "look", name="还没起名").text
    assert 'stroke-dasharray="500 350"' in html
    [address] = re.findall(r'<img src="([^"]+look\.png[^"]+)"', html)
    answer = office.get(address.replace("&amp;", "&"))
    assert answer.mimetype == "image/png"
    image = Image.open(io.BytesIO(answer.data))
    assert image.size == (4 * 480, 4 * 320)
    back = form_on(html, NEW)
    assert back["name"] == "还没起名"
    assert {key: value for key, value in back.items() if "boxes." in key} == {
        key: value for key, value in form.items() if "boxes." in key
    }


def test_boxes_are_added_and_removed_and_nothing_typed_is_lost(office: Browser) -> None:
    form = start(office)
    number = len([name for name in form if name.endswith(".what")])
    form[row(form, "product") + "x"] = "九毫米"
    added = form_on(send(office, form, "add", add="fixed", name="示例").text, NEW)
    assert added[f"boxes.{number}.what"] == "fixed"
    assert added[row(added, "product") + "x"] == "九毫米"
    added[f"boxes.{number}.text"] = "产地直供"
    first = int(row(added, "brand").split(".")[1])
    removed = form_on(send(office, added, f"remove:{first}").text, NEW)
    assert "brand" not in [value for name, value in removed.items() if name.endswith(".what")]
    assert removed[f"boxes.{number - 1}.text"] == "产地直供"
    afresh = form_on(send(office, removed, "start").text, NEW)
    assert afresh[row(afresh, "product") + "x"] == "1.5"


@pytest.mark.parametrize(
    ("what", "column", "value", "words"),
    [
        ("product", "x", "55", "超出了标签"),
        ("product", "x", "九毫米", "毫米"),
        ("product", "size", "0.9", "字号"),
        ("product", "y", "20", "重叠"),
        ("qr", "width", "15", "二维码的框太小"),
        ("certificate", "size", "2.0", "字号"),
    ],
)
def test_a_refusal_leads_to_its_row_and_everything_typed_is_there(
    desk: Desk, office: Browser, what: str, column: str, value: str, words: str
) -> None:
    form = start(office)
    form[row(form, what) + column] = value
    answer = send(office, form, "save", name="示例版式")
    assert answer.status_code == 422
    assert words in answer.text
    back = form_on(answer.text, NEW)
    assert back[row(back, what) + column] == value
    assert back["name"] == "示例版式"
    assert desk.count(LabelDesign) == 0


def test_no_code_or_number_no_design(desk: Desk, office: Browser) -> None:
    form = start(office)
    prefix = row(form, "qr")
    answer = send(
        office, {name: value for name, value in form.items() if not name.startswith(prefix)}, "save"
    )
    assert answer.status_code == 422
    assert "还缺二维码" in answer.text
    nothing = {name: value for name, value in form.items() if not name.startswith("boxes.")}
    assert send(office, nothing, "save").status_code == 422
    strange = send(office, {**form, prefix + "what": "<script>"}, "save")
    assert strange.status_code == 422
    assert "<script>" not in strange.text.partition("<form")[2]
    assert desk.count(LabelDesign) == 0


def test_a_changed_design_is_a_new_edition_and_a_retired_one_is_gone(desk: Desk, office: Browser) -> None:
    send(office, start(office), "save", name="示例版式")
    [number] = re.findall(rf'href="{DESIGNS}/(\d+)"', text_of(office, DESIGNS))
    where = f"{DESIGNS}/{number}"
    form = form_on(text_of(office, where), where)
    form[row(form, "grade") + "size"] = "1.9"
    assert send(office, form, "save", where).status_code == 303
    [newer] = re.findall(rf'href="{DESIGNS}/(\d+)"', text_of(office, DESIGNS))
    assert newer != number
    retire = form_on(text_of(office, DESIGNS), f"{DESIGNS}/{newer}/retire")
    assert office.submit(f"{DESIGNS}/{newer}/retire", retire).status_code == 303
    assert "还没有版式" in text_of(office, DESIGNS)
    assert desk.count(LabelDesign) == 2


def test_a_picture_is_uploaded_shown_both_ways_and_taken_off(desk: Desk, office: Browser) -> None:
    assert upload(office, png()).status_code == 303
    page = text_of(office, DESIGNS)
    for ink in ("colour", "black"):
        [address] = re.findall(rf'src="([^"]*picture-{ink}\.png[^"]*)"', page)
        answer = office.get(address)
        assert answer.mimetype == "image/png"
        assert Image.open(io.BytesIO(answer.data)).size[0] > 100
    drawn = send(office, start(office), "look").text
    assert 'shape-rendering="crispEdges"' in drawn
    form = form_on(page, f"{OFFICE}/picture/retire")
    assert office.submit(f"{OFFICE}/picture/retire", form).status_code == 303
    assert office.get(f"{OFFICE}/picture-colour.png").status_code == 404


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"not a picture", "不是能读的图片"), (b"", "先选一张图片")],
)
def test_a_bad_picture_is_refused_in_chinese_and_the_one_before_stays(
    desk: Desk, office: Browser, data: bytes, words: str
) -> None:
    upload(office, png())
    answer = upload(office, data, "logo.png" if data else "")
    assert answer.status_code == 422
    assert words in answer.text
    assert "picture-colour.png" in answer.text
    assert desk.count(LabelPicture) == 1


def test_clerks_look_and_managers_change(app: Flask, desk: Desk, office: Browser) -> None:
    with desk.world.write() as session:
        found = session.exec(
            select(Membership).where(Membership.user_id == int(desk.world.office.user_id))
        ).one()
        found.role = Role.CLERK.value
        session.add(found)
    page = text_of(office, DESIGNS)
    assert "新版式" not in page
    assert 'type="file"' not in page
    assert office.get(NEW).status_code == 403
    for name in ("coop", "regulator"):
        assert desk.browser(name).get(DESIGNS).status_code == 403
    assert signed_in_browser(app, int(desk.world.office.user_id)).get(OWN).status_code == 403


def test_a_cooperative_has_designs_of_its_own(desk: Desk) -> None:
    clerk = desk.browser()
    assert OWN in text_of(clerk, "/desk/papers")
    form = start(clerk, f"{OWN}/new")
    assert send(clerk, form, "save", f"{OWN}/new", name="示例自己的").status_code == 303
    assert "示例自己的" in text_of(clerk, OWN)
    with desk.world.db.read() as session:
        [kept] = design.own(session, int(desk.world.clerk.org_id))
    rival = desk.browser("rival")
    assert "示例自己的" not in text_of(rival, OWN)
    for path in (f"{OWN}/{kept.id}",):
        assert rival.get(path).status_code == 404
    assert desk.browser("reader").get(OWN).status_code == 403
    assert desk.browser("office").get(f"{DESIGNS}/{kept.id}").status_code == 404


def test_paper_that_carries_nothing_is_said_so(office: Browser) -> None:
    answer = office.get(f"{NEW}?stock=a4-25")
    assert answer.status_code == 422
    assert "没有“a4-25”这种标签纸" in answer.text


@pytest.mark.parametrize(
    "packed", ["", "!!!", "AAAA", "eNqrVspIzcnJVyjPL8pJUVSqBQBCgAYQ", "eN" + "A" * 4_000]
)
def test_an_address_that_holds_no_design_is_refused(office: Browser, packed: str) -> None:
    answer = office.get(f"{DESIGNS}/look.png?stock={PAPER}&design={packed}")
    assert 400 <= answer.status_code < 500


def test_a_page_in_english(office: Browser) -> None:
    page = office.get(f"{NEW}?stock={PAPER}&lang=en").text
    assert "Product" in page
    assert "From left" in page

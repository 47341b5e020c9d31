"""Who gets into which page of the desk: team-mates do, outsiders find nothing, readers change nothing."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from labels.editable import from_layout
from labels.layout import lay_out
from labels.stock import STOCKS
from tests.labels.samples import FULL
from tests.support import databases
from tests.support.cartons import cartons
from tests.support.desk import Desk, make_desk
from tests.support.makers import BASE
from trace.config import Settings
from trace.services import carton_record, design, stock
from trace.services.carton import Content
from trace.tables import Run
from trace.web.factory import create_app

DESIGN = from_layout(lay_out(FULL, STOCKS["roll-60x40"], 203), FULL, STOCKS["roll-60x40"])
PACKED = base64.urlsafe_b64encode(zlib.compress(DESIGN.dump().encode("utf-8"))).decode("ascii")

# Every view of the desk: address, whether a reader may open it.
READING = {
    "desk.home": "/desk",
    "desk.batches": "/desk/batches",
    "desk.batch": "/desk/batches/LOTUS-1",
    "desk.operation_page": "/desk/operations/1",
    "desk.certificate_page": "/desk/certificates/1",
    "desk.runs": "/desk/runs",
    "desk.run_page": "/desk/runs/1",
    "desk.plots": "/desk/plots",
    "desk.cartons": "/desk/cartons",
    "desk.carton_page": "/desk/cartons/2/1",
}
FORMS = {
    "desk.new_batch": "/desk/batches/new",
    "desk.record": "/desk/batches/LOTUS-1/record/storage",
    "desk.correct": "/desk/events/1/correct",
    "desk.operate": "/desk/operate/split",
    "desk.certify": "/desk/batches/LOTUS-1/certificate",
    "desk.print_labels": "/desk/batches/LOTUS-1/print",
    "desk.labels_file": "/desk/runs/1/labels.pdf",
    "desk.papers": "/desk/papers",
    "desk.new_stock": "/desk/papers/new",
    "desk.change_stock": "/desk/papers/1",
    "desk.part_used": "/desk/papers/sheets/1",
    "desk.printers": "/desk/printers",
    "desk.measure": "/desk/printers/measure?printer=示例打印机&stock=a4-24",
    "desk.calibration_page": "/desk/printers/page.pdf?printer=示例打印机&stock=a4-24",
    "desk.designs": "/desk/designs",
    "desk.new_design": "/desk/designs/new",
    "desk.change_design": "/desk/designs/1",
    "desk.design_look": f"/desk/designs/look.png?stock=roll-60x40&design={PACKED}",
    "desk.print_cartons": "/desk/runs/1/cartons",
    "desk.print_empty_cartons": "/desk/batches/LOTUS-1/cartons",
    "desk.reprint_cartons": "/desk/runs/2/cartons/again",
    "desk.pack_cartons": "/desk/cartons/pack",
}
CHANGES = {
    "desk.new_batch_post": "/desk/batches/new",
    "desk.record_post": "/desk/batches/LOTUS-1/record/storage",
    "desk.correct_post": "/desk/events/1/correct",
    "desk.withdraw": "/desk/events/1/withdraw",
    "desk.operate_post": "/desk/operate/split",
    "desk.certify_post": "/desk/batches/LOTUS-1/certificate",
    "desk.print_labels_post": "/desk/batches/LOTUS-1/print",
    "desk.activate": "/desk/runs/1/activate",
    "desk.void": "/desk/runs/1/void",
    "desk.draw_run": "/desk/runs/1/draw",
    "desk.take_again": "/desk/runs/1/again/pdf",
    "desk.new_plot": "/desk/plots",
    "desk.new_stock_post": "/desk/papers/new",
    "desk.change_stock_post": "/desk/papers/1",
    "desk.retire_stock": "/desk/papers/1/retire",
    "desk.close_sheet": "/desk/papers/sheets/1/close",
    "desk.spoil_cells": "/desk/papers/sheets/1/spoil",
    "desk.measure_post": "/desk/printers/measure",
    "desk.new_design_post": "/desk/designs/new",
    "desk.change_design_post": "/desk/designs/1",
    "desk.retire_design": "/desk/designs/1/retire",
    "desk.print_cartons_post": "/desk/runs/1/cartons",
    "desk.print_empty_cartons_post": "/desk/batches/LOTUS-1/cartons",
    "desk.reprint_cartons_post": "/desk/runs/2/cartons/again",
    "desk.pack_scanned": "/desk/cartons/pack",
    "desk.pack_numbers": "/desk/cartons/pack/numbers",
    "desk.split_carton": "/desk/cartons/2/1/split",
}
# Boxes to look something up, which lead on to one of the pages above.
ONWARD = {
    "desk.find_carton": "/desk/cartons/find",
    "desk.carton_by_number": "/desk/runs/2/carton",
}
PAGES = [path for path in (READING | FORMS).values() if not re.search(r"\.(pdf|png)", path)]
# Pages about one thing, which for others does not exist.
THINGS = [path for path in (READING | FORMS).values() if re.search(r"LOTUS|/\d", path)]
BAD = [
    re.sub(r"LOTUS-1", "NO-SUCH-1", path) if "LOTUS" in path else re.sub(r"/\d+", "/99999", path)
    for path in THINGS
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path) -> Iterator[Desk]:
    """One desk for all: each test looks only at what it has itself changed."""
    folder = tmp_path_factory.mktemp("desk")
    url = databases.sqlite_database(folder, _sqlite_template)
    app = create_app(Settings(instance=folder / "instance", DATABASE_URL=url))
    made = make_desk(app)
    number = made.world.ready(number="LOTUS-1")
    made.world.printed(number, 3)
    with made.world.write() as session:
        stock.save(session, made.world.coop, replace(STOCKS["a4-21"], name="示例纸"))
        design.save(
            session,
            made.world.clerk,
            name="示例版式",
            stock="roll-60x40",
            made=DESIGN,
            base_url=BASE,
            brand=None,
        )
    cartons(made.world, number, Content(1, (1, 2)), per_carton=2)
    assert (
        made.send("/desk/operate/split", inputs__0__batch=number, outputs__0__quantity="5").status_code == 303
    )
    return made


def test_every_view_of_the_desk_stands_in_these_tables(desk: Desk) -> None:
    views = {rule.endpoint for rule in desk.app.url_map.iter_rules() if rule.endpoint.startswith("desk.")}
    assert views == set(READING | FORMS | CHANGES | ONWARD)


@pytest.mark.parametrize("path", [*READING.values(), *FORMS.values()])
@pytest.mark.parametrize("name", ["coop", "clerk"])
def test_the_owner_and_a_team_mate_get_in(desk: Desk, path: str, name: str) -> None:
    with desk.browser(name).get(path) as answer:
        assert answer.status_code == 200


# Laboratories open any batch by its number: see test_desk_service.
@pytest.mark.parametrize(
    ("name", "path"),
    [("rival", path) for path in THINGS]
    + [("laboratory", path) for path in THINGS if path != READING["desk.batch"]],
)
def test_to_outsiders_it_does_not_exist(desk: Desk, name: str, path: str) -> None:
    answer = desk.browser(name).get(path)
    assert answer.status_code in ((404,) if name == "rival" else (403, 404))
    assert "琴江白莲" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", CHANGES.values())
def test_outsiders_change_nothing(desk: Desk, path: str) -> None:
    before = desk.entries()
    asked = {
        "first": "1",
        "last": "1",
        "reason": "x",
        "count": "1",
        "quantity": "1",
        "bases": "internal_control",
    }
    asked |= {"issued_on": "2026-08-25", "occurred_on": "2026-08-25", "inputs.0.batch": "LOTUS-1"}
    desk.browser("rival").submit(path, asked)
    if path not in ("/desk/plots", "/desk/batches/new"):
        assert desk.entries() == before


@pytest.mark.parametrize("path", BAD)
def test_a_wrong_number_is_not_found(desk: Desk, path: str) -> None:
    assert desk.browser().get(path).status_code == 404


@pytest.mark.parametrize("path", READING.values())
def test_a_reader_may_read(desk: Desk, path: str) -> None:
    assert desk.browser("reader").get(path).status_code == 200


@pytest.mark.parametrize("path", FORMS.values())
def test_a_reader_gets_no_form(desk: Desk, path: str) -> None:
    assert desk.browser("reader").get(path).status_code == 403


@pytest.mark.parametrize("path", CHANGES.values())
def test_a_reader_changes_nothing(desk: Desk, path: str) -> None:
    before = desk.entries()
    assert desk.browser("reader").submit(path).status_code == 403
    assert desk.entries() == before


@pytest.mark.parametrize("path", READING.values())
def test_pages_offer_a_reader_nothing_that_would_be_refused(desk: Desk, path: str) -> None:
    for link in set(re.findall(r'(?:href|action)="(/desk[^"#?]*)', desk.page(path, "reader"))):
        answer = desk.browser("reader").get(link)
        # Nothing was typed into a box to look something up.
        assert answer.status_code in ((303, 422) if link in ONWARD.values() else (200,)), link


def test_pages_offer_a_clerk_nothing_that_would_be_refused(desk: Desk) -> None:
    assert 'action="/desk/runs/1/void"' in desk.page("/desk/runs/1", "coop")
    assert 'action="/desk/runs/1/void"' not in desk.page("/desk/runs/1", "clerk")
    assert desk.browser("clerk").submit("/desk/runs/1/void").status_code == 403


@pytest.mark.parametrize("name", ["office", "operator"])
def test_others_have_a_desk_of_their_own(desk: Desk, name: str) -> None:
    assert desk.browser(name).get("/desk").status_code == 403


@pytest.mark.parametrize("path", [*READING.values(), *FORMS.values()])
def test_whoever_is_signed_out_signs_in_and_comes_back(desk: Desk, path: str) -> None:
    answer = desk.app.test_client().get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


@pytest.mark.parametrize("path", CHANGES.values())
def test_a_form_sent_signed_out_changes_nothing(desk: Desk, path: str) -> None:
    before = desk.entries()
    assert desk.app.test_client().post(path, data={"reason": "x"}).status_code in (400, 401)
    assert desk.entries() == before


@pytest.mark.parametrize("path", [*READING.values(), FORMS["desk.labels_file"]])
def test_what_is_only_read_takes_no_form(desk: Desk, path: str) -> None:
    if path != "/desk/plots":
        assert desk.browser().submit(path).status_code == 405


@pytest.mark.parametrize("path", ["/desk/events/1/withdraw", "/desk/runs/1/activate", "/desk/runs/1/void"])
def test_what_changes_something_is_no_page(desk: Desk, path: str) -> None:
    assert desk.browser().get(path).status_code == 405


def test_looking_changes_nothing(desk: Desk) -> None:
    before = desk.entries()
    for path in PAGES:
        desk.page(path)
    assert desk.entries() == before


@pytest.mark.parametrize("path", PAGES)
def test_pages_speak_english_too(desk: Desk, path: str) -> None:
    assert 'lang="en"' in desk.page(f"{path}{'&' if '?' in path else '?'}lang=en")


def test_looking_up_a_carton_leads_to_its_page_and_outsiders_nowhere(desk: Desk) -> None:
    with desk.world.db.read() as session:
        number = carton_record.number_of(session.get_one(Run, 2), 1)
    asked = f"{ONWARD['desk.find_carton']}?code={number}"
    assert desk.browser("reader").get(asked).location == READING["desk.carton_page"]
    assert desk.browser("reader").get("/desk/runs/2/carton?item=1").location == READING["desk.carton_page"]
    assert desk.browser("rival").get(asked).status_code in (404, 422)
    for path in ONWARD.values():
        assert desk.app.test_client().get(path).location.startswith("/sign-in?next=")
        assert desk.browser("laboratory").get(path).status_code != 200

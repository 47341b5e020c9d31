"""The report form: anybody may send it, what is typed stays, nothing but a photo and words is ever kept."""

from __future__ import annotations

import io
import re
import stat
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlmodel import select
from werkzeug.test import TestResponse

from labels import code as item_code
from labels import digits as printed_digits
from tests.support.desk import Desk, make_desk
from tests.support.makers import MASTER
from trace.services import run
from trace.tables import Brand, Complaint, Run
from trace.web.context import App

TEXT = "在示例市场买的，包装上没有生产日期。"


@pytest.fixture
def desk(app: Flask) -> Desk:
    return make_desk(app)


@pytest.fixture
def reader(desk: Desk) -> FlaskClient:
    return desk.app.test_client()


def photo(size: tuple[int, int] = (640, 480), kind: str = "JPEG", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (40, 120, 60)).save(out, kind, **more)
    return out.getvalue()


def send(reader: FlaskClient, **fields: object) -> TestResponse:
    answer = reader.post("/report", data={"kind": "label", "text": TEXT, **fields})
    # A large form was spooled to a file of the client's.
    answer.request.environ["wsgi.input"].close()
    return answer


def receipt_of(answer: TestResponse) -> str:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    found = re.search(r"/report/([0-9]{13})", answer.location)
    assert found
    return found[1]


def kept(desk: Desk) -> list[Complaint]:
    with desk.world.db.read() as session:
        return list(session.exec(select(Complaint)).all())


def files(desk: Desk) -> list[Path]:
    parts: App = desk.app.extensions["trace"]
    folder = parts.settings.instance / "complaints"
    return list(folder.iterdir()) if folder.exists() else []


def signed(desk: Desk, run_id: int, item: int) -> str:
    """The 175 digits of a label."""
    with desk.world.db.read() as session:
        urls = list(run.urls(session, session.get_one(Run, run_id), MASTER))
    return urls[item - 1].rpartition("/")[2]


def printed(desk: Desk, run_id: int, item: int) -> str:
    with desk.world.db.read() as session:
        return printed_digits.printed(item_code.item_code(session.get_one(Run, run_id).key_id, run_id, item))


def test_a_report_gets_a_receipt_that_shows_what_became_of_it(desk: Desk, reader: FlaskClient) -> None:
    number = desk.world.ready()
    code = printed(desk, desk.world.printed(number, 3), 2)
    answer = send(reader, code=code, phone="１３８００００００００", photo=(io.BytesIO(photo()), "a.jpg"))
    receipt = receipt_of(answer)
    page = reader.get(answer.location)
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert "举报已收到" in text
    assert f"{receipt[:4]} {receipt[4:8]} {receipt[8:12]}-{receipt[12]}" in text
    assert code in text
    assert number in text
    # Who finds the receipt learns nothing about who sent it.
    assert TEXT not in text
    assert "0000" not in text.replace(code, "").replace(receipt, "")
    [row] = kept(desk)
    assert (row.kind, row.text, row.phone, row.receipt) == ("label", TEXT, "13800000000", receipt)
    assert (row.item, row.verdict, bool(row.photo)) == (2, "", True)
    with desk.world.db.read() as session:
        assert session.get_one(Brand, row.brand_id).slug == desk.world.slug


@pytest.mark.parametrize("given", ["digits", "address"])
def test_a_signed_code_is_checked_and_its_verdict_kept(desk: Desk, reader: FlaskClient, given: str) -> None:
    run_id = desk.world.printed(desk.world.ready(), 3)
    digits = signed(desk, run_id, 3)
    receipt_of(send(reader, code=digits if given == "digits" else f"https://example.org/c/{digits}"))
    [row] = kept(desk)
    assert (row.run_id, row.item, row.verdict) == (run_id, 3, "first")


def test_a_forged_code_is_kept_as_evidence_and_leads_to_no_label(desk: Desk, reader: FlaskClient) -> None:
    digits = signed(desk, desk.world.printed(desk.world.ready(), 3), 3)
    forged = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    receipt_of(send(reader, code=forged, kind="copied"))
    [row] = kept(desk)
    assert (row.run_id, row.item, row.brand_id, row.verdict) == (None, None, None, "forged")
    assert forged in row.text


def test_the_page_of_a_forged_code_leads_to_a_report_that_takes_it_along(
    desk: Desk, reader: FlaskClient
) -> None:
    digits = signed(desk, desk.world.printed(desk.world.ready(), 3), 3)
    forged = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    page = reader.get(f"/c/{forged}").get_data(as_text=True)
    assert f'href="/report?code={forged}"' in page
    assert f'value="{forged}"' in reader.get(f"/report?code={forged}").get_data(as_text=True)
    assert 'href="/report"' in reader.get("/c/1234").get_data(as_text=True)


@pytest.mark.parametrize("code", ["1234", "1 00001 99999999 000001", "别的平台的码", "<b>x</b>"])
def test_a_number_that_leads_nowhere_is_no_hindrance(desk: Desk, reader: FlaskClient, code: str) -> None:
    receipt_of(send(reader, code=code))
    [row] = kept(desk)
    assert row.run_id is None
    assert row.text.startswith(TEXT)
    assert code in row.text


def test_a_batch_page_leads_to_a_report_on_the_batch(desk: Desk, reader: FlaskClient) -> None:
    number = desk.world.ready()
    page = reader.get(f"/batch/{number}").get_data(as_text=True)
    link = re.search(r'href="(/report\?[^"]+)"', page)
    assert link
    assert number in reader.get(link[1]).get_data(as_text=True)
    receipt_of(send(reader, batch=number))
    [row] = kept(desk)
    assert row.batch_id is not None
    assert row.run_id is None


def test_a_label_page_leads_to_a_report_on_the_label(desk: Desk, reader: FlaskClient) -> None:
    run_id = desk.world.printed(desk.world.ready(), 3)
    page = reader.get(f"/c/{signed(desk, run_id, 2)}").get_data(as_text=True)
    link = re.search(r'href="(/report\?[^"]+)"', page)
    assert link
    digits = printed(desk, run_id, 2).replace(" ", "").replace("-", "")
    assert link[1] == f"/report?code={digits}"
    assert f'value="{digits}"' in reader.get(link[1]).get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": ""}, "text"),
        ({"text": "假的"}, "text"),
        ({"text": "x" * 2001}, "text"),
        ({"text": "看不见\u202e的字符在这里"}, "text"),
        ({"kind": ""}, "kind"),
        ({"kind": "praise"}, "kind"),
        ({"phone": "打给我吧"}, "phone"),
        ({"code": "1\x00"}, "code"),
        ({"homepage": "https://spam.example"}, "homepage"),
    ],
)
def test_what_is_wrong_is_said_and_what_is_right_stays(
    desk: Desk, reader: FlaskClient, wrong: dict[str, str], said: str
) -> None:
    fields = {"phone": "010-5555555", "code": "1234 5678", **wrong}
    answer = send(reader, photo=(io.BytesIO(photo()), "a.jpg"), **fields)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{said}"' in page
    assert "照片没有存下来，请再选一次" in page
    if said != "phone":
        assert 'value="010-5555555"' in page
    if said != "text":
        assert TEXT in page
    assert not kept(desk)
    assert not files(desk)


def test_a_photo_is_drawn_anew_and_for_nobody_else_to_read(desk: Desk, reader: FlaskClient) -> None:
    exif = Image.Exif()
    exif[0x010E] = "拍摄地点：某某家"
    receipt_of(send(reader, photo=(io.BytesIO(photo(exif=exif)), "a.jpg")))
    [row], [file] = kept(desk), files(desk)
    assert file.name == row.photo
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    with Image.open(file) as drawn:
        assert (drawn.format, dict(drawn.getexif())) == ("JPEG", {})
    for path in (f"/file/{row.photo}", f"/file/{row.photo}.jpg", f"/file/{row.photo}/thumb"):
        assert reader.get(path).status_code == 404


def bomb() -> bytes:
    """A small PNG that says it is 20,000 pixels on each side."""
    data = bytearray(photo((64, 64), "PNG"))
    data[16:24] = (20_000).to_bytes(4, "big") * 2
    return bytes(data)


POLYGLOT = photo() + b"<script>alert(1)</script><?php system('id'); ?>"
REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.4\n1 0 obj\n<<>>\nendobj",
    "gif": b"GIF89a/*<script>*/=1;alert(1)",
    "empty": b"",
    "cut": photo()[:300],
    "tiny": photo((8, 8)),
    "bomb": bomb(),
    "jpeg in name": b"\xff\xd8\xff<script>alert(1)</script>",
    "large": b"\xff\xd8\xff" + bytes(20_100_000),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sound_photo_is_refused_and_nothing_is_kept(
    desk: Desk, reader: FlaskClient, name: str
) -> None:
    answer = send(reader, photo=(io.BytesIO(REFUSED[name]), "photo.jpg"))
    page = answer.get_data(as_text=True)
    assert answer.status_code in (413, 422)
    assert "alert(1)" not in page
    if name != "large":
        assert 'href="#photo"' in page
        assert TEXT in page
    assert not kept(desk)
    assert not files(desk)


def test_of_a_photo_that_is_also_a_page_only_the_picture_stays(desk: Desk, reader: FlaskClient) -> None:
    receipt_of(send(reader, photo=(io.BytesIO(POLYGLOT), "x.html", "text/html")))
    [file] = files(desk)
    assert b"script" not in file.read_bytes()
    assert b"<?php" not in file.read_bytes()


def test_two_photos_are_one_too_many(desk: Desk, reader: FlaskClient) -> None:
    two = [(io.BytesIO(photo()), "a.jpg"), (io.BytesIO(photo()), "b.jpg")]
    answer = send(reader, photo=two)
    assert answer.status_code == 422
    assert "一次只能传一张照片" in answer.get_data(as_text=True)
    assert not files(desk)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_other_sites_send_is_not_taken(desk: Desk, reader: FlaskClient, site: str) -> None:
    answer = reader.post("/report", data={"kind": "label", "text": TEXT}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403
    assert not kept(desk)


def test_nobody_gets_a_cookie_and_no_page_runs_what_a_buyer_wrote(desk: Desk, reader: FlaskClient) -> None:
    receipt = receipt_of(send(reader, text="<script>alert(1)</script> 包装上写着"))
    for path in ("/report", "/report/find", f"/report/{receipt}", "/report?code=1234&lang=en"):
        answer = reader.get(path)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers
        # The form alone has a script, a file of ours: it keeps a chosen photo. What runs inside a page is forbidden.
        scripts = re.findall(r"<script[^>]*>.*?</script>", page, re.DOTALL)
        ours = ['<script src="/static/js/complain.js" defer></script>']
        assert scripts == (ours if path.startswith("/report?") or path == "/report" else [])
        assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]
        assert "alert(1)" not in page
        assert answer.headers["Cache-Control"] == "no-store"
        assert 'name="robots" content="noindex"' in page


def test_a_receipt_is_found_however_it_is_typed(desk: Desk, reader: FlaskClient) -> None:
    receipt = receipt_of(send(reader))
    typed = f"{receipt[:4]} {receipt[4:8]}-{receipt[8:]}"
    answer = reader.get("/report/find", query_string={"receipt": typed})
    assert (answer.status_code, answer.location) == (303, f"/report/{receipt}")
    assert reader.get(f"/report/{receipt}").status_code == 200


@pytest.mark.parametrize("typed", ["1", "0000000000001", "没有", "1" * 500, "../../etc/passwd"])
def test_a_wrong_receipt_is_said_kindly(desk: Desk, reader: FlaskClient, typed: str) -> None:
    answer = reader.get("/report/find", query_string={"receipt": typed})
    assert answer.status_code == 422
    assert "请对照再输一次" in answer.get_data(as_text=True)


def test_a_receipt_that_nobody_has_is_not_found(desk: Desk, reader: FlaskClient) -> None:
    for receipt in ("0000000000002", "1", "x"):
        assert reader.get(f"/report/{receipt}").status_code == 404


def test_the_form_speaks_english_too(desk: Desk, reader: FlaskClient) -> None:
    page = reader.get("/report?lang=en").get_data(as_text=True)
    assert "I suspect a fake" in page
    answer = reader.post("/report?lang=en", data={"kind": "", "text": "too bad"})
    assert "Choose what your report is about" in answer.get_data(as_text=True)

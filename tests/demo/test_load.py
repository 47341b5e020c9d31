"""The demonstration is the main job: its sheet decodes to its codes, and every code answers with its product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask import Flask

from trace.config import Settings
from trace.demo.load import Loaded, load
from trace.services import attachment, ledger_audit
from trace.web.factory import create_app

BASE = "http://127.0.0.1:5000"


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database with nothing in it yet."""
    made = create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=database_url))
    yield made
    made.extensions["trace"].db.dispose()


def _load(app: Flask, base: str = BASE) -> Loaded:
    here = app.extensions["trace"]
    return load(here.db, here.settings, base)


def _decoded(pdf: Path, dpi: int) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    found = []
    for page in document:
        picture = page.render(scale=dpi / 72, grayscale=True).to_pil()
        found += [
            code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
        ]
    document.close()
    return found


def test_the_sheet_the_codes_and_the_pages_belong_together(app: Flask) -> None:
    loaded = _load(app)
    codes = loaded.codes.read_text("ascii").split()
    assert len(codes) == len(set(codes)) == 48
    for dpi in (203, 300):
        assert sorted(_decoded(loaded.pdf, dpi)) == sorted(codes)
    client = app.test_client()
    for url in codes:
        answer = client.get(url.removeprefix(BASE))
        assert answer.status_code == 200
        assert "通芯白莲" in answer.text
    for verdict, url in loaded.states.items():
        told = client.get(url.removeprefix(BASE), headers={"Accept": "application/json"}).get_json()
        assert told["verdict"] == verdict
    here = app.extensions["trace"]
    with here.db.read() as session:
        report = ledger_audit.verify(session)
        assert report.fault is None
        assert report.entries > 100
        assert attachment.check(session, here.settings) == []

    # Again, and for another address: nothing twice, and a sheet that leads there.
    again = _load(app)
    assert (again.fresh, again.codes.read_text("ascii").split()) == (False, codes)
    moved = _load(app, "http://127.0.0.1:8000")
    other = moved.codes.read_text("ascii").split()
    assert not set(other) & set(codes)
    assert client.get(other[0].removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_one_changed_digit_is_forged_or_malformed(app: Flask) -> None:
    loaded = _load(app)
    digits = loaded.first_code.rpartition("/")[2]
    client = app.test_client()
    for place in range(0, 175, 9):
        other = digits[:place] + str((int(digits[place]) + 1 + place % 8) % 10) + digits[place + 1 :]
        answer = client.get(f"/c/{other}", headers={"Accept": "application/json"})
        assert answer.status_code == 404
        assert answer.get_json()["verdict"] in ("forged", "malformed")

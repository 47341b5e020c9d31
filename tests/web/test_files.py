"""/file: what events carry is served for good, the rest is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.services import upload_samples as samples
from tests.support.attachment_records import clerk, event_with
from trace.config import Settings
from trace.services import attachment
from trace.web.context import App
from trace.web.factory import create_app


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = create_app(Settings(instance=tmp_path / "instance", DATABASE_URL=database_url))
    yield made
    made.extensions["trace"].db.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def kept(app: Flask, data: bytes, *, public: bool = True) -> str:
    parts: App = app.extensions["trace"]
    with parts.db.write() as session:
        actor = clerk(session)
        stored = attachment.store(session, actor, parts.settings, data, "x")
        if public:
            event_with(session, actor, stored.id)
    return stored.sha256


def test_a_photo_is_served_with_headers_that_let_it_rest(app: Flask, client: FlaskClient) -> None:
    sha256 = kept(app, samples.jpeg())
    for address in (f"/file/{sha256}", f"/file/{sha256}.jpg"):
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert answer.mimetype == "image/jpeg"
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.get_etag() == (sha256, False)
            assert "Set-Cookie" not in answer.headers
            assert answer.data == attachment.open_file(app.extensions["trace"].settings, sha256).read_bytes()


def test_who_has_it_is_sent_nothing_again(app: Flask, client: FlaskClient) -> None:
    sha256 = kept(app, samples.jpeg())
    known = {"If-None-Match": f'"{sha256}"'}
    with client.get(f"/file/{sha256}.jpg", headers=known) as answer:
        assert answer.status_code == 304
        assert answer.data == b""


def test_the_thumbnail_is_smaller_and_has_its_own_tag(app: Flask, client: FlaskClient) -> None:
    sha256 = kept(app, samples.jpeg(1600, 1200))
    with client.get(f"/file/{sha256}/thumb") as small, client.get(f"/file/{sha256}") as whole:
        assert small.mimetype == "image/jpeg"
        assert len(small.data) < len(whole.data)
        assert small.get_etag() != whole.get_etag()


def test_a_pdf_opens_in_the_page_under_a_harmless_name(app: Flask, client: FlaskClient) -> None:
    sha256 = kept(app, samples.pdf())
    with client.get(f"/file/{sha256}.pdf") as answer:
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"] == f"inline; filename={sha256[:12]}.pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/file/{sha256}/thumb").status_code == 404
    assert client.get(f"/file/{sha256}.jpg").status_code == 404


def test_what_no_event_carries_is_not_there(app: Flask, client: FlaskClient) -> None:
    sha256 = kept(app, samples.jpeg(), public=False)
    assert client.get(f"/file/{sha256}").status_code == 404
    assert client.get(f"/file/{sha256}/thumb").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/file/", "/file/" + "0" * 64, "/file/" + "0" * 63, "/file/" + "0" * 64 + ".exe", "/file/%2e%2e/x"],
)
def test_what_is_no_file_is_not_there(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404

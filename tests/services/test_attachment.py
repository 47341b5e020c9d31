"""Attachments: kept under their hash, entered in the ledger, found again, and missed when they are gone."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from tests.services import upload_samples as samples
from tests.support.attachment_records import clerk, event_with
from tests.support.opened import opened
from trace.config import Settings
from trace.core.errors import Forbidden, InvalidInput, NotFound, TooLarge, TraceError
from trace.core.messages.attachment import MESSAGES
from trace.core.organisation import Role
from trace.db import Database
from trace.services import attachment, ledger
from trace.services.audit import AuditAction
from trace.tables import Attachment, Audit, LedgerEntry


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    database = opened(database_url)
    yield database
    database.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(instance=tmp_path / "instance", max_upload_mb=1)


def test_a_photo_is_kept_under_its_hash_with_row_entry_and_note(db: Database, settings: Settings) -> None:
    with db.write() as session:
        actor = clerk(session)
        stored = attachment.store(session, actor, settings, samples.jpeg_with_place(), "采摘 1.jpg")
    path = attachment.open_file(settings, stored.sha256)
    assert path == settings.files / stored.sha256[:2] / stored.sha256
    assert hashlib.sha256(path.read_bytes()).hexdigest() == stored.sha256
    assert path.stat().st_size == stored.size
    assert (stored.media_type, stored.width, stored.height) == ("image/jpeg", 800, 600)
    assert stored.title == "采摘 1"
    with db.read() as session:
        row = session.get(Attachment, stored.id)
        assert row is not None
        assert row.organisation_id == actor.org_id
        number = ledger.entry_of(session, "attachment", stored.id)
        entry = session.exec(select(LedgerEntry).where(LedgerEntry.seq == number)).one()
        assert entry.kind == "attachment.stored"
        stored_notes = select(Audit.subject).where(Audit.action != AuditAction.KEY_CREATE.value)
        assert session.exec(stored_notes).all() == [stored.sha256]


def test_a_pdf_is_kept_byte_for_byte(db: Database, settings: Settings) -> None:
    sent = samples.pdf(2)
    with db.write() as session:
        stored = attachment.store(
            session, clerk(session), settings, io.BytesIO(sent), "r.pdf", title=" 检测报告 "
        )
    assert attachment.open_file(settings, stored.sha256).read_bytes() == sent
    assert (stored.media_type, stored.width, stored.title) == ("application/pdf", 0, "检测报告")


def test_the_same_file_twice_is_one_row_and_one_entry_for_each_organisation(
    db: Database, settings: Settings
) -> None:
    ready = attachment.examine(settings, samples.jpeg(), "a.jpg")
    with db.write() as session:
        one, other = clerk(session), clerk(session, "示例加工厂")
        first = attachment.store(session, one, settings, ready)
        again = attachment.store(session, one, settings, ready)
        others = attachment.store(session, other, settings, ready)
        kinds = session.exec(select(LedgerEntry.kind).order_by(col(LedgerEntry.seq))).all()
    assert kinds == ["key.created", "attachment.stored"] * 2
    assert first == again
    assert others.id != first.id
    assert others.sha256 == first.sha256
    assert len([path for path in settings.files.rglob("*") if path.is_file()]) == 1


def test_a_unit_that_fails_leaves_no_row(db: Database, settings: Settings) -> None:
    def fail() -> None:
        with db.write() as session:
            attachment.store(session, clerk(session), settings, samples.jpeg(), "a.jpg")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with db.read() as session:
        assert ledger.size(session) == 0
        assert attachment.check(session, settings) == []


def test_a_reader_may_not(db: Database, settings: Settings) -> None:
    with db.write() as session, pytest.raises(Forbidden):
        attachment.store(session, clerk(session, role=Role.READER), settings, samples.jpeg(), "a.jpg")


def test_missing_and_changed_files_are_found(db: Database, settings: Settings) -> None:
    with db.write() as session:
        actor = clerk(session)
        _sound, gone, changed = (
            attachment.store(session, actor, settings, samples.jpeg(side, side), "a.jpg")
            for side in (40, 50, 60)
        )
    attachment.open_file(settings, gone.sha256).unlink()
    with attachment.open_file(settings, changed.sha256).open("r+b") as file:
        file.write(b"\0")
    with db.read() as session:
        faults = attachment.check(session, settings)
    assert faults == [
        attachment.Fault(gone.id, gone.sha256, "missing"),
        attachment.Fault(changed.id, changed.sha256, "changed"),
    ]
    with pytest.raises(NotFound):
        attachment.open_file(settings, gone.sha256)


def test_sending_a_damaged_file_again_mends_it(db: Database, settings: Settings) -> None:
    with db.write() as session:
        actor = clerk(session)
        stored = attachment.store(session, actor, settings, samples.jpeg(), "a.jpg")
        attachment.open_file(settings, stored.sha256).write_bytes(bytes(stored.size))
        attachment.store(session, actor, settings, samples.jpeg(), "a.jpg")
        assert attachment.check(session, settings) == []


def test_only_what_an_event_carries_is_public(db: Database, settings: Settings) -> None:
    with db.write() as session:
        actor = clerk(session)
        shown = attachment.store(session, actor, settings, samples.jpeg(), "a.jpg")
        kept_back = attachment.store(session, actor, settings, samples.pdf(), "a.pdf")
        event_with(session, actor, shown.id)
    with db.read() as session:
        assert attachment.public(session, shown.sha256).id == shown.id
        with pytest.raises(NotFound):
            attachment.public(session, kept_back.sha256)


def test_a_thumbnail_that_was_lost_is_drawn_again(db: Database, settings: Settings) -> None:
    with db.write() as session:
        stored = attachment.store(session, clerk(session), settings, samples.jpeg(), "a.jpg")
    first = attachment.open_thumbnail(settings, stored.sha256)
    drawn = first.read_bytes()
    first.unlink()
    assert attachment.open_thumbnail(settings, stored.sha256).read_bytes() == drawn


@pytest.mark.parametrize(
    "sha256", ["", "../../etc/passwd", "A" * 64, "g" * 64, "0" * 63, "0" * 64 + "\n", "0" * 64]
)
def test_what_is_no_hash_or_unknown_is_not_found(settings: Settings, sha256: str) -> None:
    with pytest.raises(NotFound):
        attachment.open_file(settings, sha256)


@pytest.mark.parametrize(
    ("data", "error", "code"),
    [
        (b"", InvalidInput, "attachment.empty"),
        (io.BytesIO(b""), InvalidInput, "attachment.empty"),
        (bytes(1_000_001), TooLarge, "attachment.too-large"),
        (io.BytesIO(bytes(2_000_000)), TooLarge, "attachment.too-large"),
        (samples.HTML, InvalidInput, "attachment.kind"),
        (samples.SVG, InvalidInput, "attachment.kind"),
    ],
)
def test_what_is_no_upload_is_refused(
    settings: Settings, data: bytes, error: type[TraceError], code: str
) -> None:
    with pytest.raises(error) as refused:
        attachment.examine(settings, data, "照片.jpg")
    assert refused.value.code == code
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("filename", "title"),
    [
        ("C:\\fakepath\\采摘.jpeg", "采摘"),
        ("../../etc/passwd", "passwd"),
        ("a\0b.jpg", "ab"),
        ("=cmd().jpg", ""),
        ("‮gpj.exe", "gpj"),
        ("长" * 10_000 + ".jpg", "长" * 60),
        (".jpg", ".jpg"),
        ("", ""),
        ("\0\n", ""),
    ],
)
def test_a_file_name_lends_a_title_and_nothing_else(settings: Settings, filename: str, title: str) -> None:
    checked = attachment.examine(settings, samples.jpeg(), filename)
    assert checked.title == title
    assert checked.media_type == "image/jpeg"


def test_the_content_says_what_a_file_is(settings: Settings) -> None:
    assert attachment.examine(settings, samples.pdf(), "photo.jpg").media_type == "application/pdf"
    assert attachment.examine(settings, samples.jpeg(), "report.pdf").media_type == "image/jpeg"


@pytest.mark.parametrize("title", ["a\0b", "x" * 201])
def test_a_given_title_is_checked(settings: Settings, title: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        attachment.examine(settings, samples.jpeg(), title=title)
    assert refused.value.field == "title"


def test_every_sentence_is_said_in_both_languages() -> None:
    for chinese, english in MESSAGES.values():
        assert not chinese.isascii()
        assert english.replace("×", "x").isascii()

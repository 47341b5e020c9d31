"""Erasing the file of an attachment: it goes, its entry stays, and everybody sees that it went."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select as select_model

from tests.support.erasing import (
    NOW,
    WHY,
    asked,
    erased,
    sound,
)
from tests.support.makers import World
from trace.config import Settings
from trace.core import clock
from trace.core.errors import Conflict, NotFound
from trace.services import (
    attachment,
    attachment_file,
    erasure,
    event,
    find,
    ledger,
    pages,
)
from trace.services.attachment import Checked
from trace.services.erasure import Done
from trace.tables import Attachment, Event


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(NOW):
        yield


class TestFiles:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(instance=tmp_path)

    def stored(self, world: World, settings: Settings, stage: str = "storage") -> tuple[str, int, int]:
        """A photo on an event: its hash, its entry, the event's entry."""
        with world.write() as session:
            photo = Checked(b"a face", "image/jpeg", 4, 3, "示例照片")
            made = attachment.store(session, world.coop, settings, photo)
        number = world.batch()
        files = (event.Attached(made.id, "示例照片"),)
        carried = world.record(number, stage, date(2026, 8, 25), attachments=files)
        with world.db.read() as session:
            entry = ledger.entry_of(session, "attachment", made.id)
        assert entry is not None
        return made.sha256, entry, carried.entry

    def checked(self, world: World, settings: Settings) -> list[str]:
        with world.db.read() as session:
            return [fault.kind for fault in attachment.check(session, settings)]

    def gone(self, world: World, settings: Settings, entry: int) -> Done:
        done = erased(world, asked("", (entry, "file")))
        assert erasure.finish(world.db, settings, done)
        return done

    def test_the_file_goes_and_the_entry_stays(self, world: World, settings: Settings) -> None:
        sha256, entry, _ = self.stored(world, settings)
        assert self.gone(world, settings, entry).files == (sha256,)
        assert not attachment_file.path_of(settings, sha256).exists()
        assert sound(world)
        assert self.checked(world, settings) == []
        with world.db.read() as session:
            assert session.exec(select_model(Attachment.sha256)).one() == sha256
            with pytest.raises(NotFound) as refusal:
                attachment.public(session, sha256)
        assert refusal.value.code == "attachment.gone"

    def test_pages_say_that_it_went(self, world: World, settings: Settings) -> None:
        _, entry, _ = self.stored(world, settings)
        self.gone(world, settings, entry)
        with world.db.read() as session:
            number = session.exec(select_model(Event)).one().batch_id

            page = pages.page_of(session, find.batch_of(session, number))
        [step] = page.chain
        [file] = step.attachments
        assert file.erased is not None
        assert (file.erased.names, file.erased.reason) == ((("文件", "File"),), WHY)

    def test_a_file_missing_without_an_entry_is_a_fault(self, world: World, settings: Settings) -> None:
        sha256, _, _ = self.stored(world, settings)
        attachment_file.path_of(settings, sha256).unlink()
        assert self.checked(world, settings) == ["missing"]

    def test_a_file_that_a_backup_brought_back_is_named_and_removed_again(
        self, world: World, settings: Settings
    ) -> None:
        sha256, entry, _ = self.stored(world, settings)
        self.gone(world, settings, entry)
        attachment_file.path_of(settings, sha256).write_bytes(b"a face")
        assert self.checked(world, settings) == ["erased-but-there"]
        again = self.gone(world, settings, entry)
        assert (again.entries, again.files) == ((), (sha256,))
        assert self.checked(world, settings) == []

    def test_the_same_file_cannot_be_sent_again(self, world: World, settings: Settings) -> None:
        _, entry, _ = self.stored(world, settings)
        self.gone(world, settings, entry)
        with world.db.write() as session, pytest.raises(Conflict) as refusal:
            photo = Checked(b"a face", "image/jpeg", 4, 3, "示例照片")
            attachment.store(session, world.rival, settings, photo)
        assert refusal.value.code == "attachment.erased"

    def test_one_file_goes_for_everybody_who_stored_it(self, world: World, settings: Settings) -> None:
        _, entry, _ = self.stored(world, settings)
        with world.write() as session:
            photo = Checked(b"a face", "image/jpeg", 4, 3, "示例照片")
            attachment.store(session, world.rival, settings, photo)
        assert len(self.gone(world, settings, entry).entries) == 2
        assert self.checked(world, settings) == []

    def test_a_test_report_stays_until_it_need_not_be_kept(self, world: World, settings: Settings) -> None:
        _, entry, _ = self.stored(world, settings, "inspection")
        with pytest.raises(Conflict) as refusal:
            erased(world, asked("", (entry, "file")))
        assert refusal.value.code == "erasure.kept"

"""What goes into a batch's bundle, for whom, and what the verifier says of it, on both databases."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from sqlmodel import select as select_model

from tests.services import upload_samples as samples
from tests.support.bundles import lines_of, open_scene, unzipped, verified
from tests.support.forging import unsign_all
from tests.support.makers import MASTER, NOW, World, make_world, new_event
from tests.support.opened import opened
from tests.support.tampering import behind
from trace.config import Settings
from trace.core.erasure import FILE
from trace.core.errors import Conflict, Forbidden, NotFound
from trace.db import Database
from trace.ledger.cosignature import cosign, witness_key
from trace.ledger.note import Note
from trace.services import attachment, bundle, erasure, event, key, ledger, recall, witness
from trace.services.attachment_file import path_of
from trace.services.erasure import Request
from trace.services.ledger import ENTRY
from trace.services.log import log_of
from trace.tables import Audit, Erasure, Event
from trace.verify.check import Finding

EVENT = Event.__table__  # type: ignore[attr-defined]
WORKER = "示例王小明"


class Place:
    """A world under the watch of its log, and the bundles made in it."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self.db, self.settings = db, settings
        self.world = make_world(db)

    def bundle(self, number: str, *, personal: bool = False) -> tuple[dict[str, bytes], Finding]:
        """A bundle's files, and what the verifier finds with the keys of the log and of `witnesses`."""
        out = io.BytesIO()
        made = bundle.write(self.db, self.settings, number, out, personal=personal)
        with self.db.read() as session:
            keys = [row.vkey for row in witness.in_force(session)]
        return unzipped(out.getvalue()), verified(out.getvalue(), made.vkey, *keys)

    def photo(self, number: str) -> tuple[str, int]:
        """A photo on an event of the batch: its hash, and the number of its own entry."""
        with self.world.write() as session:
            kept = attachment.store(session, self.world.coop, self.settings, samples.jpeg(64, 48), "示例.jpg")
            facts = {"activity": "transplanting", "variety": "太空莲36号", "worker": WORKER}
            carried = new_event(
                "planting", date(2026, 3, 28), facts=facts, attachments=(event.Attached(kept.id),)
            )
            event.record(session, self.world.coop, number, carried)
            entry = session.execute(
                select(ENTRY.c.seq).where(ENTRY.c.subject == "attachment", ENTRY.c.subject_id == kept.id)
            ).scalar_one()
        return kept.sha256, int(entry)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    db, settings = open_scene(tmp_path, database_url)
    yield Place(db, settings)
    db.dispose()


def codes(found: Finding) -> list[str]:
    """What could not be proven."""
    assert found.fault is None, found.fault.message("en")
    return [code for code, _ in found.unproven]


def erased(place: Place, *chosen: tuple[int, str]) -> None:
    wanted = Request("示例：当事人申请", date(2026, 10, 2), chosen=chosen)
    with place.world.write() as session:
        done = erasure.erase(session, replace(place.world.operator), wanted)
    erasure.finish(place.db, place.settings, done)


def test_a_bundle_is_proven_on_either_database(place: Place) -> None:
    number = place.world.ready()
    place.photo(number)
    files, found = place.bundle(number)
    assert codes(found) == ["no-witness-key", "tail", "withheld", "truth"]
    assert found.entries == len(lines_of(files))


def test_what_it_lacks_is_withheld_by_name_and_given_when_asked_for(place: Place) -> None:
    number = place.world.batch()
    place.photo(number)
    withheld, _ = place.bundle(number)
    personal, found = place.bundle(number, personal=True)
    assert WORKER.encode() not in b"".join(withheld.values())
    assert WORKER.encode() in personal["entries.jsonl"]
    assert WORKER.encode() in personal["report.html"]
    assert codes(found) == ["no-witness-key", "tail", "truth"]


def test_an_erased_field_stays_proven_and_is_said_to_be_erased(place: Place) -> None:
    number = place.world.batch()
    _, entry = place.photo(number)
    erased(place, (entry + 1, "facts.worker"))
    files, found = place.bundle(number, personal=True)
    assert "erased" in codes(found)
    assert ("erased", {"count": 1}) in found.proven
    assert WORKER.encode() not in b"".join(files.values())
    assert "示例：当事人申请" in files["report.html"].decode("utf-8")


def test_an_erased_attachment_is_absent_and_its_erasure_inside(place: Place) -> None:
    number = place.world.batch()
    sha256, entry = place.photo(number)
    erased(place, (entry, FILE))
    files, found = place.bundle(number)
    assert f"attachments/{sha256}" not in files
    assert ("erased-file", {"attachment": sha256}) in found.unproven
    assert codes(found)


def test_what_the_law_wants_kept_cannot_be_declared_away(place: Place) -> None:
    world, number = place.world, place.world.batch()
    done = world.record(number, "harvest", date(2026, 8, 12), quantity_g=1_000)
    with world.write() as session:
        row = Erasure(
            seq=done.entry,
            fields='["quantity_g"]',
            reason="示例：没有理由",
            requested_on=date(2026, 10, 1),
            organisation_id=int(world.operator.org_id),
            recorded_at=NOW,
        )
        session.add(row)
        session.flush()
        ledger.append(session, "record.erased", row, organisation=row.organisation_id, batches=[number])
    _, found = place.bundle(number)
    assert found.fault is not None
    assert (found.fault.code, found.fault.where["other"]) == ("erasure.unlawful", done.entry)


def test_a_lost_attachment_is_said_to_be_lost_and_a_damaged_one_not_handed_out(place: Place) -> None:
    number = place.world.batch()
    sha256, _ = place.photo(number)
    path = path_of(place.settings, sha256)
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    for _ in range(2):
        files, found = place.bundle(number)
        assert f"attachments/{sha256}" not in files
        assert "absent" in codes(found)
        path.unlink(missing_ok=True)


def test_a_changed_record_makes_no_bundle(place: Place) -> None:
    number = place.world.batch()
    done = place.world.record(number, "storage", date(2026, 8, 23))
    with behind(place.db) as link:
        link.execute(update(EVENT).where(EVENT.c.id == done.event_id).values(place="别处"))
    with pytest.raises(Conflict) as refused:
        place.bundle(number)
    assert (refused.value.code, refused.value.params["seq"]) == ("bundle.record-changed", done.entry)


def test_keys_that_ended_come_with_their_ends(place: Place) -> None:
    world, number = place.world, place.world.batch()
    with world.write() as session:
        first = key.current_or_new(session, world.coop, int(world.coop.org_id), MASTER).id
        assert first is not None
        key.end(session, None, first, "revoked", "示例：泄露", since=NOW - timedelta(days=500))
    world.record(number, "planting", date(2026, 3, 28))
    files, found = place.bundle(number)
    assert codes(found)
    # All that it signed from that day on, and nothing that its successor did.
    assert {one.where["key"] for one in found.remarks if one.code == "key-revoked-before"} == {f"{first:05d}"}
    assert b"signing_key_status" in files["entries.jsonl"]
    assert "示例：泄露" in files["entries.jsonl"].decode("utf-8")


def test_witnesses_count_as_far_as_they_saw(place: Place) -> None:
    number = place.world.batch()
    private = Ed25519PrivateKey.generate()
    mine = witness_key("county.example", private)
    with place.world.write() as session:
        witness.add(session, mine.text(), "示例县农业农村局")
    newest = log_of(place.db).newest()
    note = Note.parse(newest.note)
    seen = note.adding([cosign(note.text, mine.name, private, 1_790_000_000)]).encode().encode("utf-8")
    with place.db.write(ledger=False) as session:
        witness.accept(session, seen)
    _, found = place.bundle(number)
    assert codes(found) == ["tail", "truth"]
    assert [told["size"] for code, told in found.proven if code == "witness"] == [newest.size]
    place.world.record(number, "planting", date(2026, 3, 28))
    files, found = place.bundle(number)
    assert "unwitnessed-entries" in codes(found)
    assert [told["size"] for code, told in found.proven if code == "witness"] == [newest.size]
    assert "示例县农业农村局" in files["report.html"].decode("utf-8")


def test_whoever_may_not_read_every_batch_takes_none_away(place: Place) -> None:
    number = place.world.ready()
    for actor in (place.world.coop, place.world.office):
        with pytest.raises(Forbidden):
            bundle.permit(place.db, actor, number, personal=False)
    for actor in (place.world.rival, place.world.laboratory):
        with pytest.raises(NotFound):
            bundle.permit(place.db, actor, number, personal=False)
    with pytest.raises(NotFound):
        bundle.permit(place.db, None, "NO-SUCH", personal=False)


def test_that_one_was_taken_is_noted(place: Place) -> None:
    number = place.world.batch()
    bundle.permit(place.db, place.world.regulator, number, personal=False)
    bundle.permit(place.db, None, number, personal=True)
    with place.db.read() as session:
        found = session.exec(select_model(Audit).where(Audit.action == "regulator:batch:export")).all()
    assert [(one.subject, one.user_id) for one in found] == [
        (f"{number}:bundle", place.world.regulator.user_id),
        (f"{number}:bundle:personal", None),
    ]


def test_an_open_recall_stands_first_on_the_page(place: Place) -> None:
    number = place.world.batch()
    with place.world.write() as session:
        recall.open_recall(session, place.world.regulator, number, "示例：不合格", "请退回")
    page = place.bundle(number)[0]["report.html"].decode("utf-8")
    assert page.index("召回（进行中）") < page.index("这份报告说明什么")


def test_entries_of_before_signatures_are_told_apart(sqlite_url: str, tmp_path: Path) -> None:
    """Their records are shown whole or not at all; one that something was erased from is opened by its erasure."""
    before = opened(sqlite_url)
    world = make_world(before)
    number = world.ready()
    worked = new_event(
        "planting",
        date(2026, 3, 29),
        facts={"activity": "transplanting", "variety": "太空莲36号", "worker": WORKER},
    )
    with world.write() as session:
        hidden = event.record(session, world.coop, number, worked).entry
        gone = event.record(session, world.coop, number, worked).entry
        unsign_all(session)
    before.dispose()
    db, settings = open_scene(tmp_path, sqlite_url)
    place = Place.__new__(Place)
    place.db, place.settings, place.world = db, settings, World(**{**vars(world), "db": db})
    erased(place, (gone, "facts.worker"))
    files, found = place.bundle(number)
    assert {"unsigned", "withheld", "erased"} <= set(codes(found))
    told = next(told for code, told in found.unproven if code == "withheld")
    assert f"{hidden} *" in told["fields"]
    assert WORKER.encode() not in b"".join(files.values())
    assert codes(place.bundle(number, personal=True)[1])
    db.dispose()

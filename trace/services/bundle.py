"""The bundle (证据包) of a batch: its whole family's entries with proofs, files and a report, in one zip.

Whoever holds it can check it with `python -m trace.verify`, without this service (docs/bundle.md).
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO

from sqlmodel import Session, col, select

from trace.config import Settings
from trace.core import clock
from trace.core.errors import NotFound, TooLarge
from trace.core.policy import Action, Actor
from trace.db import Database
from trace.ledger.note import ED25519, Note, VerifierKey, signature_lines
from trace.services import audit, bundle_entries, erasure, find, tree, witness
from trace.services.attachment_file import path_of, sha256_of
from trace.services.log import Signed, log_of
from trace.tables import Batch, LedgerCheckpoint, LogIdentity, Witness, WitnessEnd
from trace.verify import report
from trace.verify.archive import CHECKPOINT, ENTRIES, LOG, MANIFEST, MOST, REPORT, WITNESSED
from trace.verify.log_names import Log
from trace.verify.manifest import Manifest
from trace.verify.story import Story

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Made:
    """What a bundle holds: batches, entries, attachments, and the tree's size that it is proven under."""

    batch: str
    batches: int
    entries: int
    attachments: int
    size: int
    origin: str
    vkey: str


def permit(db: Database, actor: Actor | None, number: str, *, personal: bool) -> None:
    """Refuse those who may not read and take away all of any batch, and note that it was taken.

    `actor` None is the operator's command line. NotFound or Forbidden.
    """
    with db.write(ledger=False) as session:
        if actor is None:
            batch = find.public_batch(session, number)
        else:
            batch = find.batch(session, actor, number, Action.BATCH_READ_ALL)
            find.from_policy(actor, Action.BATCH_EXPORT, batch.organisation_id)
        said = f"{batch.number}:bundle{':personal' if personal else ''}"
        audit.note(session, actor, audit.AuditAction.BATCH_EXPORT, said)


def write(db: Database, settings: Settings, number: str, out: BinaryIO, *, personal: bool = False) -> Made:
    """Write the bundle of a batch to a file that can be sought in; ask `permit` before.

    Without `personal`, what is about persons or not public is withheld (services.bundle_withheld). NotFound
    batch.unknown, TooLarge bundle.too-large, Conflict bundle.record-changed, Unavailable if the log cannot sign.
    """
    signed = log_of(db).newest()
    with db.read() as session:
        _one_state(session)
        batch = find.public_batch(session, number)
        try:
            with zipfile.ZipFile(out, "w", allowZip64=False) as archive:
                return _Writer(session, settings, archive, signed, personal=personal).write(batch)
        except zipfile.LargeZipFile as error:
            raise TooLarge("bundle.too-large") from error


def _one_state(session: Session) -> None:
    # An erasure in between would leave a record half of which is there.
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


class _Writer:
    """One bundle being written; `files` has SHA-256 and size of what is in it so far."""

    def __init__(
        self,
        session: Session,
        settings: Settings,
        archive: zipfile.ZipFile,
        signed: Signed,
        *,
        personal: bool,
    ) -> None:
        self._session, self._settings, self._archive = session, settings, archive
        self._signed, self._personal = signed, personal
        self._files: dict[str, tuple[str, int]] = {}

    def write(self, batch: Batch) -> Made:
        """All files, bundle.json last."""
        session, signed = self._session, self._signed
        chosen = bundle_entries.choose(session, batch, signed.size)
        if not chosen.rows[batch.number]:
            raise NotFound("batch.unknown", "batch", number=batch.number)
        story = self._entries(chosen)
        absent = dict(self._attachments(story))
        witnessed, note = _witnessed(session, signed)
        older = None if witnessed == signed.size else witnessed
        self._put(CHECKPOINT, note if older is None else signed.note)
        if older is not None:
            self._put(WITNESSED, note)
        log = _log(session)
        self._put(LOG, log.text())
        manifest = Manifest(
            batch=batch.number,
            batches={number: (len(seqs), seqs[-1]) for number, seqs in chosen.rows.items()},
            made=f"{clock.now():%Y-%m-%dT%H:%M:%SZ}",
            origin=signed.checkpoint.origin,
            size=signed.size,
            entries=len(chosen.seqs),
            files=self._files,
            absent=absent,
            personal=self._personal,
            report=report.edition(),
            witnessed=older,
            consistency=tuple(tree.consistency(session, older, signed.size)) if older else (),
        )
        self._put(REPORT, report.render(manifest, story, log, note.encode("utf-8")))
        attachments = sum(1 for name in self._files if name.startswith("attachments/"))
        self._put(MANIFEST, manifest.text())
        return Made(
            batch.number,
            len(chosen.rows),
            len(chosen.seqs),
            attachments,
            signed.size,
            signed.checkpoint.origin,
            signed.key.verifier.text(),
        )

    def _entries(self, chosen: bundle_entries.Chosen) -> Story:
        story = Story()
        with self._member(ENTRIES) as put:
            for one in bundle_entries.entries(
                self._session, chosen.seqs, self._signed.size, personal=self._personal
            ):
                put.write(one.line.written().encode("utf-8") + b"\n")
                story.add(one.record)
        if self._files[ENTRIES][1] > MOST[ENTRIES]:
            raise TooLarge("bundle.too-large")
        return story

    def _attachments(self, story: Story) -> Iterator[tuple[str, str]]:
        """Put in each file that is there; yield those that are not, and why."""
        gone = erasure.files_erased(self._session)
        for sha256 in sorted({record.text("sha256") for record in story.of("attachment")}):
            path = path_of(self._settings, sha256)
            if sha256 in gone:
                yield sha256, "erased"
            elif not path.is_file():
                yield sha256, "missing"
            elif sha256_of(path) != sha256:
                yield sha256, "damaged"
            else:
                with path.open("rb") as file, self._member(f"attachments/{sha256}", packed=False) as put:
                    while chunk := file.read(_CHUNK):
                        put.write(chunk)

    def _put(self, name: str, text: str) -> None:
        with self._member(name) as put:
            put.write(text.encode("utf-8"))

    @contextmanager
    def _member(self, name: str, *, packed: bool = True) -> Iterator[_Counted]:
        # One fixed date and mode: the same records make the same bytes, whenever and wherever.
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.create_system = 3
        info.external_attr = 0o100644 << 16
        with self._archive.open(info, "w") as file:
            counted = _Counted(file)
            yield counted
        self._files[name] = counted.digest.hexdigest(), counted.size


class _Counted:
    """Hashes and counts what is written through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Some more."""
        self._file.write(data)
        self.digest.update(data)
        self.size += len(data)


def _witnessed(session: Session, signed: Signed) -> tuple[int | None, str]:
    """The newest checkpoint of this epoch that witnesses still counted cosigned: its size, and its note with theirs."""
    found = witness.newest_cosigned(session)
    row = session.get(LedgerCheckpoint, found) if found else None
    if row is None or row.epoch != signed.key.epoch or row.size > signed.size:
        return None, signed.note
    lines = "".join(witness.lines_under(session, row.epoch, row.size))
    return row.size, Note.parse(row.note).adding(signature_lines(lines)).encode()


def _log(session: Session) -> Log:
    """Every key the log ever had, and its witnesses, as this service names them."""
    ends = {row.witness_id: row.reason for row in session.exec(select(WitnessEnd)).all()}
    keys = tuple(
        {
            "origin": row.origin,
            "vkey": VerifierKey(row.origin, ED25519, bytes.fromhex(row.public_key)).text(),
            "since": f"{row.started_at:%Y-%m-%dT%H:%M:%SZ}",
            "reason": row.reason,
        }
        for row in session.exec(select(LogIdentity).order_by(col(LogIdentity.id))).all()
    )
    witnesses = tuple(
        {
            "name": row.name,
            "vkey": row.vkey,
            "operator": row.operator,
            "ended": ends.get(row.id or 0, ""),
        }
        for row in session.exec(select(Witness).order_by(col(Witness.id))).all()
    )
    return Log(keys, witnesses)

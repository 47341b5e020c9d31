"""Check a bundle from its first byte to its last, and say what that proves and what it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any, BinaryIO

from trace.ledger.envelope import UNSIGNED
from trace.ledger.note import VerifierKey
from trace.verify import report
from trace.verify.archive import ATTACHMENT, CHECKPOINT, ENTRIES, LOG, MANIFEST, REPORT, WITNESSED, Archive
from trace.verify.chain import Rows, check_editions, check_family, check_references
from trace.verify.erasures import Erasures
from trace.verify.fault import Fault, shown
from trace.verify.keys import Keys
from trace.verify.line import Line, split
from trace.verify.log_names import Log
from trace.verify.manifest import Manifest
from trace.verify.remarks import Remark, remarks
from trace.verify.seals import Seal, check_seal
from trace.verify.story import Record, Story, must_show
from trace.verify.words import LIMITS, PROVEN

MAX_LINES = 50_000
MAX_REMARKS = 1000


@dataclass(slots=True)
class Finding:
    """What a check found: sentences by code with what they speak of, and the first fault, if there is one."""

    batch: str = ""
    origin: str = ""
    size: int = 0
    root: str = ""
    entries: int = 0
    proven: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    unproven: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    fault: Fault | None = None

    def prove(self, code: str, **told: Any) -> None:
        """One thing that is proven."""
        self.proven.append((code, told))

    def doubt(self, code: str, **told: Any) -> None:
        """One thing that this bundle cannot prove."""
        self.unproven.append((code, told))

    def data(self, lang: str) -> dict[str, Any]:
        """For `--json`."""
        fault = self.fault
        return {
            "ok": fault is None,
            "batch": self.batch,
            "origin": self.origin,
            "size": self.size,
            "root": self.root,
            "entries": self.entries,
            "proven": [_said(PROVEN, code, told, lang) for code, told in self.proven],
            "unproven": [_said(LIMITS, code, told, lang) for code, told in self.unproven],
            "remarks": [
                {"code": one.code, "message": one.message(lang), **one.where} for one in self.remarks
            ],
            "fault": None
            if fault is None
            else {"code": fault.code, "message": fault.message(lang), **fault.where},
        }


def _said(words: dict[str, tuple[str, str]], code: str, told: dict[str, Any], lang: str) -> dict[str, Any]:
    chinese, english = words[code]
    return {"code": code, "message": (english if lang == "en" else chinese).format_map(told), **told}


def check(
    file: BinaryIO, log_key: VerifierKey, witness_keys: Sequence[VerifierKey] = (), story: Story | None = None
) -> Finding:
    """Check a bundle against the log's key. Whatever is in the file, the answer is a Finding; OSError if it cannot be read.

    `story` is filled with the records that were proven, for who wants to show them.
    """
    finding = Finding()
    try:
        _Check(file, log_key, witness_keys, finding, Story() if story is None else story).run()
    except Fault as fault:
        finding.fault = fault
    return finding


class _Check:
    """One check: the steps in order, each of which adds to what is proven."""

    def __init__(
        self,
        file: BinaryIO,
        log_key: VerifierKey,
        witness_keys: Sequence[VerifierKey],
        finding: Finding,
        story: Story,
    ) -> None:
        self.finding, self.story = finding, story
        self.log_key, self.witness_keys = log_key, witness_keys
        self.archive = Archive(file)
        self.manifest = Manifest.parse(self.archive.read(MANIFEST))
        self.keys = Keys()
        self.unsigned = self.gone = 0
        self.hidden: list[str] = []
        self.rests: dict[int, str] = {}
        self.erasures = Erasures()

    def run(self) -> None:
        """All steps; Fault at the first thing that is wrong."""
        found, told = self.finding, self.manifest
        found.batch = shown(told.batch)
        self._files()
        seal = check_seal(self.archive, told, self.log_key, self.witness_keys)
        found.origin, found.size, found.root = shown(told.origin), told.size, seal.checkpoint.root.hex()
        found.prove("checkpoint", size=told.size, origin=shown(told.origin), key=shown(self.log_key.text()))
        rows = Rows(frozenset(told.batches))
        self._entries(seal, rows)
        found.entries = told.entries
        found.prove("entries", count=told.entries)
        found.prove("records", count=told.entries)
        if told.entries > self.unsigned:
            found.prove("signatures", count=told.entries - self.unsigned)
        rows.check_ends(told)
        self._family(rows)
        self._erasures()
        self._attachments()
        self._digests()
        self._report(seal)
        found.remarks = list(islice(remarks(self.story), MAX_REMARKS))
        found.remarks[:0] = [
            Remark("key-revoked-before", {"entry": seq, "key": key})
            for seq, key in self.keys.after[:MAX_REMARKS]
        ]
        self._limits(seal, rows)

    def _files(self) -> None:
        """The files inside are those of bundle.json."""
        inside = self.archive.members
        listed = {MANIFEST, *self.manifest.files}
        for name in sorted(inside.keys() ^ listed):
            raise Fault("file.unlisted" if name in inside else "archive.lacks", file=name)
        for name, (digest, _) in self.manifest.files.items():
            named = ATTACHMENT.fullmatch(name)
            if named and named[1] != digest:
                raise Fault("file.changed", file=name)

    def _entries(self, seal: Seal, rows: Rows) -> None:
        before = -1
        count = 0
        for raw in split(self.archive.chunks(ENTRIES)):
            count += 1
            if count > MAX_LINES:
                raise Fault("entry.many", file=ENTRIES, most=MAX_LINES)
            line = Line.parse(raw, count)
            if line.seq <= before:
                raise Fault("entry.order", entry=line.seq, before=before)
            before = line.seq
            self._entry(line, seal, rows)
        if count != self.manifest.entries:
            raise Fault("entry.count", file=ENTRIES, count=count, wanted=self.manifest.entries)

    def _entry(self, line: Line, seal: Seal, rows: Rows) -> None:
        line.check_proof(seal.checkpoint.size, seal.checkpoint.root)
        envelope = line.envelope()
        withheld = ("*",) if not line.by_field and line.whole is None else line.withheld
        record = Record(envelope, line.check_record(envelope), withheld, line.erased)
        for name in (*record.withheld, *record.erased):
            if must_show(envelope.subject, name):
                raise Fault("record.hidden", entry=record.seq, field=name)
        if record.key in self.story.records:
            raise Fault("entry.twice", entry=record.seq, table=envelope.subject, id=envelope.subject_id)
        self.keys.check(record)
        rows.check(envelope)
        self.story.add(record)
        if envelope.version == UNSIGNED:
            self.unsigned += 1
            if line.by_field:
                self.rests[line.seq] = line.payload()
        self.hidden += [f"{record.seq} {name}" for name in withheld]
        self.gone += len(line.erased)

    def _family(self, rows: Rows) -> None:
        family = check_family(self.story, self.manifest.batch)
        for number in sorted(family ^ self.manifest.batches.keys()):
            raise Fault("family.batch", batch=number)
        check_references(self.story)
        check_editions(self.story)
        if not any(self._is_this_log(record) for record in self.story.of("log_identity")):
            raise Fault("log.unnamed", origin=self.manifest.origin)
        self.finding.prove("rows", count=len(family), batch=shown(self.manifest.batch))
        self.finding.prove("family", count=len(family), batch=shown(self.manifest.batch))

    def _is_this_log(self, record: Record) -> bool:
        named = record.text("origin") == self.manifest.origin
        return named and record.text("public_key") == self.log_key.public.hex()

    def _erasures(self) -> None:
        self.erasures.check(self.story, self.rests)
        if self.gone:
            self.finding.prove("erased", count=self.gone)

    def _attachments(self) -> None:
        wanted: dict[str, Record] = {}
        for record in self.story.of("attachment"):
            wanted[record.text("sha256")] = record
        inside = {match[1]: name for name in self.archive.members if (match := ATTACHMENT.fullmatch(name))}
        for sha256, record in wanted.items():
            if self._may_lack(sha256, record):
                continue
            if sha256 not in inside:
                raise Fault("attachment.missing", entry=record.seq, attachment=sha256)
            if self.archive.sha256(inside[sha256]) != sha256:
                raise Fault("attachment.changed", entry=record.seq, attachment=sha256)
        for sha256, name in inside.items():
            if sha256 not in wanted:
                raise Fault("attachment.stray", file=name)
        if inside:
            self.finding.prove("attachments", count=len(inside))

    def _may_lack(self, sha256: str, record: Record) -> bool:
        why = self.manifest.absent.get(sha256)
        if why == "erased" and not self.erasures.file_gone(record):
            raise Fault("erasure.unknown", entry=record.seq, field=sha256)
        return why is not None

    def _digests(self) -> None:
        """Each file as bundle.json has it; after all else, so that what is wrong inside a file is named first."""
        for name, (digest, size) in sorted(self.manifest.files.items()):
            # The attachments were hashed already: their names are their digests.
            same = ATTACHMENT.fullmatch(name) or self.archive.sha256(name) == digest
            if not same or self.archive.members[name].size != size:
                raise Fault("file.changed", file=name)

    def _report(self, seal: Seal) -> None:
        log = Log.parse(self.archive.read(LOG))
        if self.manifest.report != report.edition():
            self.finding.doubt("report-edition")
            return
        note = self.archive.read(WITNESSED if self.manifest.witnessed is not None else CHECKPOINT)
        if report.render(self.manifest, self.story, log, note).encode("utf-8") != self.archive.read(REPORT):
            raise Fault("report.other", file=REPORT)
        self.finding.prove("report")

    def _limits(self, seal: Seal, rows: Rows) -> None:
        found, told = self.finding, self.manifest
        for name, at in seal.witnesses:
            when = _when(at)
            found.prove("witness", name=shown(name), size=seal.witnessed, at=when)
        if seal.witnesses:
            unseen = sum(1 for record in self.story.records.values() if record.seq >= seal.witnessed)
            if unseen:
                found.doubt("unwitnessed-entries", count=unseen, size=seal.witnessed)
        elif self.witness_keys:
            found.doubt("witness-absent")
        else:
            found.doubt("no-witness-key")
        if seal.strangers > 0:
            found.doubt("strangers", count=seal.strangers)
        last = told.batches[told.batch][1]
        found.doubt(
            "tail",
            batch=shown(told.batch),
            entry=last,
            size=told.size,
            at=shown(self._recorded(last)),
        )
        if self.unsigned:
            found.doubt("unsigned", count=self.unsigned)
        if self.hidden:
            found.doubt(
                "withheld", count=len(self.hidden), fields=[shown(one) for one in self.hidden[:MAX_REMARKS]]
            )
        if self.gone:
            found.doubt("erased", count=self.gone)
        for sha256, why in told.absent.items():
            # Whether an entry says so was checked with the attachments.
            found.doubt("erased-file" if why == "erased" else "absent", attachment=sha256)
        found.doubt("truth")

    def _recorded(self, seq: int) -> str:
        return next((one.envelope.recorded for one in self.story.records.values() if one.seq == seq), "")


def _when(at: int) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return str(at)

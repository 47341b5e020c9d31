"""A family of batches with everything that a bundle can hold, its bundle, and ways to change one."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tests.services import upload_samples as samples
from tests.support.makers import MASTER, World, make_world, new_certificate, new_event
from trace.config import Settings
from trace.db import Database
from trace.ledger.envelope import Envelope
from trace.ledger.note import NoteSigner, VerifierKey
from trace.services import (
    attachment,
    bundle,
    certificate,
    event,
    freeze,
    log_identity,
    operation,
    ranges,
    recall,
)
from trace.services.database import open_database
from trace.services.operation import NewOperation, Output
from trace.verify.archive import CHECKPOINT, ENTRIES, LOG, MANIFEST, REPORT, WITNESSED
from trace.verify.chain import Rows
from trace.verify.check import Finding, check
from trace.verify.line import Line, split
from trace.verify.log_names import Log
from trace.verify.manifest import Manifest
from trace.verify.report import render
from trace.verify.story import Record, Story

DAY = date(2026, 9, 1)
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'"
WORKER = "示例王小明"


@dataclass(frozen=True)
class Scene:
    """`number` is the batch in the middle: made from `parents`, with `child` made from it; `sibling` is a stranger."""

    world: World
    settings: Settings
    number: str
    parents: tuple[str, str]
    child: str
    sibling: str
    photo: str
    run_id: int

    def bundle(self, number: str = "", *, personal: bool = False) -> tuple[bytes, str]:
        """A bundle's bytes, and the log's verifier key."""
        out = io.BytesIO()
        made = bundle.write(self.world.db, self.settings, number or self.number, out, personal=personal)
        return out.getvalue(), made.vkey

    def signer(self) -> NoteSigner:
        """The log's own key."""
        with self.world.db.read() as session:
            return log_identity.signer(session, log_identity.in_force(session), MASTER)


def settings_in(folder: Path, url: str) -> Settings:
    """Settings of an installation of its own, under the tests' master key."""
    instance = folder / "instance"
    instance.mkdir(parents=True, exist_ok=True)
    (instance / "tests-master.key").write_bytes(MASTER)
    return Settings(instance=instance, DATABASE_URL=url, master_key_file=instance / "tests-master.key")


def open_scene(folder: Path, url: str) -> tuple[Database, Settings]:
    """A migrated database under the watch of its log."""
    settings = settings_in(folder, url)
    return open_database(settings), settings


def make_scene(db: Database, settings: Settings) -> Scene:
    """Tell the whole story once."""
    world = make_world(db)
    first, second = world.batch(number="LOTUS-A"), world.batch(number="LOTUS-B")
    with world.write() as session:
        kept = attachment.store(session, world.coop, settings, samples.jpeg(320, 240), "移栽.jpg")
        facts = {"activity": "transplanting", "variety": "太空莲36号", "worker": WORKER, "note": HOSTILE}
        carried = new_event(
            "planting", date(2026, 3, 28), facts=facts, attachments=(event.Attached(kept.id),)
        )
        event.record(session, world.coop, first, carried)
        report = attachment.store(session, world.coop, settings, samples.pdf(), "报告.pdf")
    world.record(second, "planting", date(2026, 3, 29))
    for number in (first, second):
        world.record(number, "harvest", date(2026, 8, 12), quantity_g=100_000)
    wrong = world.record(first, "storage", date(2026, 8, 23))
    with world.write() as session:
        right = new_event("storage", date(2026, 8, 23), facts={"place": "示例二号库"})
        event.correct(session, world.coop, wrong.event_id, right, "写错了仓库，问 13800000000")
    [sibling] = _operate(
        world, NewOperation("split", ((first, 10_000),), (Output(world.product_id, 10_000),), DAY)
    )
    [merged] = _operate(
        world,
        NewOperation("merge", ((first, 50_000), (second, 50_000)), (Output(world.product_id, 100_000),), DAY),
    )
    world.record(merged, "packaging", date(2026, 9, 2))
    with world.write() as session:
        tested = new_event("inspection", date(2026, 9, 3), attachments=(event.Attached(report.id),))
        event.record(session, world.coop, merged, tested)
        given = replace(new_certificate(100_000), issued_on=date(2026, 9, 4))
        certificate.issue(session, world.coop, merged, given)
    run_id = world.printed(merged, 20)
    world.drawn(run_id, settings.instance)
    with world.write() as session:
        ranges.activate(session, world.coop, run_id, 1, 10)
        ranges.void(session, world.coop, run_id, 11, 12, "卡纸")
    [child] = _operate(
        world, NewOperation("split", ((merged, 20_000),), (Output(world.product_id, 20_000),), DAY)
    )
    with world.write() as session:
        opened = recall.open_recall(session, world.regulator, merged, "示例：抽检不合格", "请退回购买处")
        freeze.freeze(session, world.regulator, merged, "示例：复检中")
    with world.write() as session:
        recall.close_recall(session, world.regulator, opened.id or 0, "复检合格")
    return Scene(world, settings, merged, (first, second), child, sibling, kept.sha256, run_id)


def _operate(world: World, given: NewOperation) -> tuple[str, ...]:
    with world.write() as session:
        return operation.operate(session, world.coop, given).numbers


def verified(data: bytes, vkey: str, *witnesses: str) -> Finding:
    """What the verifier finds."""
    return check(io.BytesIO(data), VerifierKey.parse(vkey), [VerifierKey.parse(one) for one in witnesses])


def unzipped(data: bytes) -> dict[str, bytes]:
    """The files of a bundle, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip as the service writes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", allowZip64=False) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            stored = name.startswith("attachments/")
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o100644 << 16
            with archive.open(info, "w") as member:
                member.write(data)
    return out.getvalue()


def changed(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The bundle with one file changed, and nothing else put right."""
    files = unzipped(data)
    files[name] = change(files[name])
    return zipped(files)


def raw_zip(
    members: list[tuple[bytes, bytes, dict[str, int]]], *, end: dict[str, int] | None = None
) -> bytes:
    """A zip byte by byte: (name, data, fields that lie); fields: flags, method, size, packed, crc, outer, local_size."""
    body, directory = b"", b""
    for name, data, lies in members:
        flags, method = lies.get("flags", 0), lies.get("method", 0)
        packed, size = lies.get("packed", len(data)), lies.get("size", len(data))
        crc = lies.get("crc", zlib.crc32(data))
        start = lies.get("start", len(body))
        body += struct.pack(
            "<4s5H3L2H",
            b"PK\x03\x04",
            20,
            flags,
            method,
            0,
            33,
            crc,
            packed,
            lies.get("local_size", size),
            len(name),
            0,
        )
        body += name + data
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 788, 20, flags, method, 0, 33, crc, packed, size, len(name), 0, 0, 0, 0,
            lies.get("outer", 0o100644 << 16), start,
        ) + name  # fmt: skip
    told = {"count": len(members), "size": len(directory), "start": len(body), **(end or {})}
    return (
        body
        + directory
        + struct.pack(
            "<4s4H2LH", b"PK\x05\x06", 0, 0, told["count"], told["count"], told["size"], told["start"], 0
        )
    )


def resealed(files: Mapping[str, bytes]) -> bytes:
    """The bundle as somebody writes it who changed its files and knows the format: all that is not signed is put right."""
    manifest = Manifest.parse(files[MANIFEST])
    lines = [Line.parse(raw, number) for number, raw in enumerate(split([files[ENTRIES]]), 1)]
    story, rows = Story(), Rows(frozenset(manifest.batches))
    for line in lines:
        envelope = Envelope.parse(line.text)
        story.add(
            Record(
                envelope, {name: value for name, (_, value) in line.open.items()}, line.withheld, line.erased
            )
        )
        for number, _ in envelope.batches:
            if number in rows.numbers:
                rows.last[number] = envelope.seq
                rows.counts[number] = rows.counts.get(number, 0) + 1
    kept = {name: data for name, data in files.items() if name not in (MANIFEST, REPORT)}
    manifest = replace(
        manifest,
        entries=len(lines),
        batches={number: (count, rows.last[number]) for number, count in rows.counts.items()},
        files={name: (hashlib.sha256(data).hexdigest(), len(data)) for name, data in kept.items()},
    )
    note = files.get(WITNESSED, files[CHECKPOINT])
    kept[REPORT] = render(manifest, story, Log.parse(files[LOG]), note).encode("utf-8")
    told = hashlib.sha256(kept[REPORT]).hexdigest(), len(kept[REPORT])
    manifest = replace(manifest, files={**manifest.files, REPORT: told})
    return zipped({**kept, MANIFEST: manifest.text().encode("utf-8")})


def lines_of(files: Mapping[str, bytes]) -> list[bytes]:
    """The lines of entries.jsonl without their newlines."""
    return files[ENTRIES].splitlines()


def with_lines(files: Mapping[str, bytes], lines: list[bytes]) -> dict[str, bytes]:
    """The files with other lines in entries.jsonl."""
    return {**files, ENTRIES: b"".join(line + b"\n" for line in lines)}

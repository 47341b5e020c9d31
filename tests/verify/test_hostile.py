"""Files made to hurt whoever checks them: each is refused with a clear word, in bounded memory, and never with a trace."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bundles import raw_zip, resealed, unzipped, verified, with_lines, zipped
from tests.support.tree import ROOT
from tests.verify.conftest import Good
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.cosignature import cosign
from trace.ledger.merkle import EMPTY_ROOT
from trace.ledger.note import ED25519, Note, VerifierKey

# RFC 8032, section 7.1, the public key of test 1.
_PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
KEY = VerifierKey("example.org/log", ED25519, _PUBLIC).text()


def code_of(data: bytes, vkey: str) -> str:
    """The code of what is wrong; both sentences can be said and hold nothing that a terminal would act on."""
    fault = verified(data, vkey).fault
    assert fault is not None
    for lang in ("zh", "en"):
        assert all(letter.isprintable() for letter in fault.message(lang))
    return fault.code


def deflated(size: int) -> bytes:
    """So many zeros, packed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(bytes(size)) + packer.flush()


NAMES = [
    b"../../etc/passwd", b"/etc/passwd", b"C:\\windows\\win.ini", b"attachments/../bundle.json", b"attachments/",
    b"attachments/" + b"A" * 64, b"bundle.json\x00.txt", b"\xff\xfe", b"\x1b[2Jbundle.json", b"", b"bundle.json/",
    "\u202ebundle.json".encode(), b"BUNDLE.JSON", b"x" * 60_000,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=[repr(name[:20]) for name in NAMES])
def test_names_that_no_bundle_has(name: bytes) -> None:
    assert code_of(raw_zip([(name, b"x", {})]), KEY) == "archive.name"


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ([(b"bundle.json", b"{}", {}), (b"bundle.json", b"{}", {})], "archive.twice"),
        ([(b"bundle.json", b"{}", {"flags": 1})], "archive.encrypted"),
        ([(b"bundle.json", b"{}", {"flags": 8})], "archive.form"),
        ([(b"bundle.json", b"/etc/passwd", {"outer": 0o120777 << 16})], "archive.link"),
        ([(b"bundle.json", b"", {"outer": 0o040755 << 16})], "archive.link"),
        ([(b"bundle.json", b"{}", {"method": 12})], "archive.packing"),
        ([(b"attachments/" + b"0" * 64, deflated(1000), {"method": 8, "size": 1000})], "archive.packing"),
        ([(b"bundle.json", b"{}", {"size": 0xFFFFFFFF, "packed": 0xFFFFFFFF})], "archive.large"),
        ([(b"attachments/" + b"0" * 64, b"x", {"size": 0xFFFFFFF0, "packed": 0xFFFFFFF0})], "archive.large"),
        ([(b"bundle.json", b"{}", {"local_size": 1})], "archive.differs"),
        ([(b"bundle.json", b"{}", {"packed": 5_000_000, "size": 5_000_000})], "archive.form"),
        ([(b"bundle.json", b"{}", {}), (b"log.json", b"{}", {"start": 0})], "archive.form"),
        ([(b"bundle.json", b"{}", {})], "archive.lacks"),
        ([], "archive.lacks"),
    ],
)
def test_zips_that_no_writer_of_ours_writes(
    members: list[tuple[bytes, bytes, dict[str, int]]], code: str
) -> None:
    assert code_of(raw_zip(members), KEY) == code


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ({"count": 0xFFFF}, "archive.many"),
        ({"count": 20_001}, "archive.many"),
        ({"count": 3}, "archive.form"),
        ({"size": 0xFFFFFFFF}, "archive.form"),
        ({"start": 0xFFFFFFFF}, "archive.form"),
        ({"size": 0}, "archive.form"),
    ],
)
def test_directories_that_lie(end: dict[str, int], code: str) -> None:
    assert code_of(raw_zip([(b"bundle.json", b"{}", {}), (b"log.json", b"{}", {})], end=end), KEY) == code


@pytest.mark.parametrize("data", [b"", b"PK", b"x" * 21, b"not a zip " * 1000, b"PK\x05\x06" + bytes(17)])
def test_what_is_no_zip(data: bytes) -> None:
    assert code_of(data, KEY) == "archive.not-zip"


def test_something_before_between_or_behind(good: Good) -> None:
    assert code_of(b"#!/bin/sh\n" + good.data, good.vkey) == "archive.form"
    assert code_of(good.data + b"\n", good.vkey) == "archive.not-zip"
    with_comment = io.BytesIO(good.data)
    with zipfile.ZipFile(with_comment, "a") as archive:
        archive.comment = b"hello"
    assert code_of(with_comment.getvalue(), good.vkey) == "archive.not-zip"


def test_a_bomb_that_declares_less_than_it_is() -> None:
    bomb = deflated(50_000_000)
    members = [(name, b"{}", {}) for name in (b"checkpoint", b"entries.jsonl", b"log.json", b"report.html")]
    for size in (10, 7_999_999):
        lying = (b"bundle.json", bomb, {"method": 8, "size": size, "crc": zlib.crc32(bytes(size))})
        assert code_of(raw_zip([lying, *members]), KEY) == "archive.larger"


def test_a_bomb_of_entries_stays_small_in_memory(good: Good, tmp_path: Path) -> None:
    files = unzipped(good.data)
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped({**files, "entries.jsonl": bytes(255_000_000)}))
    assert path.stat().st_size < 1_000_000
    script = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (400_000_000,) * 2)\n"
        "from trace.verify.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path), "--key", good.vkey, "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(done.stdout)["fault"]["file"] in ("entries.jsonl", "bundle.json")


DEEP = b"[" * 200_000 + b"]" * 200_000
JSONS = [
    DEEP, b'{"a":' * 100_000, b"9" * 100_000, b"\xff\xfe", b"{}", b"null", b"", b"NaN", b"1e999", b'{"a":1,"a":2}',
    b'{"format":"trace-bundle@v1"}', b'{"format":{}}', b'"' + b"\\ud800" * 10 + b'"', b"\xef\xbb\xbf{}",
]  # fmt: skip


@pytest.mark.parametrize("name", ["bundle.json", "log.json", "entries.jsonl", "checkpoint"])
@pytest.mark.parametrize("body", JSONS, ids=[repr(body[:12]) for body in JSONS])
def test_json_made_to_hurt(good: Good, name: str, body: bytes) -> None:
    assert code_of(zipped({**unzipped(good.data), name: body}), good.vkey)


@pytest.mark.parametrize("format_name", ["trace-bundle@v2", "x" * 5000, "\x1b[31m"])
def test_a_format_of_another_day(good: Good, format_name: str) -> None:
    body = json.dumps({"format": format_name}, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    files = {**unzipped(good.data), "bundle.json": body}
    assert code_of(zipped(files), good.vkey) in ("manifest.format", "file.form")


LINES = [DEEP, b"{}", b"[]", b"null", b"", b"\xff", b'{"seq":1}', b"9" * 10_000, b"x" * 3_000_000]


@pytest.mark.parametrize("line", LINES, ids=[repr(line[:12]) for line in LINES])
def test_lines_made_to_hurt(good: Good, line: bytes) -> None:
    files = unzipped(good.data)
    assert code_of(zipped(with_lines(files, [line])), good.vkey) == "entry.form"


@settings(max_examples=150)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    ),
    st.sampled_from(["seq", "envelope", "proof", "digests", "open", "withheld", "erased"]),
)
def test_any_value_in_any_member_of_a_line(good: Good, value: object, member: str) -> None:
    files = unzipped(good.data)
    lines = files["entries.jsonl"].splitlines()
    body = json.loads(lines[0])
    if body[member] == value:
        return
    body[member] = value
    lines[0] = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
    assert code_of(zipped(with_lines(files, lines)), good.vkey)


@settings(max_examples=100)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    ),
    st.data(),
)
def test_any_value_in_any_member_of_the_manifest(good: Good, value: object, data: st.DataObject) -> None:
    files = unzipped(good.data)
    body = json.loads(files["bundle.json"])
    member = data.draw(st.sampled_from(sorted(body)))
    if body[member] == value:
        return
    body[member] = value
    files["bundle.json"] = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "replace"
    )
    assert code_of(zipped(files), good.vkey)


def signed(good: Good, text: str) -> bytes:
    """A checkpoint's text under the log's own signature: whoever runs the log is not to be believed either."""
    return Note(text, (good.scene.signer().sign(text),)).encode().encode("utf-8")


@pytest.mark.parametrize(
    ("size", "code"),
    [("0", "checkpoint.other"), (str(2**63), "checkpoint.form"), (str(2**63 - 1), "checkpoint.other"),
     ("-1", "checkpoint.form"), ("007", "checkpoint.form"), ("9" * 100, "checkpoint.form")],
)  # fmt: skip
def test_checkpoints_of_strange_sizes(good: Good, size: str, code: str) -> None:
    origin = good.scene.signer().name
    root = Checkpoint("x", 0, EMPTY_ROOT).text().splitlines()[2]
    note = signed(good, f"{origin}\n{size}\n{root}\n")
    assert code_of(resealed({**unzipped(good.data), "checkpoint": note}), good.vkey) == code


def test_signatures_of_strangers_are_counted_and_count_for_nothing(good: Good) -> None:
    files = unzipped(good.data)
    note = Note.parse(files["checkpoint"])
    strange = [
        cosign(note.text, f"w{number}.example", Ed25519PrivateKey.generate(), 1) for number in range(90)
    ]
    found = verified(
        resealed({**files, "checkpoint": note.adding(strange).encode().encode("utf-8")}), good.vkey
    )
    assert found.fault is None
    assert ("strangers", {"count": 90}) in found.unproven
    without = Note(note.text, tuple(strange)).encode().encode("utf-8")
    assert code_of(resealed({**files, "checkpoint": without}), good.vkey) == "checkpoint.other-key"


CHANGES: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("nothing", lambda _: b""),
    ("a zero", lambda body: body + b"\x00"),
    ("no end", lambda body: body.rstrip(b"\n")),
    ("another newline", lambda body: body.replace(b"\n", b"\r\n")),
    ("a megabyte", lambda body: body + b"x" * 1_000_000),
]


@pytest.mark.parametrize(("_name", "change"), CHANGES, ids=[name for name, _ in CHANGES])
def test_notes_made_to_hurt(good: Good, _name: str, change: Callable[[bytes], bytes]) -> None:
    files = unzipped(good.data)
    assert code_of(zipped({**files, "checkpoint": change(files["checkpoint"])}), good.vkey)

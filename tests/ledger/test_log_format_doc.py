"""The numbers in docs/log-format.md are right: computed by the project's code, and by a reader made from the document."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tests.support.tree import ROOT
from trace.ledger import commitment, merkle
from trace.ledger.canonical import canonical
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.cosignature import cosign, witness_key
from trace.ledger.envelope import Envelope
from trace.ledger.note import Note, NoteSigner
from trace.ledger.proof import TlogProof
from trace.ledger.tiles import ENTRIES, Tile, encode_bundle
from trace.ledger.void_list import VoidList

DOCUMENT = (ROOT / "docs" / "log-format.md").read_text("utf-8")
ORIGIN = "trace.example/log"
WITNESS = "county.example/witness"
TIME = 1_757_000_000  # POSIX seconds
SALT = bytes(range(32))
RECORD = {"id": 7, "stage": "harvest", "weight": 500000, "facts": {"worker": "示例工人"}}
BEFORE = [b"entry 0", b"entry 1"]


def _private(number: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def example() -> dict[str, str]:
    """Every figure of the worked example, by the name it has in the document."""
    fields = commitment.flatten(RECORD)
    digests = commitment.digests(SALT, fields)
    unsigned = Envelope(
        seq=2,
        kind="event.recorded",
        subject="event",
        subject_id=7,
        organisation=3,
        recorded="2025-09-04T11:00:00.000000Z",
        occurred="2025-09-04",
        payload=commitment.payload(digests),
        batches=(("SLBL-20250904-01", 1),),
        key="10003",
    )
    entry = unsigned.signed(_private(1).sign(unsigned.message())).text()
    entries = [*BEFORE, entry.encode()]
    leaves = [merkle.leaf_hash(one) for one in entries]
    log = NoteSigner(ORIGIN, _private(2))
    text = Checkpoint(ORIGIN, 3, merkle.root_of(leaves)).text()
    note = Note(text, (log.sign(text), cosign(text, WITNESS, _private(3), TIME)))
    hashes = (merkle.root_of(leaves[:2]),)
    stops = {"recalled": {2: ((1, 500),)}, "void": {1: ((7, 8),)}}
    made = datetime.fromtimestamp(TIME, UTC)
    stopped = VoidList(ORIGIN, made, 3, merkle.root_of(leaves), 3, {10003: ((1, 1),)}, stops).text()
    return {
        "record": canonical(RECORD),
        "salt": SALT.hex(),
        "fields": "\n".join(canonical([name, value]) for name, value in sorted(fields.items())),
        "field-salts": "\n".join(commitment.field_salt(SALT, name).hex() for name in sorted(fields)),
        "digests": "\n".join(digests[name] for name in sorted(fields)),
        "payload": unsigned.payload,
        "organisation-key": _private(1).public_key().public_bytes_raw().hex(),
        "entry": entry,
        "leaf": leaves[2].hex(),
        "tile-path": Tile(0, 0, 3).path(),
        "tile": "\n".join(leaf.hex() for leaf in leaves),
        "bundle-path": Tile(ENTRIES, 0, 3).path(),
        "bundle-start": encode_bundle(entries)[:20].hex(),
        "root": merkle.root_of(leaves).hex(),
        "log-key": log.key.text(),
        "witness-key": witness_key(WITNESS, _private(3)).text(),
        "checkpoint": note.encode().rstrip("\n"),
        "proof": TlogProof(2, hashes, note.encode()).encode().rstrip("\n"),
        "void-list": Note(stopped, (log.sign(stopped),)).encode().rstrip("\n"),
    }


def shown() -> dict[str, str]:
    """The document's blocks that have a name."""
    found = re.findall(r"(?ms)^```text ([a-z-]+)\n(.*?)\n```$", DOCUMENT)
    assert len(dict(found)) == len(found)
    return dict(found)


def test_the_document_shows_what_the_code_computes() -> None:
    assert shown() == example()


def _jcs(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_a_reader_made_from_the_document_alone_comes_to_the_same() -> None:
    """Standard library and an Ed25519 verifier; nothing of ours."""
    doc = shown()
    salt = bytes.fromhex(doc["salt"])
    digests = {}
    for line, salt_text, digest in zip(
        doc["fields"].split("\n"), doc["field-salts"].split("\n"), doc["digests"].split("\n"), strict=True
    ):
        name, value = json.loads(line)
        field_salt = hmac.digest(salt, name.encode(), "sha256")
        assert field_salt.hex() == salt_text
        digests[name] = hashlib.sha256(field_salt + _jcs([name, value])).hexdigest()
        assert digests[name] == digest
    assert hashlib.sha256(b"trace-record-v1\n" + _jcs(digests)).hexdigest() == doc["payload"]

    entry = json.loads(doc["entry"])
    assert entry["payload"] == doc["payload"]
    signature = base64.b64decode(entry.pop("sig"))
    organisation = Ed25519PublicKey.from_public_bytes(bytes.fromhex(doc["organisation-key"]))
    organisation.verify(signature, b"trace-entry-v1\n" + _jcs(entry))

    leaves = [bytes.fromhex(line) for line in doc["tile"].split("\n")]
    assert hashlib.sha256(b"\0" + doc["entry"].encode()).digest() == leaves[2] == bytes.fromhex(doc["leaf"])
    assert [hashlib.sha256(b"\0" + one).digest() for one in BEFORE] == leaves[:2]
    left = hashlib.sha256(b"\1" + leaves[0] + leaves[1]).digest()
    root = hashlib.sha256(b"\1" + left + leaves[2]).digest()
    assert root == bytes.fromhex(doc["root"])
    length = len(doc["entry"].encode()).to_bytes(2, "big")
    assert bytes.fromhex(doc["bundle-start"]) == b"\0\7entry 0\0\7entry 1" + length

    header, index, sibling, empty, *checkpoint = doc["proof"].split("\n")
    assert (header, index, empty) == ("c2sp.org/tlog-proof@v1", "index 2", "")
    assert base64.b64decode(sibling) == left
    assert "\n".join(checkpoint) == doc["checkpoint"]
    text, _, lines = doc["checkpoint"].partition("\n\n")
    assert text == f"{ORIGIN}\n3\n{base64.b64encode(root).decode()}"
    body = (text + "\n").encode()
    log_line, witness_line = lines.split("\n")
    _check_line(log_line, doc["log-key"], body)
    _check_line(witness_line, doc["witness-key"], body, timed=True)

    text, _, line = doc["void-list"].partition("\n\n")
    name, _made, size, root_text, _newest, *stops = text.split("\n")
    assert (name, size, root_text) == (f"{ORIGIN}/void-list", "3", base64.b64encode(root).decode())
    assert stops == ["revoked 10003", "kept 10003 1 1", "recalled 2 1 500", "void 1 7 8"]
    _check_line(line, doc["log-key"], (text + "\n").encode())


def _check_line(line: str, vkey: str, body: bytes, *, timed: bool = False) -> None:
    dash, name, encoded = line.split(" ")
    key_name, key_id, material = vkey.split("+", 2)
    kind_and_key, raw = base64.b64decode(material), base64.b64decode(encoded)
    assert (dash, name) == ("—", key_name)
    assert (
        hashlib.sha256(name.encode() + b"\n" + kind_and_key).digest()[:4] == raw[:4] == bytes.fromhex(key_id)
    )
    signature = raw[4:]
    if timed:
        timestamp, signature = int.from_bytes(signature[:8], "big"), signature[8:]
        body = b"cosignature/v1\ntime %d\n" % timestamp + body
        assert timestamp == TIME
    assert kind_and_key[0] == (4 if timed else 1)
    Ed25519PublicKey.from_public_bytes(kind_and_key[1:]).verify(signature, body)

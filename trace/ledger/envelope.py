"""The envelope (信封): what an entry says in the open, and the salted hash of what it vouches for."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from trace.ledger.canonical import canonical

VERSION = 2
UNSIGNED = 1  # entries of before organisations signed; none follows a signed one
SIGNED_TEXT = b"trace-entry-v1\n"
SIGNATURE_BYTES = 64

_NEEDED = {"v", "seq", "kind", "subject", "id", "org", "recorded", "payload"}
_ALLOWED = {
    UNSIGNED: _NEEDED | {"occurred", "batches", "corrects", "attachments"},
    VERSION: _NEEDED | {"occurred", "batches", "corrects", "key", "sig"},
}


@dataclass(frozen=True, slots=True)
class Envelope:
    """No personal data stands here: ids, times and hashes only, so that erasure stays possible.

    `occurred` and `recorded` are UTC instants or days in ISO 8601. `batches` are the batches it is about, each with
    the number of the entry before that is about the same batch (None for its first): whoever leaves one out of a
    batch's history breaks the row. `key` is the five-digit id of the organisation's key, `signature` 64 bytes.
    """

    seq: int
    kind: str
    subject: str
    subject_id: int
    organisation: int
    recorded: str
    payload: str
    occurred: str = ""
    batches: tuple[tuple[str, int | None], ...] = ()
    corrects: int | None = None
    key: str = ""
    signature: bytes = b""
    version: int = VERSION
    attachments: tuple[str, ...] = ()  # version 1 only

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "v": self.version,
            "seq": self.seq,
            "kind": self.kind,
            "subject": self.subject,
            "id": self.subject_id,
            "org": self.organisation,
            "recorded": self.recorded,
            "payload": self.payload,
        }
        if self.occurred:
            body["occurred"] = self.occurred
        if self.corrects is not None:
            body["corrects"] = self.corrects
        if self.version == UNSIGNED:
            if self.batches:
                body["batches"] = [number for number, _ in self.batches]
            if self.attachments:
                body["attachments"] = list(self.attachments)
            return body
        if self.batches:
            body["batches"] = [[number, before] for number, before in self.batches]
        body["key"] = self.key
        return body

    def message(self) -> bytes:
        """The bytes that the organisation's key signs: "trace-entry-v1\\n" and all but the signature."""
        return SIGNED_TEXT + canonical(self._body()).encode("utf-8")

    def signed(self, signature: bytes) -> Envelope:
        """The same with its signature."""
        return replace(self, signature=signature)

    def text(self) -> str:
        """The canonical JSON (RFC 8785) that is hashed into the ledger as a leaf."""
        body = self._body()
        if self.version == VERSION:
            body["sig"] = base64.b64encode(self.signature).decode("ascii")
        return canonical(body)

    @classmethod
    def parse(cls, text: str) -> Envelope:
        """Read an envelope; ValueError for anything but the one written form of one."""
        try:
            # Whether it is in canonical form shows below, where it is written again.
            body = json.loads(text)
        except RecursionError as error:
            raise ValueError("not an envelope") from error
        version = body.get("v") if isinstance(body, dict) else None
        if not isinstance(version, int) or isinstance(version, bool) or version not in _ALLOWED:
            raise ValueError("not an envelope of a version known here")
        if not _NEEDED <= body.keys() <= _ALLOWED[version]:
            raise ValueError("an envelope lacks a member, or has one too many")
        try:
            made = cls(
                seq=_whole(body["seq"]),
                kind=_text(body["kind"]),
                subject=_text(body["subject"]),
                subject_id=_whole(body["id"]),
                organisation=_whole(body["org"]),
                recorded=_text(body["recorded"]),
                payload=_text(body["payload"]),
                occurred=_text(body.get("occurred", "")),
                batches=tuple(_batch(one, version) for one in body.get("batches", [])),
                corrects=_whole(body["corrects"]) if "corrects" in body else None,
                key=_text(body.get("key", "")),
                signature=base64.b64decode(_text(body.get("sig", "")), validate=True),
                version=version,
                attachments=tuple(_text(one) for one in body.get("attachments", [])),
            )
        except (KeyError, TypeError, binascii.Error) as error:
            raise ValueError("not an envelope") from error
        if made.version == VERSION and len(made.signature) != SIGNATURE_BYTES:
            raise ValueError("an envelope has a signature of 64 bytes")
        if made.text() != text:
            raise ValueError("not the written form of an envelope")
        return made


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text wanted")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a number from 0 wanted")
    return value


def _batch(value: Any, version: int) -> tuple[str, int | None]:
    if version == UNSIGNED:
        return _text(value), None
    number, before = value
    return _text(number), None if before is None else _whole(before)


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and "Z": one written form for one instant."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime refused")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def sealed_whole(salt: str, payload: Mapping[str, Any]) -> str:
    """Version 1's payload: the salted hash of the whole record at once, in hex."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical(payload).encode("utf-8")).hexdigest()

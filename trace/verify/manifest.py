"""bundle.json: what a bundle says of itself. Nothing here is signed: what matters is proven by the entries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trace.ledger.canonical import canonical, parse
from trace.ledger.spelling import FormatError, hash_from_base64, to_base64
from trace.verify.archive import MANIFEST
from trace.verify.fault import Fault

FORMAT = "trace-bundle@v1"
_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MADE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_KEYS = {
    "absent", "batch", "batches", "entries", "files", "format", "made", "origin", "personal", "report", "sha256",
    "size", "witnessed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Manifest:
    """`batch` is the bundle's subject; `batches` has for each batch inside how many entries and the last one's number.

    `size` is the tree's size under the checkpoint, `consistency` the proof (RFC 9162) from the witnessed checkpoint of
    `witnessed` entries to it (None: nobody witnessed). `absent` are attachments that the service no longer has, with
    "erased" or "missing". `personal`: fields about persons are inside. `report` is the edition of report.html.
    """

    batch: str
    batches: Mapping[str, tuple[int, int]]
    made: str
    origin: str
    size: int
    entries: int
    files: Mapping[str, tuple[str, int]]
    absent: Mapping[str, str]
    personal: bool
    report: str
    witnessed: int | None = None
    consistency: tuple[bytes, ...] = ()

    def text(self) -> str:
        """The one written form: canonical JSON (RFC 8785) with its own SHA-256 as a member."""
        body: dict[str, Any] = {
            "format": FORMAT,
            "batch": self.batch,
            "batches": {number: list(told) for number, told in self.batches.items()},
            "made": self.made,
            "origin": self.origin,
            "size": self.size,
            "entries": self.entries,
            "files": {name: {"sha256": digest, "size": size} for name, (digest, size) in self.files.items()},
            "absent": dict(self.absent),
            "personal": self.personal,
            "report": self.report,
            "witnessed": None
            if self.witnessed is None
            else {"size": self.witnessed, "consistency": [to_base64(one) for one in self.consistency]},
        }
        body["sha256"] = hashlib.sha256(canonical(body).encode("utf-8")).hexdigest()
        return canonical(body)

    @classmethod
    def parse(cls, data: bytes) -> Manifest:
        """Read bundle.json; Fault unless it is the one written form of a manifest known here."""
        body = read_json(data, MANIFEST)
        if isinstance(body, dict) and body.get("format") != FORMAT:
            raise Fault("manifest.format", format=str(body.get("format")))
        try:
            if not isinstance(body, dict) or body.keys() != _KEYS:
                raise ValueError("members")
            told = body["witnessed"]
            made = cls(
                batch=_text(body["batch"]),
                batches={
                    number: (_whole(count), _whole(last)) for number, (count, last) in body["batches"].items()
                },
                made=_matching(_MADE, body["made"]),
                origin=_text(body["origin"]),
                size=_whole(body["size"]),
                entries=_whole(body["entries"]),
                files={
                    name: (_matching(_HEX, one["sha256"]), _whole(one["size"]))
                    for name, one in body["files"].items()
                },
                absent={_matching(_HEX, name): _text(why) for name, why in body["absent"].items()},
                personal=body["personal"] is True,
                report=_text(body["report"]),
                witnessed=None if told is None else _whole(told["size"]),
                consistency=()
                if told is None
                else tuple(hash_from_base64(one) for one in told["consistency"]),
            )
            text = made.text()
        except (AttributeError, KeyError, TypeError, ValueError, FormatError) as error:
            raise Fault("file.form", file=MANIFEST) from error
        if text.encode("utf-8") != data:
            raise Fault("file.changed", file=MANIFEST)
        return made


def read_json(data: bytes, name: str) -> Any:
    """Canonical JSON and nothing else; Fault file.form, however it is malformed."""
    try:
        return parse(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Fault("file.form", file=name) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text wanted")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a number from 0 wanted")
    return value


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not pattern.fullmatch(_text(value)):
        raise ValueError("not in its written form")
    return str(value)

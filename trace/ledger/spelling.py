"""The one spelling of numbers, hashes and bytes in the C2SP formats; any other is refused."""

from __future__ import annotations

import base64
import binascii
import re

from trace.ledger.merkle import HASH_BYTES, MAX_SIZE

_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class FormatError(ValueError):
    """Text or bytes that are not written as the format has it; `code` never changes once published."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def number(text: str) -> int:
    """A size or index from 0 to 2^63-1 in ASCII decimal without sign or leading zeros.

    tlog-checkpoint, "Note text"; raises FormatError `ledger.number`.
    """
    # re.ASCII is not enough to keep other digits out of `int`, so the pattern names the ten.
    if not _NUMBER.fullmatch(text) or (value := int(text)) > MAX_SIZE:
        raise FormatError("ledger.number", "not a decimal number from 0 to 2^63-1")
    return value


def from_base64(text: str) -> bytes:
    """Bytes from RFC 4648 section 4 base64: padded, nothing else inside, unused bits zero.

    Invariant: to_base64(from_base64(text)) == text. Raises FormatError `ledger.base64`.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise FormatError("ledger.base64", "not base64") from error
    if to_base64(raw) != text:
        raise FormatError("ledger.base64", "not the canonical base64 of its bytes")
    return raw


def to_base64(raw: bytes) -> str:
    """RFC 4648 section 4, padded."""
    return base64.b64encode(raw).decode("ascii")


def hash_from_base64(text: str) -> bytes:
    """A SHA-256 hash: exactly 32 bytes of canonical base64; raises FormatError."""
    raw = from_base64(text)
    if len(raw) != HASH_BYTES:
        raise FormatError("ledger.hash", "a hash has 32 bytes")
    return raw


def plain_text(data: str | bytes, most: int) -> str:
    """Text of at most `most` bytes of UTF-8 without control characters below U+0020 other than newline.

    signed-note, "Format"; raises FormatError `ledger.text` or `ledger.too-large`.
    """
    if len(data) > most:
        raise FormatError("ledger.too-large", f"more than {most} bytes")
    try:
        raw = data if isinstance(data, bytes) else data.encode("utf-8")
        text = raw.decode("utf-8")
    except UnicodeError as error:
        raise FormatError("ledger.text", "not UTF-8") from error
    if len(raw) > most:
        raise FormatError("ledger.too-large", f"more than {most} bytes")
    if _CONTROL.search(text):
        raise FormatError("ledger.text", "a control character other than newline")
    return text

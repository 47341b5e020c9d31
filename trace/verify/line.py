"""One line of entries.jsonl: an entry of the log, its record field by field, and its proof."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from trace.ledger import commitment
from trace.ledger.canonical import canonical, parse
from trace.ledger.commitment import Value, flatten
from trace.ledger.envelope import UNSIGNED, Envelope, sealed_whole
from trace.ledger.merkle import ProofError, check_inclusion, leaf_hash
from trace.ledger.spelling import FormatError, hash_from_base64, to_base64
from trace.verify.archive import ENTRIES
from trace.verify.fault import Fault

MAX_LINE = 2_000_000  # bytes
_SIGNED = {"digests", "envelope", "erased", "open", "proof", "seq", "withheld"}
_WHOLE = {"envelope", "proof", "seq", "whole"}


@dataclass(frozen=True, slots=True)
class Line:
    """An entry: `open` has of each field that is shown its salt (hex) and value; the rest is withheld or was erased.

    `digests` has every field's digest, so that what is wrong can be named. An entry of before organisations signed
    (version 1) is not `by_field`: it has `whole`, its salt and record, or None if withheld. Once something was erased
    from it, it is: the entry of the erasure then vouches for the digests.
    """

    seq: int
    text: str
    proof: tuple[bytes, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    open: Mapping[str, tuple[str, Value]] = field(default_factory=dict)
    withheld: tuple[str, ...] = ()
    erased: tuple[str, ...] = ()
    whole: tuple[str, Mapping[str, Any]] | None = None
    by_field: bool = True

    def written(self) -> str:
        """The one written form, without the newline."""
        body: dict[str, Any] = {
            "seq": self.seq,
            "envelope": self.text,
            "proof": [to_base64(one) for one in self.proof],
        }
        if not self.by_field:
            body["whole"] = None if self.whole is None else [self.whole[0], dict(self.whole[1])]
        else:
            body |= {
                "digests": dict(self.digests),
                "open": {name: list(opening) for name, opening in self.open.items()},
                "withheld": sorted(self.withheld),
                "erased": sorted(self.erased),
            }
        return canonical(body)

    @classmethod
    def parse(cls, raw: bytes, number: int) -> Line:
        """Read the number-th line; Fault entry.form unless it is written as `written` does."""
        try:
            body = parse(raw.decode("utf-8"))
            by_field = body.keys() != _WHOLE
            if by_field and body.keys() != _SIGNED:
                raise ValueError("members")
            whole = body.get("whole")
            made = cls(
                seq=_whole(body["seq"]),
                text=_text(body["envelope"]),
                proof=tuple(hash_from_base64(one) for one in body["proof"]),
                digests={name: _text(one) for name, one in body.get("digests", {}).items()},
                open={
                    name: (_salt(salt), _value(value)) for name, (salt, value) in body.get("open", {}).items()
                },
                withheld=tuple(_text(one) for one in body.get("withheld", ())),
                erased=tuple(_text(one) for one in body.get("erased", ())),
                whole=None if whole is None else (_text(whole[0]), dict(whole[1])),
                by_field=by_field,
            )
            written = made.written()
        except (
            AttributeError,
            IndexError,
            KeyError,
            TypeError,
            ValueError,
            FormatError,
            RecursionError,
        ) as error:
            raise Fault("entry.form", file=ENTRIES, line=number) from error
        if written.encode("utf-8") != raw:
            raise Fault("entry.form", file=ENTRIES, line=number)
        return made

    def envelope(self) -> Envelope:
        """The envelope; Fault entry.envelope unless it is the one written form, and this entry's."""
        try:
            found = Envelope.parse(self.text)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise Fault("entry.envelope", entry=self.seq) from error
        fitting = self.by_field if found.version != UNSIGNED else not self.by_field or bool(self.erased)
        if found.seq != self.seq or not fitting:
            raise Fault("entry.envelope", entry=self.seq)
        return found

    def check_proof(self, size: int, root: bytes) -> None:
        """The entry stands at its number in the tree of the checkpoint, else Fault entry.not-in-log."""
        try:
            check_inclusion(leaf_hash(self.text.encode("utf-8")), self.seq, size, self.proof, root)
        except ProofError as error:
            raise Fault("entry.not-in-log", entry=self.seq, why=str(error)) from error

    def check_record(self, envelope: Envelope) -> Mapping[str, Value]:
        """The fields that are shown, once each is found to be what the entry commits to; Fault names which is not."""
        if not self.by_field:
            return self._check_whole(envelope)
        for name, (salt, value) in self.open.items():
            try:
                found = commitment.digest(bytes.fromhex(salt), name, value)
            except ValueError as error:
                raise Fault("record.field", entry=self.seq, field=name) from error
            if found != self.digests.get(name):
                raise Fault("record.field", entry=self.seq, field=name)
        named = [*self.open, *self.withheld, *self.erased]
        if len(named) != len(set(named)) or set(named) != self.digests.keys():
            missing = sorted(set(named) ^ self.digests.keys()) or named
            raise Fault("record.undeclared", entry=self.seq, field=missing[0] if missing else "")
        if envelope.version != UNSIGNED and self.payload() != envelope.payload:
            raise Fault("record.payload", entry=self.seq)
        fields = {name: value for name, (_, value) in self.open.items()}
        return self._checked(fields, envelope)

    def payload(self) -> str:
        """What the digests together come to."""
        return commitment.payload(self.digests)

    def _check_whole(self, envelope: Envelope) -> Mapping[str, Value]:
        if self.whole is None:
            return {}
        salt, record = self.whole
        try:
            found = sealed_whole(salt, record)
            fields = flatten(record)
            if isinstance(fields.get("facts"), str):
                fields |= flatten({"facts": parse(str(fields.pop("facts")))})
        except (ValueError, TypeError, RecursionError) as error:
            raise Fault("record.payload", entry=self.seq) from error
        if found != envelope.payload:
            raise Fault("record.payload", entry=self.seq)
        return self._checked(fields, envelope)

    def _checked(self, fields: Mapping[str, Value], envelope: Envelope) -> Mapping[str, Value]:
        if fields.get("id") != envelope.subject_id:
            raise Fault("record.other", entry=self.seq, field="id")
        return fields


def split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of entries.jsonl without their newlines; Fault entry.form for one that is too long or unfinished."""
    rest, number = b"", 0
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            number += 1
            yield line
        if len(rest) > MAX_LINE:
            raise Fault("entry.form", file=ENTRIES, line=number + 1)
    if rest:
        raise Fault("entry.form", file=ENTRIES, line=number + 1)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text wanted")
    return value


def _salt(value: Any) -> str:
    if bytes.fromhex(_text(value)).hex() != value:
        raise ValueError("not the written form of a salt")
    return str(value)


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a number from 0 wanted")
    return value


def _value(value: Any) -> Value:
    if not isinstance(value, (str, int, bool, list, type(None))):
        raise TypeError("a field's value wanted")
    return value

"""The organisations' keys as the log has them: who could sign from when until when."""

from __future__ import annotations

from dataclasses import dataclass, field

from trace.ledger import ed25519
from trace.ledger.envelope import UNSIGNED
from trace.verify.fault import Fault
from trace.verify.story import Record, moment


@dataclass(slots=True)
class Keys:
    """What is known of keys so far. `after` are entries signed by a key from the day on that it was revoked from."""

    after: list[tuple[int, str]] = field(default_factory=list)
    _public: dict[str, tuple[bytes, int]] = field(default_factory=dict)
    _ended: dict[str, int] = field(default_factory=dict)
    _signed: dict[str, list[Record]] = field(default_factory=dict)
    _any: bool = False

    def check(self, record: Record) -> None:
        """The entry is signed by a key of its organisation that was in force; Fault says what is not so."""
        envelope, seq = record.envelope, record.seq
        if envelope.subject == "signing_key":
            self._learn(record)
        if envelope.version == UNSIGNED:
            if self._any:
                raise Fault("entry.unsigned", entry=seq)
        else:
            self._any = True
            known = self._public.get(envelope.key)
            if known is None:
                raise Fault("key.unknown", entry=seq, key=envelope.key)
            public, owner = known
            if owner != envelope.organisation:
                raise Fault("key.other-organisation", entry=seq, key=envelope.key)
            if envelope.key in self._ended:
                raise Fault("key.ended", entry=seq, key=envelope.key, end=self._ended[envelope.key])
            if not ed25519.verify(public, envelope.signature, envelope.message()):
                raise Fault("entry.signature", entry=seq, key=envelope.key)
            self._signed.setdefault(envelope.key, []).append(record)
        if envelope.subject == "signing_key_status":
            self._end(record)

    def _learn(self, record: Record) -> None:
        number, owner, public = (
            record.envelope.subject_id,
            record.number("organisation_id"),
            record.text("public_key"),
        )
        try:
            raw = bytes.fromhex(public)
        except ValueError:
            raw = b""
        if owner is None or not ed25519.is_public_key(raw):
            raise Fault("key.unreadable", entry=record.seq)
        self._public[f"{number:05d}"] = raw, owner

    def _end(self, record: Record) -> None:
        number = record.number("key_id")
        if number is None:
            raise Fault("key.unreadable", entry=record.seq)
        name = f"{number:05d}"
        self._ended.setdefault(name, record.seq)
        since = moment(record.text("effective_at"))
        if record.text("status") == "revoked" and since is not None:
            for signed in self._signed.get(name, ()):
                at = moment(signed.envelope.recorded)
                if at is not None and at >= since:
                    self.after.append((signed.seq, name))

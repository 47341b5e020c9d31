"""Whose keys were in force when: learned from the ledger's own entries, in their order."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, select

from trace.ledger.envelope import UNSIGNED, Envelope, instant
from trace.services.ledger_look import Looked
from trace.services.ledger_rows import UNREADABLE, rows
from trace.tables import SigningKey, SigningKeyStatus

_KEYS = SigningKey.__table__  # type: ignore[attr-defined]
_ENDS = SigningKeyStatus.__table__  # type: ignore[attr-defined]


class Signers:
    """The organisations' keys, as the walk comes to know them; `publics` are all that stand in the table."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._owners: dict[str, int] = {}
        self.publics: Mapping[str, bytes] = self._read()
        self._force: dict[str, int] = {}
        self._ended: set[str] = set()
        self._doubtful: set[str] = set()
        self._revoked = self._leaks()
        self._begun = False

    def _read(self) -> dict[str, bytes]:
        publics = {}
        try:
            ids = self._session.execute(select(_KEYS.c.id)).scalars().all()
        except UNREADABLE:
            return {}
        for identity, found in rows(self._session, _KEYS, "id", ids).items():
            try:
                publics[f"{identity:05d}"] = bytes.fromhex(found[0]["public_key"])
                self._owners[f"{identity:05d}"] = found[0]["organisation_id"]
            except UNREADABLE:
                continue
        return publics

    def _leaks(self) -> dict[str, str]:
        """From when on each revoked key was in other hands, as an envelope writes it."""
        since: dict[str, str] = {}
        for row in (
            one for found in rows(self._session, _ENDS, "status", ["revoked"]).values() for one in found
        ):
            try:
                key, moment = f"{row['key_id']:05d}", instant(row["effective_at"])
            except UNREADABLE:
                continue
            since[key] = min(moment, since.get(key, moment))
        return since

    def faults(self, envelope: Envelope, looked: Looked, *, gaps: bool) -> list[str]:
        """The entry is signed by a key of its organisation that is in force; unsigned only before the first.

        Where a key's own entry is missing (`gaps`) or wrong, nothing is said of what it signed.
        """
        self._learn(envelope, looked)
        if envelope.version == UNSIGNED:
            self._end(envelope, looked)
            return ["ledger.unsigned"] if self._begun else []
        self._begun = True
        found = []
        unseen = gaps and envelope.key not in self._force and envelope.key not in self._ended
        if envelope.key not in self._doubtful and not unseen:
            if self._force.get(envelope.key) != envelope.organisation:
                found = ["ledger.key-not-in-force"]
            elif not looked.signed:
                found = ["ledger.signature-wrong"]
        self._end(envelope, looked)
        return found

    def credible(self, envelope: Envelope, looked: Looked) -> bool:
        """Whether the key that the entry names signed it, and is itself beyond doubt."""
        return looked.signed and envelope.key in self._force and envelope.key not in self._doubtful

    def leaked(self, envelope: Envelope) -> bool:
        """Whether the entry was signed after its key was in other hands, as is known by now."""
        since = self._revoked.get(envelope.key)
        return since is not None and envelope.recorded >= since

    def _learn(self, envelope: Envelope, looked: Looked) -> None:
        if envelope.subject != _KEYS.name:
            return
        key = f"{envelope.subject_id:05d}"
        if looked.stands:
            self._force[key] = self._owners.get(key, -1)
        else:
            self._doubtful.add(key)

    def _end(self, envelope: Envelope, looked: Looked) -> None:
        if envelope.subject != _ENDS.name or not looked.stands:
            return
        for row in rows(self._session, _ENDS, "id", [envelope.subject_id]).get(envelope.subject_id, []):
            key = f"{row['key_id']:05d}"
            self._force.pop(key, None)
            self._ended.add(key)

"""What a witness (见证方) does with a checkpoint: check that the log has only grown, then put its name to it.

Pure: tiles come through a callable, notes as text. Semantics of tlog-cosignature: a cosignature says that no larger
consistent tree of this log had been seen by its time, so it is made after every check, never before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trace.ledger.checkpoint import Checkpoint, open_checkpoint
from trace.ledger.cosignature import cosign, timestamp_of, witness_key
from trace.ledger.merkle import ProofError, check_consistency
from trace.ledger.note import Note, VerifierKey, known_signatures
from trace.ledger.spelling import to_base64
from trace.ledger.tile_tree import Fetch, TileTree
from trace.ledger.tiles import TileError

FORK = "witness.fork"  # two checkpoints of one log that cannot both be of one history
SHRUNK = "witness.shrunk"  # the log shows less than it has shown before
UNPROVEN = "witness.unproven"  # its tiles do not show how the two belong together
SPLIT = "witness.split"  # another witness was shown another history


class Alarm(Exception):
    """The log misbehaves. `evidence` holds, by file name, the notes that it signed and the proof that fails."""

    def __init__(self, code: str, why: str, evidence: Mapping[str, str]) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code
        self.why = why
        self.evidence = dict(evidence)


class ClockBack(ValueError):
    """This computer's clock stands before the witness's own last cosignature."""


@dataclass(frozen=True, slots=True)
class View:
    """A checkpoint that bears the log's signature, and the note it stands in."""

    checkpoint: Checkpoint
    note: Note

    @classmethod
    def open(cls, note: str | bytes, keys: list[VerifierKey]) -> View:
        """Verify the log's signature, and those of other keys named; FormatError otherwise."""
        return cls(*open_checkpoint(note, keys))

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness of one log: its name and key, the log's verifier key, and where the log's tiles come from."""

    name: str
    private: Ed25519PrivateKey = field(repr=False)
    log: VerifierKey
    fetch: Fetch

    @property
    def key(self) -> VerifierKey:
        """The key that others know this witness by."""
        return witness_key(self.name, self.private)

    def opened(self, note: str | bytes) -> View:
        """The log's checkpoint in a note; FormatError if the log did not sign it, or this witness wrongly."""
        return View.open(note, [self.log, self.key])

    def visit(
        self, offered: str | bytes, kept: str | bytes | None, peers: Mapping[str, str | bytes], now: int
    ) -> Note:
        """The offered checkpoint with this witness's cosignature at `now` (POSIX seconds), to be kept.

        `kept` is what it returned last, None at first; `peers` are notes that other witnesses keep, by their name.
        Raises Alarm, ClockBack, or FormatError for a note that the log did not sign.
        """
        new = self.opened(offered)
        old = None if kept is None else self.opened(kept)
        if old is None:
            self._has_its_tiles(new)
        else:
            self._follows(old, new)
        for who, note in peers.items():
            self.compare(new, who, View.open(note, [self.log]))
        last = 0 if old is None else self._last(old.note)
        if now < last:
            raise ClockBack(f"it is {now}, the last cosignature was made at {last}")
        made = cosign(new.note.text, self.name, self.private, now)
        own = [signature for _, signature in known_signatures(new.note, [self.log])]
        return Note(new.note.text, (*own, made))

    def _last(self, kept: Note) -> int:
        """When this witness cosigned what it keeps; 0 if it did not."""
        found = known_signatures(kept, [self.key])
        return timestamp_of(found[0][1]) if found else 0

    def _has_its_tiles(self, view: View) -> None:
        try:
            TileTree(self.fetch, view.size, view.checkpoint.root).check()
        except TileError as error:
            raise Alarm(UNPROVEN, str(error), {"offered.txt": view.note.encode()}) from error

    def _follows(self, old: View, new: View) -> None:
        """Raise Alarm unless the log's new checkpoint continues the one kept."""
        shown = {"kept.txt": old.note.encode(), "offered.txt": new.note.encode()}
        if new.size < old.size:
            # A tile of the smaller tree proves nothing about the larger; what the log still has may.
            code = SHRUNK if self._holds(new, old) else FORK
            raise Alarm(code, f"{new.size} entries, after {old.size}", shown)
        self._one_history(old, new, shown, FORK)

    def _holds(self, small: View, large: View) -> bool:
        """Whether the smaller tree may still be the beginning of the larger: only another root shows that it is not."""
        try:
            self._one_history(small, large, {}, FORK)
        except Alarm as alarm:
            return alarm.code == UNPROVEN
        return True

    def compare(self, own: View, who: str, other: View) -> None:
        """Raise Alarm unless what another witness keeps is of the same history, whichever is the larger."""
        small, large = sorted((own, other), key=lambda view: view.size)
        shown = {"own.txt": own.note.encode(), "peer.txt": other.note.encode(), "peer.name.txt": f"{who}\n"}
        self._one_history(small, large, shown, SPLIT)

    def _one_history(self, old: View, new: View, shown: Mapping[str, str], code: str) -> None:
        """RFC 9162 section 2.1.4: that the larger tree begins with the smaller, by the log's own tiles."""
        if old.size == new.size:
            if old.checkpoint.root != new.checkpoint.root:
                raise Alarm(code, f"two roots for {old.size} entries", shown)
            return
        tree = TileTree(self.fetch, new.size, new.checkpoint.root)
        try:
            if not old.size:
                # The empty tree is the beginning of every tree.
                tree.check()
                return
            proof = tree.consistency(old.size)
        except TileError as error:
            raise Alarm(UNPROVEN, str(error), shown) from error
        try:
            check_consistency(old.size, old.checkpoint.root, new.size, new.checkpoint.root, proof)
        except ProofError as error:
            hashes = "".join(f"{to_base64(one)}\n" for one in proof)
            written = f"{error}\nold {old.size}\nnew {new.size}\n{hashes}"
            raise Alarm(code, str(error), {**shown, "failed-proof.txt": written}) from error

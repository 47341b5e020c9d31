"""The last signed checkpoint outside the database (库外检查点): what shows that a restored backup lacks something."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from trace.core.errors import Unavailable
from trace.ledger.checkpoint import Checkpoint
from trace.ledger.note import Note
from trace.ledger.spelling import FormatError
from trace.services import steady_file

_SYNC_EVERY = 1.0  # s
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it lies there: not verified, for whoever can write there can also take it away."""

    checkpoint: Checkpoint
    note: str


class Outside:
    """One folder with one file `checkpoint`; safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "checkpoint"
        self.turn = folder / "lock"
        self._synced = -_SYNC_EVERY
        self._read: tuple[_Stamp, Kept] | None = None

    def read(self) -> Kept | None:
        """What lies there; None for nothing, Unavailable ledger.outside-unreadable for what is no checkpoint."""
        try:
            stamp = self._stamp()
            known = self._read
            if known is not None and known[0] == stamp:
                return known[1]
            note = self.path.read_text("utf-8")
            if not note.strip("\x00"):
                # What a power cut leaves of a file that was not yet on the disk; no worse than one that was removed.
                return None
            kept = Kept(Checkpoint.parse(Note.parse(note).text), note)
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, FormatError) as error:
            raise Unavailable("ledger.outside-unreadable", path=str(self.path)) from error
        # A file that was replaced between the two looks has a newer stamp, and is read again next time.
        self._read = (stamp, kept)
        return kept

    def _stamp(self) -> _Stamp:
        found = self.path.stat()
        return found.st_mtime_ns, found.st_size, found.st_ino

    def write(self, note: str) -> None:
        """Put a newer checkpoint there; the caller holds the lock. OSError.

        On the disk at once, unless one was within the last second: writers in a row do not each wait for the disk.
        """
        now = time.monotonic()
        sync = now - self._synced >= _SYNC_EVERY
        steady_file.replace(self.path, note.encode("utf-8"), sync=sync)
        if sync:
            self._synced = now

    def set_aside(self, kept: Kept) -> Path:
        """Keep a checkpoint that the log could not be continued from under a name of its own. OSError."""
        name = f"checkpoint.lost-{kept.checkpoint.size}-{kept.checkpoint.root.hex()[:8]}"
        path = self.folder / name
        steady_file.create(path, kept.note.encode("utf-8"), 0o644)
        return path

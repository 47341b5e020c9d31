"""What a witness keeps in its own folder, without any database: the log's key, the last checkpoint, evidence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from trace.core.errors import InvalidInput
from trace.ledger.note import VerifierKey
from trace.ledger.spelling import FormatError
from trace.ledger.witness import Alarm
from trace.services import steady_file


class WitnessState:
    """One witness's folder for one log: `log.vkey`, `checkpoint`, `evidence/`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pin = folder / "log.vkey"
        self._kept = folder / "checkpoint"

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One visit at a time: what is kept is read, checked and replaced as one."""
        with steady_file.locked(self.folder / "lock"):
            yield

    def pinned(self) -> VerifierKey | None:
        """The log's key as it was first seen or given; InvalidInput witness.state if the file is damaged."""
        try:
            return VerifierKey.parse(self._pin.read_text("utf-8").strip())
        except FileNotFoundError:
            return None
        except (UnicodeDecodeError, FormatError) as error:
            raise InvalidInput("witness.state", path=str(self._pin)) from error

    def pin(self, key: VerifierKey) -> None:
        """Believe this key from now on, and no other."""
        steady_file.create(self._pin, f"{key.text()}\n".encode(), 0o644)

    def kept(self) -> bytes | None:
        """The note cosigned last; None before the first."""
        try:
            return self._kept.read_bytes()
        except FileNotFoundError:
            return None

    def keep(self, note: str) -> None:
        """Replace it, whole or not at all."""
        steady_file.replace(self._kept, note.encode("utf-8"))

    def evidence(self, alarm: Alarm, moment: datetime) -> Path:
        """Put what proves the alarm into a folder of its own, which is never written to again."""
        name = f"{moment:%Y%m%dT%H%M%SZ}-{alarm.code.partition('.')[2]}"
        (self.folder / "evidence").mkdir(parents=True, exist_ok=True)
        for number in range(1, 10_000):
            place = self.folder / "evidence" / (name if number == 1 else f"{name}-{number}")
            try:
                place.mkdir()
            except FileExistsError:
                continue
            for file, text in {**alarm.evidence, "alarm.txt": f"{alarm}\n"}.items():
                steady_file.create(place / file, text.encode("utf-8"), 0o644)
            return place
        raise FileExistsError(name)


def private_key(path: Path) -> tuple[Ed25519PrivateKey, bool]:
    """A witness's Ed25519 key from a PEM file (PKCS 8), and whether it was made just now, with mode 0600.

    InvalidInput witness.key-file for a file that holds anything else.
    """
    fresh = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    made = not path.exists() and steady_file.create(path, fresh)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise InvalidInput("witness.key-file", path=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise InvalidInput("witness.key-file", path=str(path))
    return key, made

"""Follow a log from outside, as a witness does: fetch, check, cosign, keep, send. Needs no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trace.core import clock
from trace.core.errors import Conflict, InvalidInput, NotFound, TraceError
from trace.ledger.checkpoint import open_checkpoint
from trace.ledger.merkle import HASH_BYTES
from trace.ledger.note import ED25519, VerifierKey, check_name
from trace.ledger.spelling import FormatError
from trace.ledger.tile_tree import Fetch, TileMissing
from trace.ledger.tiles import FULL
from trace.ledger.witness import Alarm, ClockBack, View, Witness
from trace.services import witness_state
from trace.services.fetch import check_address, fetch
from trace.services.witness_state import WitnessState

MAX_NOTE = 64 * 1024  # bytes
MAX_KEY = 1024  # bytes
MAX_ANSWER = 4096  # bytes
SECONDS = 20.0  # for one answer
_NOTE_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Visited:
    """What a visit came to. `trusted` says that the log's key was believed because it came first."""

    vkey: str
    log: str
    size: int
    before: int | None
    trusted: bool
    compared: tuple[str, ...]
    unreached: tuple[str, ...]
    unsent: TraceError | None


@dataclass(frozen=True, slots=True)
class Task:
    """Which log to follow, as whom, where to keep what; `peers` are addresses or files of other witnesses."""

    log: str
    key_file: Path
    name: str
    state: Path
    log_key: str = ""
    peers: Sequence[str] = ()
    send: bool = True
    seconds: float = SECONDS


class Alarmed(Conflict):
    """The log misbehaves: `code` is the alarm's, `path` where the evidence lies."""


def visit(task: Task) -> Visited:
    """One visit. Alarmed (with evidence kept) where the log misbehaves, other refusals where nothing can be said."""
    base = check_address(task.log.rstrip("/"))
    try:
        check_name(task.name)
    except FormatError as error:
        raise InvalidInput("witness.name", "name") from error
    private, _made = witness_state.private_key(task.key_file)
    state = WitnessState(task.state)
    with state.turn():
        key, trusted = _log_key(task, base, state)
        witness = Witness(task.name, private, key, _tiles(base, task.seconds))
        kept = state.kept()
        before = None if kept is None else _opened_kept(witness, kept, state)
        offered = fetch(f"{base}/checkpoint", limit=MAX_NOTE, seconds=task.seconds)
        peers, unreached = _peers(task, key)
        try:
            note = witness.visit(offered, kept, peers, int(clock.now().timestamp()))
        except Alarm as alarm:
            place = state.evidence(alarm, clock.now())
            raise Alarmed(alarm.code, path=str(place)) from alarm
        except ClockBack as error:
            raise Conflict("witness.clock") from error
        except FormatError as error:
            raise _unsigned(task, base, key, offered, error) from error
        state.keep(note.encode())
    unsent = _send(base, note.encode(), task.seconds) if task.send else None
    return Visited(
        vkey=witness.key.text(),
        log=key.text(),
        size=witness.opened(note.encode()).size,
        before=before,
        trusted=trusted,
        compared=tuple(peers),
        unreached=tuple(unreached),
        unsent=unsent,
    )


def _unsigned(task: Task, base: str, key: VerifierKey, offered: bytes, error: FormatError) -> Conflict:
    """Nothing that the log's key signed; where it shows another key now that did, it says which."""
    try:
        shown = _shown_key(task, base)
        if shown != key:
            open_checkpoint(offered, [shown])
            return Conflict("witness.begun-anew", pinned=key.text(), shown=shown.text())
    except (TraceError, FormatError):
        pass
    return Conflict("witness.unsigned", why=str(error))


def _log_key(task: Task, base: str, state: WitnessState) -> tuple[VerifierKey, bool]:
    """The log's key: pinned, or given, or at the first visit the one it shows; and whether it was the last."""
    pinned = state.pinned()
    given = _parsed(task.log_key) if task.log_key else None
    if pinned is not None:
        if given is not None and given != pinned:
            raise InvalidInput("witness.other-key", "vkey", pinned=pinned.text())
        return pinned, False
    found = given
    if found is None:
        found = _shown_key(task, base)
    state.pin(found)
    return found, given is None


def _shown_key(task: Task, base: str) -> VerifierKey:
    shown = fetch(f"{base}/key", limit=MAX_KEY, seconds=task.seconds)
    return _parsed(shown.decode("utf-8", "replace").strip())


def _parsed(text: str) -> VerifierKey:
    try:
        key = VerifierKey.parse(text)
    except FormatError as error:
        raise InvalidInput("witness.log-key", "vkey") from error
    if key.kind != ED25519:
        raise InvalidInput("witness.log-key", "vkey")
    return key


def _opened_kept(witness: Witness, kept: bytes, state: WitnessState) -> int:
    try:
        return witness.opened(kept).size
    except FormatError as error:
        raise InvalidInput("witness.state", path=str(state.folder / "checkpoint")) from error


def _tiles(base: str, seconds: float) -> Fetch:
    def get(path: str) -> bytes:
        try:
            return fetch(f"{base}/{path}", limit=FULL * HASH_BYTES, seconds=seconds)
        except NotFound as error:
            raise TileMissing(path) from error

    return get


def _peers(task: Task, key: VerifierKey) -> tuple[dict[str, bytes], list[str]]:
    """What other witnesses keep, by where it was found; and those that could not be reached."""
    found: dict[str, bytes] = {}
    unreached = []
    for where in task.peers:
        try:
            if "://" in where:
                note = fetch(where, limit=MAX_NOTE, seconds=task.seconds)
            else:
                with Path(where).open("rb") as file:
                    note = file.read(MAX_NOTE)
            View.open(note, [key])
        except FormatError as error:
            # Whoever answers there must not be able to stop this witness.
            unreached.append(f"{where} ({error})")
        except TraceError as error:
            unreached.append(f"{where} ({error.code})")
        except OSError as error:
            unreached.append(f"{where} ({error.strerror})")
        else:
            found[where] = note
    return found, unreached


def _send(base: str, note: str, seconds: float) -> TraceError | None:
    """Give the cosignature to the log; the refusal if it does not take it, for what was checked stays checked."""
    try:
        fetch(f"{base}/cosign", limit=MAX_ANSWER, seconds=seconds, data=note.encode("utf-8"), kind=_NOTE_TYPE)
    except TraceError as refusal:
        return refusal
    return None

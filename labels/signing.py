"""The signatures of a run, made on as many cores as wanted.

The library holds Python's lock while it signs, so a second core takes a second process. Those processes do nothing
but sign; this one signs too and draws meanwhile. They are started as programs of their own, never forked.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from . import code
from .errors import BadCount, OutputError
from .keys import SigningKey
from .signing_process import REQUEST

if TYPE_CHECKING:
    import subprocess

SIGNATURE_BYTES = 64
MOST_WORKERS = 64
_WORTH_A_PROCESS = 2_500  # labels: to start one costs as much as to sign some 1,500
_AHEAD = 4  # batches that a worker may be ahead
_SCRIPT = Path(__file__).with_name("signing_process.py")


def cores(workers: int | None, count: int) -> int:
    """How many processes to sign `count` labels with: as told, or as many cores as are worth starting.

    Raises BadCount unless `workers` is None or 1 to 64.
    """
    if workers is None:
        affinity = getattr(os, "sched_getaffinity", None)
        free = len(affinity(0)) if affinity else os.cpu_count() or 1
        # Servers that have Python built in name themselves there: they cannot run a script for us.
        is_python = Path(sys.executable or "").name.lower().startswith("py")
        workers = min(free, 1 + count // _WORTH_A_PROCESS, MOST_WORKERS) if is_python else 1
    if not 1 <= workers <= MOST_WORKERS:
        raise BadCount(
            "label.workers",
            f"并行进程数应在 1 到 {MOST_WORKERS} 之间，现在是 {workers}。",
            f"Workers are 1 to {MOST_WORKERS}, not {workers}.",
            workers=workers,
        )
    return workers


class Signing:
    """Signs batches of items of one run, in order: `with Signing(…) as signed: for signatures in signed: …`.

    The processes start, and sign, as soon as it is entered; on leaving they are gone, whatever happened. Raises
    OutputError if one cannot start, or ends before its time.
    """

    def __init__(self, signer: SigningKey, run: int, batches: Iterator[range], workers: int) -> None:
        self._signer, self._batches, self._others = signer, batches, workers - 1
        self._stem = code.message(code.item_code(signer.key_id, run, 1).head[: -code.ITEM_DIGITS])
        self._processes: list[subprocess.Popen[bytes]] = []
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        # All below are read and written only while `_changed` is held.
        self._done: dict[int, bytes] = {}
        self._taken = self._given = 0
        self._more, self._stopped, self._lost = True, False, False

    def __enter__(self) -> Signing:
        try:
            for _ in range(self._others):
                self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self) -> None:
        import subprocess  # a run on one core does without

        # -P: the folder of the script holds modules named as those of the standard library are.
        command = [sys.executable, "-P", str(_SCRIPT)]
        try:
            # A group of its own: Ctrl-C must not reach a process that is only just starting. (Windows has no such
            # groups; there the script itself ignores the signal.)
            process = subprocess.Popen(  # noqa: S603
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0
            )
        except OSError as error:
            raise _lost(error.strerror or str(error)) from error
        self._processes.append(process)
        thread = threading.Thread(target=self._feed, args=(process,), name="signing", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for process in self._processes:
            process.kill()
        for thread in self._threads:
            thread.join()
        for process in self._processes:
            with (
                suppress(BrokenPipeError),
                process,
            ):  # closes the pipes and waits; a request may still be in one
                pass

    def _take(self) -> tuple[int, range] | None:
        """The next batch that nobody signs yet, unless there is none, or none for now."""
        if self._stopped or not self._more or self._taken - self._given >= _AHEAD * (self._others + 1):
            return None
        items = next(self._batches, None)
        if items is None:
            self._more = False
            self._changed.notify_all()
            return None
        self._taken += 1
        return self._taken - 1, items

    def _feed(self, process: subprocess.Popen[bytes]) -> None:
        """The thread of one process: keep two requests in its pipe, so that it never waits for us."""
        try:
            self._serve(process)
        except (OSError, EOFError, ValueError):  # a broken pipe, half an answer, a pipe closed under us
            with self._changed:
                self._lost = True
                self._changed.notify_all()

    def _serve(self, process: subprocess.Popen[bytes]) -> None:
        asked, answer = process.stdin, process.stdout
        if asked is None or answer is None:
            raise ValueError("a process without pipes")
        asked.write(self._signer.seed + bytes((len(self._stem),)) + self._stem)
        waiting: deque[tuple[int, int]] = deque()
        while True:
            while len(waiting) < 2:
                with self._changed:
                    while (task := self._take()) is None and not waiting and self._more and not self._stopped:
                        self._changed.wait()
                if task is None:
                    break
                index, items = task
                asked.write(REQUEST.pack(items.start, len(items)))
                asked.flush()
                waiting.append((index, len(items)))
            if not waiting:
                return
            index, count = waiting.popleft()
            signatures = answer.read(SIGNATURE_BYTES * count)
            if len(signatures) < SIGNATURE_BYTES * count:
                raise EOFError
            self._give(index, signatures)

    def _give(self, index: int, signatures: bytes) -> None:
        with self._changed:
            self._done[index] = signatures
            self._changed.notify_all()

    def __iter__(self) -> Iterator[bytes]:
        """The signatures of each batch in order, 64 bytes each."""
        while True:
            with self._changed:
                task = None
                while self._given not in self._done:
                    if self._lost:
                        raise _lost("it ended")
                    if (task := self._take()) is not None:
                        break
                    if not self._more and self._given == self._taken:
                        return
                    self._changed.wait()
                signatures = self._done.pop(self._given, None)
                if signatures is not None:
                    self._given += 1
                    self._changed.notify_all()
            if signatures is not None:
                yield signatures
            elif task is not None:
                self._give(task[0], self._sign(task[1]))

    def _sign(self, items: range) -> bytes:
        sign = self._signer.sign
        return b"".join([sign(b"%b%06d" % (self._stem, item)) for item in items])


def _lost(why: str) -> OutputError:
    return OutputError(
        "label.signing-process",
        "签名用的后台进程意外结束了，这批标签没有画完。请再试一次；可以只用一个进程。",
        f"A process that signs was lost ({why}); the labels are not finished. Try again, or with one worker.",
    )

"""A server process that lives exactly as long as the tests that started it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

KEEPER = Path(__file__).with_name("keeper.py")


class ServerFailed(Exception):
    """A server did not start; the message tells why, with the end of its log."""


def is_root() -> bool:
    """Whether the tests run as root, whom databases and browsers refuse to serve as they are."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


class KeptProcess:
    """A command under a keeper (see ``keeper.py``); ``stop`` ends it and, where asked, removes its folder."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        stop_signal: signal.Signals = signal.SIGTERM,
        owner: tuple[int, int] | None = None,
        remove: Path | None = None,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open until stop()
        uid, gid = owner or (None, None)
        wanted = {
            "command": list(command),
            "signal": int(stop_signal),
            "uid": uid,
            "gid": gid,
            "remove": str(remove) if remove else None,
            "pass_fds": list(pass_fds),
        }
        self._keeper = subprocess.Popen(
            [sys.executable, "-S", str(KEEPER), json.dumps(wanted)],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            pass_fds=pass_fds,
            start_new_session=True,
        )

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = 30) -> None:
        """Return once ``ready()`` is true; raise ServerFailed if that does not happen."""
        deadline = time.monotonic() + seconds
        while not ready():
            if self._keeper.poll() is not None:
                raise ServerFailed(f"it ended with code {self._keeper.returncode}: {self.log_end()}")
            if time.monotonic() > deadline:
                raise ServerFailed(f"it was not ready after {seconds:.0f} s: {self.log_end()}")
            time.sleep(0.02)

    def log_end(self, size: int = 2000) -> str:
        """The last ``size`` bytes that the command printed."""
        # Not by seek: the command writes at the position that this file object shares with it.
        descriptor = self._log.fileno()
        start = max(0, os.fstat(descriptor).st_size - size)
        return os.pread(descriptor, size, start).decode(errors="replace")

    def stop(self) -> None:
        """End the command, and return once it is gone."""
        assert self._keeper.stdin is not None
        self._keeper.stdin.close()
        self._keeper.wait(30)
        self._log.close()

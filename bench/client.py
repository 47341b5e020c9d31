"""Ask a server for pages over kept connections: `python -m bench.client HOST PORT SECONDS ACCEPT < paths`.

One thread over non-blocking sockets, so that the client takes as little as it can of the cores it shares.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
import time
from itertools import cycle
from typing import Any

CONNECTIONS = 8
FEWEST = 20
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class Connection:
    """One kept connection with one request under way."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self._got = b""

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self._got = b""
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def answered(self) -> int:
        """Read what is there; the body's size once the answer is whole, else -1. RuntimeError unless 200."""
        self._got += self.socket.recv(1 << 17)
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found:
            return -1
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200") or length is None:
            raise RuntimeError(head.decode("latin-1"))
        return len(body) if len(body) >= int(length[1]) else -1


def load(host: str, port: int, seconds: float, accept: str, paths: list[str]) -> dict[str, Any]:
    """{"rate", "p50_ms", "p95_ms", "bytes"} of as many requests as fit into the time."""
    headers = f"Host: {host}:{port}\r\nAccept: {accept}\r\nAccept-Encoding: gzip"
    requests = cycle(f"GET {path} HTTP/1.1\r\n{headers}\r\n\r\n".encode() for path in paths)
    waiting = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = Connection((host, port))
        waiting.register(connection.socket, selectors.EVENT_READ, connection)
        connection.ask(next(requests))
    took: list[float] = []
    size = 0
    began = time.perf_counter()
    # A server that has just started may take longer than that for its first pages.
    while time.perf_counter() - began < seconds or (len(took) < FEWEST and time.perf_counter() - began < 60):
        for key, _ in waiting.select(1):
            connection = key.data
            got = connection.answered()
            if got >= 0:
                took.append(time.perf_counter() - connection.began)
                size = got
                connection.ask(next(requests))
    whole = time.perf_counter() - began
    for key in list(waiting.get_map().values()):
        key.data.socket.close()
    took.sort()
    return {
        "rate": len(took) / whole,
        "p50_ms": 1000 * took[len(took) // 2],
        "p95_ms": 1000 * took[len(took) * 95 // 100],
        "bytes": size,
    }


if __name__ == "__main__":
    _host, _port, _seconds, _accept = sys.argv[1:]
    _paths = sys.stdin.read().split()
    print(json.dumps(load(_host, int(_port), float(_seconds), _accept, _paths)))

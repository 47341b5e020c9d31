"""The guard: a test reaches this machine and nothing else."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


class OutsideConnection(Exception):
    """A test tried to reach a host other than this machine."""


def is_this_machine(host: object) -> bool:
    """Whether ``host`` is a loopback address or a name that stands for one."""
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    if name in ("", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def refuse_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Python's sockets reach loopback and Unix sockets only; name look-ups count as reaching out."""
    real_connect, real_connect_ex = socket.socket.connect, socket.socket.connect_ex
    real_sendto, real_getaddrinfo = socket.socket.sendto, socket.getaddrinfo

    def check(family: int, address: Any) -> None:
        if family in (socket.AF_INET, socket.AF_INET6) and not is_this_machine(address[0]):
            raise OutsideConnection(f"a test tried to reach {address[0]}")

    def connect(self: socket.socket, address: Any) -> None:
        check(self.family, address)
        real_connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        check(self.family, address)
        return real_connect_ex(self, address)

    def sendto(self: socket.socket, data: bytes, *rest: Any) -> int:
        check(self.family, rest[-1])
        return real_sendto(self, data, *rest)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not is_this_machine(host):
            raise OutsideConnection(f"a test tried to look up {host}")
        return real_getaddrinfo(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)
    monkeypatch.setattr(socket.socket, "sendto", sendto)
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

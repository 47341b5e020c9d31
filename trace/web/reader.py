"""Who asks (查询者), as coarsely as counting devices and slowing floods need: a network, and a browser's name."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from flask import request

from trace.services.scan_count import Reader
from trace.web.context import this_app

BROWSER_LENGTH = 400
_PREFIX = {4: 24, 6: 48}


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The network of an address: its /24 (IPv4) or /48 (IPv6), "" for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, _PREFIX[parsed.version]), strict=False))


def network() -> str:
    """The network of whoever sent this request."""
    return network_of(request.remote_addr or "")


def reader() -> Reader:
    """The reader of this request."""
    said = request.environ
    return Reader(network_of(said.get("REMOTE_ADDR", "")), said.get("HTTP_USER_AGENT", "")[:BROWSER_LENGTH])


def secret() -> bytes:
    """The key of the readers' hashes, the same for every process that shares the master key."""
    return this_app().readers_secret

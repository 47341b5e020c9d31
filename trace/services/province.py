"""The province (省份) behind an address, from an offline file in MaxMind's MMDB layout; without a file none is claimed.

The address itself is kept nowhere.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import maxminddb
from maxminddb import InvalidDatabaseError

from trace.core.errors import Unavailable
from trace.core.region import PROVINCES
from trace.logs import logger

_log = logger("trace.province")

# ISO 3166-2:CN → GB/T 2260, two digits.
_LETTERS = {
    "BJ": "11", "TJ": "12", "HE": "13", "SX": "14", "NM": "15", "LN": "21", "JL": "22", "HL": "23",
    "SH": "31", "JS": "32", "ZJ": "33", "AH": "34", "FJ": "35", "JX": "36", "SD": "37", "HA": "41",
    "HB": "42", "HN": "43", "GD": "44", "GX": "45", "HI": "46", "CQ": "50", "SC": "51", "GZ": "52",
    "YN": "53", "XZ": "54", "SN": "61", "GS": "62", "QH": "63", "NX": "64", "XJ": "65", "TW": "71",
    "HK": "81", "MO": "82",
}  # fmt: skip
# The numbers that ISO gives to Hong Kong and Macao are not those of GB/T 2260.
_NUMBERS = {"91": "81", "92": "82"} | {code: code for code in PROVINCES}
_BY_COUNTRY = {"TW": "71", "HK": "81", "MO": "82"}


@dataclass(frozen=True, slots=True)
class FileView:
    """What a file says of itself: its kind, when it was built, how many networks lead somewhere."""

    kind: str
    built_at: datetime
    nodes: int


class Provinces:
    """One file of provinces, opened when first needed and again when it was replaced; safe to share between threads."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = Lock()
        self._reader: maxminddb.Reader | None = None
        self._seen: tuple[int, int, int] | None = None

    def of(self, address: str) -> str:
        """Two digits of GB/T 2260; "" where nothing is known, whatever the reason."""
        if self._path is None:
            return ""
        try:
            asked = ipaddress.ip_address(address)
            if isinstance(asked, ipaddress.IPv6Address) and asked.ipv4_mapped is not None:
                asked = asked.ipv4_mapped
            return code_of(self._open(self._path).get(asked))
        except (ValueError, OSError, InvalidDatabaseError):
            # No address, no such file, a damaged one: a page is no place to say so (see `check`).
            return ""

    def check(self) -> FileView | None:
        """What the file is; None where none is configured. Unavailable scan.geoip if it cannot be read."""
        if self._path is None:
            return None
        try:
            about = self._open(self._path).metadata()
            # A file cut off in its middle opens; it shows when its data is asked for.
            code_of(self._open(self._path).get("1.2.4.8"))
        except (ValueError, OSError, InvalidDatabaseError) as error:
            raise Unavailable("scan.geoip", path=str(self._path), why=str(error)[:200]) from error
        return FileView(about.database_type, datetime.fromtimestamp(about.build_epoch, UTC), about.node_count)

    def _open(self, path: Path) -> maxminddb.Reader:
        found = path.stat()
        now = (found.st_ino, found.st_mtime_ns, found.st_size)
        with self._lock:
            if self._reader is None or self._seen != now:
                self._seen, self._reader = now, maxminddb.open_database(path)
            return self._reader


def code_of(record: Any) -> str:
    """The two digits from a record of a city database; "" for other countries and other layouts."""
    if not isinstance(record, dict):
        return ""
    country = _iso(record.get("country"))
    if country in _BY_COUNTRY:
        return _BY_COUNTRY[country]
    parts = record.get("subdivisions")
    if country != "CN" or not isinstance(parts, list) or not parts:
        return ""
    code = _iso(parts[0]).removeprefix("CN-")
    return _LETTERS.get(code) or _NUMBERS.get(code, "")


def _iso(place: Any) -> str:
    code = place.get("iso_code") if isinstance(place, dict) else None
    return code.upper() if isinstance(code, str) else ""


@lru_cache(maxsize=8)
def provinces(path: Path | None) -> Provinces:
    """The file of this process at `path`."""
    return Provinces(path)


def tell_at_start(path: Path | None) -> None:
    """Say in the log what is wrong with a configured file; the service runs without provinces then."""
    try:
        provinces(path).check()
    except Unavailable as error:
        _log.error("no provinces", error=error.message("en"))

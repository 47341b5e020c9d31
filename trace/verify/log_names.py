"""log.json: the log's keys and its witnesses as the service names them. Hearsay: only keys given from outside count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trace.ledger.canonical import canonical
from trace.verify.archive import LOG
from trace.verify.fault import Fault
from trace.verify.manifest import read_json

_KEY = {"origin", "vkey", "since", "reason"}
_WITNESS = {"name", "vkey", "operator", "ended"}


@dataclass(frozen=True, slots=True)
class Log:
    """Every key the log ever had (origin, vkey, since, reason), and its witnesses (name, vkey, operator, ended)."""

    keys: tuple[Mapping[str, str], ...] = ()
    witnesses: tuple[Mapping[str, str], ...] = ()

    def text(self) -> str:
        """The one written form."""
        return canonical(
            {"keys": [dict(one) for one in self.keys], "witnesses": [dict(one) for one in self.witnesses]}
        )

    @classmethod
    def parse(cls, data: bytes) -> Log:
        """Read log.json; Fault file.form."""
        body = read_json(data, LOG)
        if not isinstance(body, dict) or body.keys() != {"keys", "witnesses"}:
            raise Fault("file.form", file=LOG)
        return cls(_lines(body["keys"], _KEY), _lines(body["witnesses"], _WITNESS))

    def operator(self, name: str) -> str:
        """Who runs the witness of that name, as the service says."""
        return next((one["operator"] for one in self.witnesses if one["name"] == name), "")


def _lines(value: Any, names: set[str]) -> tuple[Mapping[str, str], ...]:
    if not isinstance(value, list):
        raise Fault("file.form", file=LOG)
    for one in value:
        if (
            not isinstance(one, dict)
            or one.keys() != names
            or not all(isinstance(text, str) for text in one.values())
        ):
            raise Fault("file.form", file=LOG)
    return tuple(value)

"""Published test vectors that nobody of this project wrote, kept beside the checkout."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.tree import ROOT

VECTORS = ROOT.parent / "shared" / "vectors"


def published(name: str) -> Path:
    """The file or folder of that name ("rfc6962/testdata"); the test is skipped where it is absent."""
    path = VECTORS / name
    if not path.exists():
        pytest.skip(f"the published vectors {name} are not beside this checkout")
    return path


def read_json(path: Path) -> Any:
    """One JSON file."""
    return json.loads(path.read_text("utf-8"))


@dataclass(frozen=True)
class Ed25519Case:
    """One verification: whether `signature` over `message` must be accepted under `public`."""

    number: int
    public: bytes
    signature: bytes
    message: bytes
    valid: bool


def wycheproof() -> list[Ed25519Case]:
    """The 151 Ed25519 verifications of Wycheproof; the test is skipped where they are absent."""
    document = read_json(published("wycheproof/ed25519_test.json"))
    return [
        Ed25519Case(
            case["tcId"],
            bytes.fromhex(group["publicKey"]["pk"]),
            bytes.fromhex(case["sig"]),
            bytes.fromhex(case["msg"]),
            case["result"] == "valid",
        )
        for group in document["testGroups"]
        for case in group["tests"]
    ]

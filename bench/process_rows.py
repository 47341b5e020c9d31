"""Whole processes: how long from the command to the file, and how much memory at the most."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.label_rows import SEED, sheet_command
from bench.measure import Row, median_of, row
from labels.keys import SigningKey

ROOT = Path(__file__).resolve().parents[1]
MANY = 100_000
_PEAK = Path(__file__).with_name("peak.py")


def rows() -> list[Row]:
    """`python -m labels sheet` for 1,000 labels, and its memory for 1,000 and for 100,000."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "key.pem").write_bytes(SigningKey.from_seed(1, SEED).to_pem(None))
        few, bare = [], []
        for _ in range(5):
            few.append(_run("-m", "labels", *sheet_command(folder, 1000)))
            bare.append(_run("-c", "import argparse, cryptography, numpy, qrcode, reportlab.pdfgen.canvas"))
        many = _run("-m", "labels", *sheet_command(folder, MANY))
    seconds = median_of([(one["seconds"], other["seconds"]) for one, other in zip(few, bare, strict=True)])
    memory = median_of([(many["peak_mb"], one["peak_mb"]) for one in few])
    return [
        row(
            "a sheet of 1,000 labels from the command line",
            "s",
            seconds,
            "starting Python with the same packages",
        ),
        row(f"peak memory for {MANY:,} labels", "MB", memory, "for 1,000 labels"),
    ]


def _run(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-I", str(_PEAK), sys.executable, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    if found["code"]:
        raise RuntimeError(f"python {' '.join(arguments)}: {done.stderr}")
    return found

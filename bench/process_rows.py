"""Whole processes: how long from the command to the file, and how much memory at the most."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import glabels
from bench.label_rows import BASE, ROLL, SEED, STOCK, TEXT, sheet_command
from bench.measure import Rates, Row, median_of, row
from labels.code import MAX_ITEM
from labels.keys import SigningKey
from labels.run import RunSpec

ROOT = Path(__file__).resolve().parents[1]
FEW = 1000
MOST = MAX_ITEM  # a run has no more
_PEAK = Path(__file__).with_name("peak.py")

Figures = dict[str, float]


def rows() -> list[Row]:
    """`python -m labels sheet` for 1,000 labels beside gLabels, and its memory for 999,999."""
    signer = SigningKey.from_seed(1, SEED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "key.pem").write_bytes(signer.to_pem(None))
        ours = [sys.executable, "-m", "labels", *sheet_command(folder, FEW)]
        bare = [sys.executable, "-c", "import argparse, cryptography.hazmat.primitives.serialization, qrcode"]
        turns = [(_run(*ours), _run(*bare)) for _ in range(8)][1:]
        found = [
            row(
                f"a sheet of {FEW:,} labels from the command line",
                "s",
                median_of([(one["seconds"], other["seconds"]) for one, other in turns]),
                "starting Python with the packages that no such program can do without",
            ),
            _beside_glabels(folder, signer, ours),
        ]
        few = median_of([(one["together_mb"], one["together_mb"]) for one, _ in turns]).ours
        for stock in (STOCK, ROLL):
            command = sheet_command(folder, MOST, stock)
            most = _run(sys.executable, "-m", "labels", *command)["together_mb"]
            Path(command[command.index("--out") + 1]).unlink()
            found.append(
                row(
                    f"peak memory for {MOST:,} labels on {stock}, all processes together",
                    "MB",
                    Rates(most, few, most / few),
                    f"for {FEW:,} labels on {STOCK}",
                )
            )
    return found


def _beside_glabels(folder: Path, signer: SigningKey, ours: list[str]) -> Row:
    name, unit = f"a job of {FEW:,} labels as a whole process", "labels/s"
    if not glabels.installed():
        own = _run(*ours)["seconds"]
        return Row(name, FEW / own, unit, "glabels-3-batch: absent", None)
    theirs = glabels.command(folder, RunSpec(BASE, 1, 1, FEW, TEXT), signer, STOCK)
    turns = [(FEW / _run(*ours)["seconds"], FEW / _run(*theirs)["seconds"]) for _ in range(3)]
    if not (folder / "glabels.pdf").read_bytes().startswith(b"%PDF"):
        raise RuntimeError("glabels-3-batch made no PDF")
    return row(name, unit, median_of(turns), "glabels-3-batch, the same texts and codes, started by xvfb-run")


def _run(*command: str) -> Figures:
    # What is installed has its bytecode kept, whatever the place we measure in says.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-I", str(_PEAK), *command],
        cwd=ROOT,
        env=kept,
        capture_output=True,
        text=True,
        check=True,
    )
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    if found["code"]:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return found

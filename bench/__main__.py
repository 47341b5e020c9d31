"""`python -m bench`: measure, print the table, write bench/results.json. Half an hour, most for a hundred million labels."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from bench import label_rows, ledger_rows, page_rows, process_rows, record_rows, scale_rows
from bench.measure import Row, table
from bench.process_rows import ROOT

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- table -->", "<!-- /table -->"
GROUPS: dict[str, Callable[[], list[Row]]] = {
    "labels": label_rows.rows,
    "processes": process_rows.rows,
    "records": lambda: record_rows.rows(ROOT / "build" / "bench-records"),
    "ledger": lambda: ledger_rows.rows(ROOT / "build" / "bench-ledger"),
    "pages": lambda: page_rows.rows(ROOT / "build" / "bench"),
    "scale": lambda: scale_rows.rows(ROOT / "build" / "bench-scale"),
}


def main() -> None:
    """Measure every group, or those named."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"{', '.join(GROUPS)} (default: all)")
    parser.add_argument(
        "--docs", action="store_true", help=f"also put the table into {PAGE.relative_to(ROOT)}"
    )
    options = parser.parse_args()
    unknown = set(options.groups) - GROUPS.keys()
    if unknown:
        parser.error(f"no group {', '.join(sorted(unknown))}")
    rows: list[Row] = []
    for name in options.groups or GROUPS:
        print(f"measuring {name} …", flush=True)
        rows += GROUPS[name]()
    text = f"{machine()}\n\n{table(rows)}"
    print(f"\n{text}")
    if options.groups:
        return
    RESULTS.write_text(
        json.dumps([asdict(one) for one in rows], indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    if options.docs:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


def machine() -> str:
    """What was measured on; how busy it was with other things stands in the load."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        model = names[0] if names else model
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}, {platform.system()}{load}"


if __name__ == "__main__":
    main()

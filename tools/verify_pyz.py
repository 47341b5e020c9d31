"""Pack the bundle verifier into one file, `build/verify.pyz`, that needs Python and cryptography and nothing else.

    python tools/verify_pyz.py [OUT]

The same sources make the same bytes. `trace` is also a module of the standard library: inside the file ours comes first.
"""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAIN = """import sys

if sys.version_info < (3, 11):
    sys.exit("需要 Python 3.11 或更新 Python 3.11 or later is needed")
try:
    import cryptography
except ImportError:
    sys.exit("缺少 cryptography，请先运行 it is missing; run first: python -m pip install cryptography")
from trace.verify.__main__ import main

sys.exit(main())
"""
STYLES = ("tokens.css", "report.css")
_MODULES = """
import sys, trace.verify.__main__
print("\\n".join(sorted(one.__file__ for name, one in sys.modules.items() if name.split(".")[0] == "trace")))
"""


def sources() -> list[Path]:
    """Every file of ours that the verifier imports."""
    told = subprocess.run(
        [sys.executable, "-c", _MODULES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [Path(line) for line in told.splitlines()]


def pack(out: Path) -> None:
    """Write the file."""
    files = {"__main__.py": MAIN.encode("utf-8")}
    files |= {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in sources()}
    files |= {f"trace/verify/{name}": (ROOT / "static" / "css" / name).read_bytes() for name in STYLES}
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in sorted(files.items()):
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                info.create_system = 3
                info.external_attr = 0o100644 << 16
                archive.writestr(info, data)
    out.chmod(0o755)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "verify.pyz"
    pack(target)
    print(target)

"""`python -m trace.translations`: bring the English catalogue up to date, name what lacks English."""

from __future__ import annotations

import sys

from trace.translations.catalogue import MO, PO, merged, mo_bytes, po_bytes, without_english


def main() -> int:
    """Write the .po and .mo files; exit 1 while English is missing."""
    catalogue = merged()
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po_bytes(catalogue))
    MO.write_bytes(mo_bytes(catalogue))
    missing = without_english(catalogue)
    for sentence in missing:
        print(sentence)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

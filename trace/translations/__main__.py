"""`python -m trace.translations`: bring the catalogues of all languages up to date, name what they lack."""

from __future__ import annotations

import sys

from trace.translations import catalogue, found


def main() -> int:
    """Write each language's .po and .mo file; exit 1 while one lacks a sentence."""
    lacking = 0
    for language, path in found().items():
        merged = catalogue.merged(language)
        path.write_bytes(catalogue.po_bytes(merged))
        path.with_suffix(".mo").write_bytes(catalogue.mo_bytes(merged))
        for sentence in catalogue.untranslated(merged):
            lacking += 1
            print(f"{language}: {sentence}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())

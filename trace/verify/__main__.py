"""`python -m trace.verify BUNDLE --key VKEY`: check a bundle offline. Exit code 0 proven, 1 wrong, 2 called wrongly."""

from __future__ import annotations

import argparse
import json
import locale
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from trace.ledger.note import COSIGNATURE, VerifierKey
from trace.ledger.spelling import FormatError
from trace.verify.check import Finding, check
from trace.verify.fault import shown
from trace.verify.page import write_page
from trace.verify.seals import log_key
from trace.verify.story import Story
from trace.verify.words import FRAME, LIMITS, PROVEN

OK, WRONG, USAGE = 0, 1, 2
_SHOWN = 20  # remarks of a kind on a terminal


def main(words: Sequence[str] | None = None) -> int:
    """Check one bundle and say what was found."""
    _readable_output()
    asked = _parser().parse_args(words)
    lang = asked.lang or _language()
    try:
        key = _key(asked.key, log_key)
        witnesses = [_key(text, _witness) for text in asked.witness]
    except _Refused as refused:
        return _usage(lang, "bad-key", key=shown(refused.key), why=refused.why)
    story = Story()
    try:
        with Path(asked.bundle).open("rb") as file:
            finding = check(file, key, witnesses, story)
            if asked.report and finding.fault is None:
                file.seek(0)
                page = write_page(file, story)
    except OSError as error:
        return _usage(lang, "unreadable", file=shown(asked.bundle), why=error.strerror or str(error))
    if asked.report and finding.fault is None:
        try:
            Path(asked.report).write_text(page, "utf-8")
        except OSError as error:
            return _usage(lang, "unwritable", file=shown(asked.report), why=error.strerror or str(error))
    data = json.dumps(finding.data(lang), ensure_ascii=False, indent=2) if asked.json else ""
    try:
        print(data or "\n".join(told(finding, lang)), flush=True)
    except BrokenPipeError:
        # Whoever reads has seen enough; what Python would flush at the end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OK if finding.fault is None else WRONG


def told(finding: Finding, lang: str) -> Iterable[str]:
    """What was found, for a terminal."""

    def word(name: str, **given: str | int) -> str:
        return FRAME[name][lang == "en"].format_map(given)

    fault = finding.fault
    if fault is None:
        yield word("sound", batch=finding.batch)
        yield word("root", root=finding.root, size=finding.size)
    else:
        yield f"{word('wrong')} · {word('first')} [{fault.code}]"
        yield f"  ✗ {fault.message(lang)}"
    if finding.proven:
        yield word("proven" if fault is None else "before")
    for code, given in finding.proven:
        yield f"  ✓ {PROVEN[code][lang == 'en'].format_map(given)}"
    if finding.remarks:
        yield word("remarks")
        for one in finding.remarks[:_SHOWN]:
            yield f"  ! {shown(one.message(lang), 300)}"
        if len(finding.remarks) > _SHOWN:
            yield f"  {word('more', count=len(finding.remarks) - _SHOWN)}"
    if finding.unproven:
        yield word("unproven")
    for code, given in finding.unproven:
        yield f"  – {LIMITS[code][lang == 'en'].format_map(given)}"


class _Refused(Exception):
    """An argument that is no key."""

    def __init__(self, key: str, why: str) -> None:
        super().__init__(why)
        self.key, self.why = key, why


def _key(text: str, read: Callable[[str], VerifierKey]) -> VerifierKey:
    try:
        return read(text.strip())
    except FormatError as error:
        raise _Refused(text, str(error)) from error


def _witness(text: str) -> VerifierKey:
    key = VerifierKey.parse(text)
    if key.kind != COSIGNATURE:
        raise FormatError("ledger.key-kind", "a log's key, not a witness's")
    return key


def _usage(lang: str, name: str, **given: str) -> int:
    print(FRAME[name][lang == "en"].format_map(given), file=sys.stderr)
    return USAGE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="trace.verify",
        description="核验一个批次的证据包，不用联网 Check a batch's bundle, offline.",
    )
    parser.add_argument("bundle", metavar="BUNDLE", help="证据包 zip 文件 the bundle, a zip file")
    parser.add_argument(
        "--key",
        required=True,
        metavar="VKEY",
        help="账本的公钥，从可信的地方得来 the log's key, from where you trust it",
    )
    parser.add_argument(
        "--witness",
        action="append",
        default=[],
        metavar="VKEY",
        help="见证人的公钥，可多次 a witness's key; repeatable",
    )
    parser.add_argument("--lang", choices=("zh", "en"), help="语言 language")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出 print JSON")
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="核验通过后从核实的记录写一份报告页 write a report page from the proven records",
    )
    return parser


def _language() -> str:
    named = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    named = named or locale.getlocale()[0] or ""
    return "zh" if not named or named.lower().startswith(("zh", "chinese")) else "en"


def _readable_output() -> None:
    """A terminal of another encoding shows what it can instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())

"""Every refusal raised anywhere can be said in both languages, with the parameters it is raised with."""

from __future__ import annotations

import ast
import re
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.tree import ROOT
from trace.core import errors
from trace.core.errors import TraceError
from trace.core.messages import MESSAGES

FAMILY = {
    name
    for name, thing in vars(errors).items()
    if isinstance(thing, type) and issubclass(thing, TraceError) and name != "InvalidInputs"
} | {"Finding"}
SOURCES = sorted((ROOT / "trace").rglob("*.py"))


def refusals(source: Path) -> Iterator[tuple[str, set[str] | None, int]]:
    """(code, its parameters' names or None where they are built elsewhere, line) of each refusal."""
    for node in ast.walk(ast.parse(source.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in FAMILY:
            continue
        codes = [node.args[0]]
        if isinstance(codes[0], ast.IfExp):
            codes = [codes[0].body, codes[0].orelse]
        named = {keyword.arg for keyword in node.keywords}
        given: set[str] | None = {name for name in named if name and name != "field"}
        if called == "Finding" or None in named:
            given = None
        for code in codes:
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield code.value, given, node.lineno


def wanted(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_refusal_can_be_said(source: Path) -> None:
    for code, given, line in refusals(source):
        where = f"{source.relative_to(ROOT)}:{line}: {code}"
        assert code in MESSAGES, f"{where} has no message"
        if given is not None:
            missing = (wanted(MESSAGES[code][0]) | wanted(MESSAGES[code][1])) - given
            assert not missing, f"{where} is raised without {missing}"


def test_the_scan_sees_refusals() -> None:
    seen = {code for source in SOURCES for code, _, _ in refusals(source)}
    assert {"text.required", "quantity.zero", "batch.not-enough", "event.input-banned"} <= seen


@pytest.mark.parametrize("code", MESSAGES)
def test_a_message_stands_in_both_languages(code: str) -> None:
    chinese, english = MESSAGES[code]
    assert re.fullmatch(r"[a-z]+\.[a-z0-9-]+", code)
    assert re.search(r"[\u4e00-\u9fff]", chinese)
    assert re.search(r"[A-Za-z]{2}", english)
    assert chinese.strip() == chinese
    assert english.strip() == english


def test_the_core_needs_nothing_but_the_standard_library() -> None:
    for source in sorted((ROOT / "trace" / "core").rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, source
                names = [node.module or ""]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                ours = name == "trace.core" or name.startswith("trace.core.")
                assert ours or name.split(".")[0] in sys.stdlib_module_names - {"trace"}, f"{source}: {name}"

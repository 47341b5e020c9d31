"""What buyers see is read in the engines inside old chat programs too: nothing newer than Chrome 66 or iOS 11.3 carries it.

A declaration that such an engine skips (`gap` in a row, `text-wrap`) costs looks only; what is named here would cost
the rule, or the script.
"""

from __future__ import annotations

import re

import pytest

from tests.support.tree import ROOT

STYLES = ("tokens", "public", "record", "complain", "brand", "report")
SCRIPTS = ("seen", "complain", "kiosk")
# A selector, function or block that is not known makes an engine drop the whole rule.
NEW_STYLE = {
    "selector": r":(is|where|has)\(|:not\([^)]*,",
    "function": r"\b(clamp|color-mix|light-dark|oklch|oklab|lab|lch)\(",
    "block": r"@(layer|container|property|scope)\b|@supports selector",
    "range": r"@media[^{]*[<>]",
    "nesting": r"&[ .:#\[]",
    "unit": r"[0-9](dvh|svh|lvh|cqw|cqi|lh)\b",
    "side": r"(?<![-a-z])(inset|(margin|padding)-(inline|block))\b",
}
NEW_SCRIPT = {
    "operator": r"\?\.[a-zA-Z\[(]|\?\?|\*\*|\|\|=|&&=",
    "method": r"\.(replaceAll|flatMap|flat|at|matchAll|allSettled|finally|fromEntries|replaceChildren)\(",
    "syntax": r"=>|\basync\b|\bawait\b|\bimport\b|\bexport\b|\bclass\b |`",
}


def _without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*?$", "", text, flags=re.DOTALL | re.MULTILINE)


def _too_new(path: str, known: dict[str, str]) -> dict[str, list[str]]:
    """What is new in a file, by kind; rules may go over several lines."""
    text = _without_comments((ROOT / "static" / path).read_text(encoding="utf-8"))
    found = {kind: [one[0] for one in re.finditer(new, text)] for kind, new in known.items()}
    return {kind: lines for kind, lines in found.items() if lines}


@pytest.mark.parametrize("name", STYLES)
def test_styles_hold_no_rule_that_old_engines_drop(name: str) -> None:
    assert _too_new(f"css/{name}.css", NEW_STYLE) == {}


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_hold_nothing_that_old_engines_cannot_parse(name: str) -> None:
    assert _too_new(f"js/{name}.js", NEW_SCRIPT) == {}

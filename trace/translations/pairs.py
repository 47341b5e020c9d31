"""The Chinese of (Chinese, English) pairs: what stands as text in a module, neither docstring nor marked by `_(…)`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_CJK = re.compile(r"[\u4e00-\u9fff]")
# Marked sentences are collected elsewhere; patterns and keys are read, not said.
_OTHERWISE = frozenset(
    {"_", "gettext", "ngettext", "lazy_gettext", "compile", "removeprefix", "removesuffix"}
)


def chinese(file: Path) -> Iterator[str]:
    """Each such text once, in order. Texts with `f"{…}"` are left out: nothing can look them up."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    aside = {id(part) for node in ast.walk(tree) for part in _aside(node)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside
    ]
    yield from dict.fromkeys(text for text in texts if _CJK.search(text))


def _aside(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return node.args if called in _OTHERWISE else []
    if isinstance(node, ast.JoinedStr):
        return node.values
    return [node.value] if isinstance(node, ast.Expr) else []

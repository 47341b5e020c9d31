"""What pages say in other languages than Chinese: a folder for each, and `python -m trace.translations` to keep them.

A new language is one file, `<code>/LC_MESSAGES/messages.po`, and what is compiled from it. Nothing lists languages:
they are found by their folders. In a catalogue NAME stands for the language's own name, SHORT for one sign of it.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
CHINESE = "zh"
NAME, SHORT = "简体中文", "简"


def found() -> dict[str, Path]:
    """The catalogues (.po) by the language's tag (BCP 47): folder zh_Hant is "zh-Hant"; Chinese has none."""
    catalogues = sorted(FOLDER.glob("*/LC_MESSAGES/messages.po"))
    return {path.parents[1].name.replace("_", "-"): path for path in catalogues}

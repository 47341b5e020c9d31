"""What is wrong with a bundle: one stable code, and where."""

from __future__ import annotations

from trace.verify.words import FAULTS


class Fault(Exception):
    """The first thing that is wrong. `where` names it: file, entry, field, attachment, batch, key, why."""

    def __init__(self, code: str, **where: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.where: dict[str, str | int] = {
            name: shown(value) if isinstance(value, str) else value for name, value in where.items()
        }

    def message(self, lang: str) -> str:
        """The sentence in Chinese ("zh") or English ("en")."""
        chinese, english = FAULTS[self.code]
        return (english if lang == "en" else chinese).format_map(self.where)


def shown(text: str, most: int = 120) -> str:
    """A stranger's text, safe on a terminal: no control or direction characters, not endless."""
    cut = text if len(text) <= most else f"{text[:most]}…"
    return "".join(letter if letter.isprintable() else "�" for letter in cut)

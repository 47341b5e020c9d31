"""Text of strangers, and the few shapes that the report is made of, as HTML that runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from trace.core.quantity import show
from trace.verify.story import CHINA, moment


def text(value: object) -> str:
    """Anything a record says, escaped; characters that cannot be seen or turn the line around are replaced."""
    seen = plain(value)
    return f"<bdi>{seen}</bdi>" if seen else ""


def plain(value: object) -> str:
    """The same where no element can stand."""
    return escape("".join(one if one.isprintable() or one == "\n" else "�" for one in str(value)))


def both(chinese: str, english: str) -> str:
    """Words of ours in both languages, the English small behind."""
    return f'{escape(chinese)} <small lang="en">{escape(english)}</small>'


def when(written: str) -> str:
    """An instant or day as people in China read it; as it stands where it is neither."""
    at = moment(written)
    if at is None or at.year > 9998:
        return text(written)
    local = at.astimezone(CHINA)
    return f"{local:%Y-%m-%d}" if len(written) == 10 else f"{local:%Y-%m-%d %H:%M}"


def grams(value: int | None) -> str:
    """A weight; "" where there is none."""
    return "" if value is None else show(value)


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """A list of (label, value), both HTML; empty values are left out."""
    rows = "".join(f"<dt>{label}</dt><dd>{value}</dd>" for label, value in pairs if value)
    return f"<dl>{rows}</dl>" if rows else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of HTML cells; on a narrow screen each row becomes a card whose cells carry their heads."""
    body = "".join(
        "<tr>"
        + "".join(f"<td>{_headed(head, cell)}</td>" for head, cell in zip(heads, row, strict=True))
        + "</tr>"
        for row in rows
    )
    if not body:
        return ""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _headed(head: str, cell: str) -> str:
    return f'<span class="head">{head}</span><span>{cell or "—"}</span>'


def section(identity: str, title: str, *parts: str) -> str:
    """A section with its heading; "" where nothing stands in it."""
    inside = "".join(parts)
    return (
        f'<section aria-labelledby="{identity}"><h2 id="{identity}">{title}</h2>{inside}</section>'
        if inside
        else ""
    )


def card(*parts: str, tone: str = "") -> str:
    """A card; `tone` is "leaf", "seal", "amber" or "blue"."""
    return f'<div class="card {tone}">{"".join(parts)}</div>' if any(parts) else ""


def tag(inside: str, tone: str = "grey") -> str:
    """A short mark."""
    return f'<span class="tag {tone}">{inside}</span>'


def entry(seq: int) -> str:
    """An entry's number, as a mark to look it up by."""
    return f'<span class="entry">#{seq}</span>'

"""The family in a report: what the batch was made from, and what was made of it."""

from __future__ import annotations

from collections.abc import Iterator

from trace.verify.html import both, card, grams, text
from trace.verify.manifest import Manifest
from trace.verify.story import Record, Story

MAX_DEPTH = 100
MAX_LINES = 2000


def family(manifest: Manifest, story: Story) -> str:
    """Two trees; a batch reached a second time is named, not unfolded again. "" where it stands alone."""
    subject = story.batches.get(manifest.batch)
    if subject is None:
        return ""
    up, down = _Tree(story, up=True).lines(subject), _Tree(story, up=False).lines(subject)
    return card(
        f"<h3>{both('从哪里来', 'Made from')}</h3><ul>{up}</ul>",
        f"<h3>{both('到哪里去', 'Made into')}</h3><ul>{down}</ul>",
    ).replace('class="card ', 'class="card tree ', 1)


class _Tree:
    """One walk up or down, of at most MAX_LINES lines."""

    def __init__(self, story: Story, *, up: bool) -> None:
        self._story, self._up = story, up
        self._seen: set[int] = set()
        self._left = MAX_LINES
        self._made = story.by("batch", "operation_id")
        self._used: dict[int, list[Record]] = {}
        for operation in story.of("operation"):
            for identity in operation.inputs():
                self._used.setdefault(identity, []).append(operation)

    def lines(self, batch: Record, depth: int = 0) -> str:
        """A batch, and beneath it what comes next."""
        self._left -= 1
        if self._left < 0:
            return "<li>…</li>" if self._left == -1 else ""
        identity = batch.envelope.subject_id
        head = f"<strong>{text(batch.text('number'))}</strong> {self._said(batch)}"
        if identity in self._seen or depth > MAX_DEPTH:
            return f"<li>{head} <small>{both('见上', 'see above')}</small></li>"
        self._seen.add(identity)
        inside = "".join(self.lines(one, depth + 1) for one in self._next(batch) if self._left >= 0)
        if self._up and not inside:
            inside = _origin(self._story, batch)
        return f"<li>{head}{f'<ul>{inside}</ul>' if inside else ''}</li>"

    def _said(self, batch: Record) -> str:
        product = self._story.get("product", batch.number("product_id"))
        owner = self._story.get("organisation", batch.number("organisation_id"))
        parts = (
            text(product.text("name")) if product else "",
            text(owner.text("name")) if owner else "",
            grams(batch.number("quantity_g") or None),
        )
        return " · ".join(one for one in parts if one)

    def _next(self, batch: Record) -> Iterator[Record]:
        if not self._up:
            for operation in self._used.get(batch.envelope.subject_id, ()):
                yield from self._made.get(operation.envelope.subject_id, ())
            return
        made = self._story.get("operation", batch.number("operation_id"))
        for identity in made.inputs() if made is not None else ():
            found = self._story.get("batch", identity)
            if found is not None:
                yield found


def _origin(story: Story, batch: Record) -> str:
    plot = story.get("plot", batch.number("plot_id"))
    if plot is None:
        return ""
    place = f"{plot.text('township')}{plot.text('village')} {plot.text('name')}（{plot.text('code')}）"
    return f"<li>{both('产自', 'Grown at')} {text(place)}</li>"

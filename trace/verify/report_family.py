"""The family in a report: what the batch was made from, and what was made of it."""

from __future__ import annotations

from trace.verify.html import both, card, grams, text
from trace.verify.manifest import Manifest
from trace.verify.story import Record, Story

MAX_DEPTH = 100


def family(manifest: Manifest, story: Story) -> str:
    """Two trees; a batch reached a second time is named, not unfolded again. "" where it stands alone."""
    subject = story.batches.get(manifest.batch)
    if subject is None:
        return ""
    used = _used(story)
    up = _tree(story, subject, used, up=True, seen=set(), depth=0)
    down = _tree(story, subject, used, up=False, seen=set(), depth=0)
    return card(
        f"<h3>{both('从哪里来', 'Made from')}</h3><ul>{up}</ul>",
        f"<h3>{both('到哪里去', 'Made into')}</h3><ul>{down}</ul>",
    ).replace('class="card ', 'class="card tree ', 1)


def _used(story: Story) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for operation in story.of("operation"):
        for identity in operation.inputs():
            found.setdefault(identity, []).append(operation)
    return found


def _tree(
    story: Story, batch: Record, used: dict[int, list[Record]], *, up: bool, seen: set[int], depth: int
) -> str:
    identity = batch.envelope.subject_id
    product = story.get("product", batch.number("product_id"))
    owner = story.get("organisation", batch.number("organisation_id"))
    said = " · ".join(
        one
        for one in (
            text(product.text("name")) if product else "",
            text(owner.text("name")) if owner else "",
            grams(batch.number("quantity_g") or None),
        )
        if one
    )
    head = f"<strong>{text(batch.text('number'))}</strong> {said}"
    if identity in seen or depth > MAX_DEPTH:
        return f"<li>{head} <small>{both('见上', 'see above')}</small></li>"
    seen.add(identity)
    inside = "".join(
        _tree(story, one, used, up=up, seen=seen, depth=depth + 1) for one in _next(story, batch, used, up=up)
    )
    if up and not inside:
        inside = _origin(story, batch)
    return f"<li>{head}{f'<ul>{inside}</ul>' if inside else ''}</li>"


def _next(story: Story, batch: Record, used: dict[int, list[Record]], *, up: bool) -> list[Record]:
    if up:
        operation = story.get("operation", batch.number("operation_id"))
        found = [story.get("batch", identity) for identity in operation.inputs()] if operation else []
    else:
        found = [
            made
            for operation in used.get(batch.envelope.subject_id, ())
            for number, _ in operation.envelope.batches
            if (made := story.batches.get(number)) is not None
            and made.number("operation_id") == operation.envelope.subject_id
        ]
    return [one for one in found if one is not None]


def _origin(story: Story, batch: Record) -> str:
    plot = story.get("plot", batch.number("plot_id"))
    if plot is None:
        return ""
    place = f"{plot.text('township')}{plot.text('village')} {plot.text('name')}（{plot.text('code')}）"
    return f"<li>{both('产自', 'Grown at')} {text(place)}</li>"

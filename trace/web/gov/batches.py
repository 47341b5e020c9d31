"""One batch's whole history, made to be read through and put on file."""

from __future__ import annotations

import re
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from trace.core import clock
from trace.core.policy import Action
from trace.core.quantity import show
from trace.services import batch as batches
from trace.services import carton_trace, carton_view, history, oversight
from trace.services.history_tree import Node
from trace.services.oversight import LabelState
from trace.services.public_carton import NOWHERE
from trace.web.auth import current_actor, needs
from trace.web.context import app_db, this_app
from trace.web.gov.frame import bp, page

_LABEL = re.compile(r"([0-9]{1,8})-([0-9]{1,6})", re.ASCII)
_ICONS = {"batch": "list", "run": "print"}


@bp.get("/batches/<number>")
@needs(Action.BATCH_READ_ALL)
def batch(number: str) -> tuple[str, int]:
    """Everything on record about a batch: family, weights, events, proofs, labels, stops, acts."""
    actor = current_actor()
    with app_db().read() as session:
        found = history.of_batch(session, actor, number)
        asked = _LABEL.fullmatch(request.args.get("label", ""))
        runs = {one.run.id for one in found.printings}
        label: LabelState | None = None
        places = NOWHERE
        if asked and int(asked[1]) in runs:
            label = oversight.label(session, actor, int(asked[1]), int(asked[2]))
            places = carton_view.places(session, int(asked[1]), int(asked[2]))
        lines = carton_trace.lines(session, [one.run for one in found.printings])
        outside = this_app().witnesses.covered(session, found.batch.number)
        affected = carton_trace.affected(session, [found.batch, *batches.descendants(session, found.batch)])
    return page(
        "batch",
        h=found,
        label=label,
        places=places,
        carton_lines=lines,
        affected=affected,
        outside=outside,
        printed_at=clock.now(),
        up=branch(found.up, found.batch.number),
        down=branch(found.down, found.batch.number),
    )


def branch(node: Node, own: str) -> dict[str, Any]:
    """A family tree as the page draws it, told in the reader's language."""
    return {
        "title": _title(node),
        "text": _text(node),
        "icon": _ICONS.get(node.kind, node.kind),
        "address": url_for("gov.batch", number=node.title)
        if node.kind == "batch" and node.title != own
        else "",
        "current": node.kind == "batch" and node.title == own,
        "children": [branch(child, own) for child in node.children],
    }


def _title(node: Node) -> str:
    if node.kind == "run":
        said = ngettext(
            "印制批 %(run)s：%(num)s 枚标签", "印制批 %(run)s：%(num)s 枚标签", node.count, run=node.title
        )
        return str(said)
    words = {"purchase": _("收购自"), "sale": _("售往"), "transport": _("运往"), "plot": _("产自")}
    return f"{words[node.kind]} {node.title}" if node.kind in words else node.title


def _text(node: Node) -> str:
    how = {
        "split": _("拆分"),
        "merge": _("合并"),
        "transform": _("加工"),
        "carton": _("外箱标签"),
        "pallet": _("托盘标签"),
    }.get(node.how, "")
    again = _("见上，不再展开") if node.again else ""
    grams = show(node.grams) if node.grams is not None else ""
    return " · ".join(part for part in (how, grams, again) if part)

"""What fixes a run's bytes besides its key, texts and count: paper, aim, design and picture, kept with the run.

Stocks and designs may be edited, printers measured again, and the built-in table may grow better: none of that
changes a run that was decided before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from labels.adjust import NONE, Adjustment
from labels.sheet import WHOLE, Paper, pages_needed
from labels.stock import Stock, stock_named
from trace.ledger.canonical import canonical
from trace.tables import Run


@dataclass(frozen=True, slots=True)
class Plan:
    """`sheets` are the part-used sheets (余格纸) in the order of feeding, `left` the one that the run leaves.

    `opened` are those of `sheets` that this run put on record.
    `design` is a design's JSON or nothing, `picture` the SHA-256 of the brand's picture, `printer` its name, and
    `asked` tells two requests apart that carry the same number.
    """

    stock: Stock
    paper: Paper = WHOLE
    adjust: Adjustment = NONE
    sheets: tuple[int, ...] = ()
    left: int | None = None
    opened: tuple[int, ...] = ()
    design: str = ""
    picture: str = ""
    printer: str = ""
    asked: str = ""

    def notes(self, count: int) -> dict[int, str]:
        """Page (from 0) → the number of the part-used sheet that it becomes, for the sheet's margin.

        A sheet that was on record before has its number there already: a second print would smudge it.
        """
        pages = {page: sheet for page, sheet in enumerate(self.sheets) if sheet in self.opened}
        if self.left is not None and self.left not in self.sheets:
            pages[pages_needed(self.stock, self.paper, count) - 1] = self.left
        return {page: f"余格纸 {sheet}" for page, sheet in pages.items()}

    def text(self) -> str:
        """Canonical JSON, as the run keeps it."""
        return canonical(
            {
                "stock": asdict(self.stock),
                "paper": [list(cells) for cells in self.paper.parts],
                "adjust": asdict(self.adjust),
                "sheets": list(self.sheets),
                "left": self.left,
                "opened": list(self.opened),
                "design": self.design,
                "picture": self.picture,
                "printer": self.printer,
                "asked": self.asked,
            }
        )


def of(row: Run) -> Plan:
    """The run's plan; runs from before plans were kept used whole stocks of the table and a first cell."""
    if row.plan is None:
        stock = stock_named(row.stock)
        return Plan(stock, Paper.starting(stock, row.start_cell))
    kept = json.loads(row.plan)
    return Plan(
        stock=Stock(**kept["stock"]),
        paper=Paper(tuple(tuple(cells) for cells in kept["paper"])),
        adjust=Adjustment(**kept["adjust"]),
        sheets=tuple(kept["sheets"]),
        left=kept["left"],
        opened=tuple(kept["opened"]),
        design=kept["design"],
        picture=kept["picture"],
        printer=kept["printer"],
        asked=kept["asked"],
    )


def asked(request: Mapping[str, Any]) -> str:
    """A digest of everything a request asks for: the same number with another digest is another request."""
    return hashlib.sha256(canonical(dict(request)).encode("utf-8")).hexdigest()

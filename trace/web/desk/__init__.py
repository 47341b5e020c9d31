"""The desk (工作台) of those who own batches, and of laboratories and carriers that record on others'."""

from __future__ import annotations

from trace.web.desk import (
    batches,
    certificates,
    events,
    home,
    operations,
    papers,
    plots,
    printers,
    printing,
    runs,
)
from trace.web.desk.frame import bp

__all__ = [
    "batches",
    "bp",
    "certificates",
    "events",
    "home",
    "operations",
    "papers",
    "plots",
    "printers",
    "printing",
    "runs",
]

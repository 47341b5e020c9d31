"""The desk (工作台) of those who own batches, and of laboratories and carriers that record on others'."""

from __future__ import annotations

from trace.web.desk import (
    batches,
    carton_printing,
    cartons,
    certificates,
    designs,
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
    "carton_printing",
    "cartons",
    "certificates",
    "designs",
    "events",
    "home",
    "operations",
    "papers",
    "plots",
    "printers",
    "printing",
    "runs",
]

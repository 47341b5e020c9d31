"""`flask audit`: what a supervisor or a court asks for, and what a person may ask to have erased."""

from __future__ import annotations

from trace.cli import bundle, erase
from trace.cli.app import TraceGroup

audit = TraceGroup(
    "audit", help="查账和依法删除 Audits: bundles as evidence; find and erase what is about a person."
)
bundle.register(audit)
erase.register(audit)

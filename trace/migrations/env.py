"""Alembic's entry: runs revisions on the connection that trace.migrate hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from trace.tables import metadata
from trace.tables.base import Day, UTCDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own types as plain SQLAlchemy: revisions import nothing of the application."""
    if kind != "type":
        return False
    name = type(item).__name__
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True).with_variant(sa.String(27), 'sqlite')"
    if isinstance(item, Day):
        return "sa.Date().with_variant(sa.String(10), 'sqlite')"
    if name == "AutoString":
        return f"sa.String({item.length or ''})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()

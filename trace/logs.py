"""Log lines: readable on a terminal, one JSON object a line everywhere else; no personal data in either."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at that moment, so that a server may redirect it after we start."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # the base class keeps a fixed stream
        return sys.stderr


def configure(*, terminal: bool | None = None) -> None:
    """Set up structlog and the standard library's loggers alike; `terminal` None looks at standard error."""
    if terminal is None:
        terminal = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer()]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    ours = logging.getLogger("trace")
    ours.handlers = [handler]
    ours.setLevel(logging.INFO)
    ours.propagate = False


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger below `trace`."""
    found: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return found

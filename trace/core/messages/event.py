"""Sentences of the refusals about: event."""

MESSAGES: dict[str, tuple[str, str]] = {
}

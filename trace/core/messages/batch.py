"""Sentences of the refusals about: batch."""

MESSAGES: dict[str, tuple[str, str]] = {
}

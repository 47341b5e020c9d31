"""Sentences of the refusals about: text."""

MESSAGES: dict[str, tuple[str, str]] = {
}

"""Sentences of the refusals about: web."""

MESSAGES: dict[str, tuple[str, str]] = {
}

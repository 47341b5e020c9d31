"""Sentences of the refusals about: plot."""

MESSAGES: dict[str, tuple[str, str]] = {
}

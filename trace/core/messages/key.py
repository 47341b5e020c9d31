"""Sentences of the refusals about: key."""

MESSAGES: dict[str, tuple[str, str]] = {
}

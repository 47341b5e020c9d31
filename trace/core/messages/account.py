"""Sentences of the refusals about: account."""

MESSAGES: dict[str, tuple[str, str]] = {
}

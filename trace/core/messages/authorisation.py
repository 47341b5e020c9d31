"""Sentences of the refusals about: authorisation."""

MESSAGES: dict[str, tuple[str, str]] = {
}

"""Sentences of the refusals about: attachment."""

MESSAGES: dict[str, tuple[str, str]] = {
}

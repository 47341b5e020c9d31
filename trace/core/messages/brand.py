"""Sentences of the refusals about: brand."""

MESSAGES: dict[str, tuple[str, str]] = {
}

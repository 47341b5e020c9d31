"""Sentences of the refusals about: product."""

MESSAGES: dict[str, tuple[str, str]] = {
}

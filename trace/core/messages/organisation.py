"""Sentences of the refusals about: organisation."""

MESSAGES: dict[str, tuple[str, str]] = {
}

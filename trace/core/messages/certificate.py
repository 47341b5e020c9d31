"""Sentences of the refusals about: certificate."""

MESSAGES: dict[str, tuple[str, str]] = {
}

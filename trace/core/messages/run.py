"""Sentences of the refusals about: run."""

MESSAGES: dict[str, tuple[str, str]] = {
}

"""Sentences of the refusals about: ledger."""

MESSAGES: dict[str, tuple[str, str]] = {
}

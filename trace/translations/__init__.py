"""English for the Chinese sentences of pages: a catalogue, and `python -m trace.translations` to keep it."""

"""The history's mathematics: canonical JSON, hashes, links; standard library and cryptography only."""

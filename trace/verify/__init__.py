"""The bundle verifier: checks a batch's bundle with no server and no database; standard library and cryptography."""

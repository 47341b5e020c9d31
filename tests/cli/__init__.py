"""Tests of the `flask` command."""

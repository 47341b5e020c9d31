"""Processes that die, disks that fill up, keys that are not there: the same labels in the end, or none."""

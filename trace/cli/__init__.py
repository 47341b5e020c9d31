"""What answers on the command line: groups of the `flask` command."""

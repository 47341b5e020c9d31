"""The measured table: what the service does in a second, each beside the bare work it cannot avoid."""

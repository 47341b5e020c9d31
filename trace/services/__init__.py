"""Use cases: (session, actor, input) → frozen result; data, ledger entry and audit row in one transaction."""

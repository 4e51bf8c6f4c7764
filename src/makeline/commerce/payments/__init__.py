"""Money moving: attempts to take it, the moment it becomes true, the ledger."""

"""Plain words: money, errors, states, ids, signatures. Standard library only."""

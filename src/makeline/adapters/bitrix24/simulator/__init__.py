"""A portal that behaves as the real one does, limits and bad days included."""

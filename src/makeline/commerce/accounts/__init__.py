"""Who: people with a role, how they sign in, and what ends it."""

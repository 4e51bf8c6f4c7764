"""A stand-in for Stripe on a socket of its own, behind the same official library."""

"""Letters to people: what one is, and the port to whoever carries it."""

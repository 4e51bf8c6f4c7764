"""The print partner: what we say to it, what it says to us, its words, its signature, and its simulator."""

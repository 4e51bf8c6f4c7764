"""The documented paths about the mirror, and the portal's own call to us."""

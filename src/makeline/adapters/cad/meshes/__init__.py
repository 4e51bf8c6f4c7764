"""Triangle meshes: our own readers and measures on arrays. Runs in a limited process only."""

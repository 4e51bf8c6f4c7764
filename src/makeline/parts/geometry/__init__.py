"""What a CAD file measures."""

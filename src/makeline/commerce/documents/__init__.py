"""Papers that customers attach: stored as they are, never read, always saved and never shown by a browser."""

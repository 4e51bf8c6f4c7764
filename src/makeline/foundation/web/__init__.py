"""Everything about HTTP that no room needs to know."""

"""The page where a visitor sees his part and its price."""

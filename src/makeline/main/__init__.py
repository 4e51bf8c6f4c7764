"""The composition root: builds the house, knows everyone, decides nothing."""

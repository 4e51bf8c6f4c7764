"""From a design to an order."""

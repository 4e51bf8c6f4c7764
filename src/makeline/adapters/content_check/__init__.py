"""Whoever looks at prints before they are made, for what nobody wants to have printed."""

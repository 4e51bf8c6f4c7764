"""Stickers and backgrounds of our own, drawn by this script: ``python -m tools.artwork``."""

"""Makeline: from a customer's design to a made thing."""

__version__ = "0.1.0"

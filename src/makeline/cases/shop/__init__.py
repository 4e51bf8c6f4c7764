"""Buying a case on the web."""

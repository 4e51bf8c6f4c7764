"""Prices of parts: pure functions of request, geometry and rate card."""

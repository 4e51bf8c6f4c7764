"""Brands, phone models, shells, templates and their prices."""

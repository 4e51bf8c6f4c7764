"""Kiosks and printers in the field, and who operates them."""

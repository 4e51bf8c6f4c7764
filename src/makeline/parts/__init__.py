"""Storefront: parts made from a CAD file."""

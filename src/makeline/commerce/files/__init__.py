"""Bytes with an owner: checked, stored once, fetched by a signed link."""

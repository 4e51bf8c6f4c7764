"""Copies of database and files for bad days: made beside the running server, checked, brought back, forgotten."""

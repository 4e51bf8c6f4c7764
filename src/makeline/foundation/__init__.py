"""Plumbing: database, unit of work, outbox, web, settings."""

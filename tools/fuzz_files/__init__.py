"""Feeds our readers of CAD files with bytes that nobody would send: ``make fuzzfiles``."""

"""Looks through what customers send: clamd, or a stand-in that knows the harmless test file of the trade."""

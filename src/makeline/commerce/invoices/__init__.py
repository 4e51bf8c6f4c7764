"""Invoices: numbered without gaps, never changed once they are issued, and papers that somebody looks at."""

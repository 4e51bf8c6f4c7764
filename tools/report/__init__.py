"""What the long runs found, kept as records in docs/report, and the page that tells of them."""

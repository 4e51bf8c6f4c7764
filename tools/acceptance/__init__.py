"""Documents of a print partner, held against a running server: their client, their calls and their examples."""

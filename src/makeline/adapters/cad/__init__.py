"""CAD files of customers: read, measured and pictured in limited processes. Only `reader.py` runs in the server."""

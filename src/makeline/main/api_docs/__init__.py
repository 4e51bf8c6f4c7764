"""The pages that describe the API: written by the server from the records that it is served by."""

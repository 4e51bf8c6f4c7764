"""Orders for parts: what was wanted, at which kept price, on its way from the request to the customer."""

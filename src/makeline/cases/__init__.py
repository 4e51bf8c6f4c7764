"""The storefront of custom phone cases."""

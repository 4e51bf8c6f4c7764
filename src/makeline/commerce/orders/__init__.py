"""A promise to deliver, priced; knows no storefront."""

"""What the shop offers for parts: services, materials, factors, sites, and the rate cards that prices rest on."""

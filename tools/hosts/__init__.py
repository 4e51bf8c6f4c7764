"""Hosts on one machine: network namespaces on a bridge, whose links are cut while the product serves customers."""

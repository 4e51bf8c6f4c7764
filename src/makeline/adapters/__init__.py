"""Outside companies, one folder each; none knows another."""

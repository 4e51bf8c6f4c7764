"""What staff asks over all rooms: lists with filters, and everything about one thing."""

"""Our customers, orders and call requests mirrored to where sales people live; what they decide there comes back."""

"""Stripe: payments by card, wallet and bank on its hosted page."""

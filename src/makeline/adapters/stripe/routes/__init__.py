"""What Stripe and its customers call of ours."""

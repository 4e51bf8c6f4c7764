"""What a part costs, for whoever asks: a price at once."""

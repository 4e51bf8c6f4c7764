"""What kiosks, printers and the partner's servers call: the documented paths, translated into our words and back."""

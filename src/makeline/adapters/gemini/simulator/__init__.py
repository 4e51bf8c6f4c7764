"""A stand-in for Gemini on a real socket: its wire format, and its troubles when told to have them."""

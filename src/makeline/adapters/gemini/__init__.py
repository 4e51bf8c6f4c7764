"""Google's Gemini: styled pictures by its image models, through the official SDK."""

"""Messages: what agents tell each other, in private or all at once."""

"""Recording: cassettes as people can review them, and where each came from."""

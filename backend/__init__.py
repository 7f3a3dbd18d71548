"""A service for AI agents: it talks to LLM providers and to external APIs, and survives them."""

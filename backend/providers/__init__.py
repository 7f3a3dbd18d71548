"""LLM providers, a folder each: requests to them, answers and streams from them."""

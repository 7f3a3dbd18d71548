"""Calls of external APIs, for agents."""
